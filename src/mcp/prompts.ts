import type { Prompt, ServerContext } from '@modelcontextprotocol/server';
import type { PluginHost } from '../host/index.js';
import type { PromptInfo } from '../kinds/prompts/index.js';
import type { Connection } from './connection.js';
import { protocolError } from './failure.js';
import { shownOf } from './shown.js';

/** Answers prompts/list, prompts/get, and completion/complete for the arguments of prompts. */
export function servePrompts(connection: Connection): void {
  const { server, door } = connection;
  const { host } = door;
  const { prompts } = host;
  server.setRequestHandler('prompts/list', () => ({ prompts: shownPrompts(host) }));
  server.setRequestHandler('prompts/get', async ({ params }, context) => {
    const { name, arguments: args } = params;
    try {
      const { fullName, description } = find(host, name);
      const { messages } = await prompts.render(fullName, args, optionsOf(connection, context));
      return {
        description,
        messages: messages.map(({ role, text }) => ({ role, content: { type: 'text', text } })),
      };
    } catch (error) {
      throw protocolError(error);
    }
  });
  server.setRequestHandler('completion/complete', async ({ params }, context) => {
    const { ref, argument, context: others } = params;
    // The places of templates of resources are queries, which are not completed.
    if (ref.type !== 'ref/prompt') return { completion: { values: [] } };
    try {
      const { fullName } = find(host, ref.name);
      const options = { ...optionsOf(connection, context), arguments: others?.arguments };
      const found = await prompts.complete(fullName, argument.name, argument.value, options);
      return { completion: { values: [...found.values], hasMore: found.hasMore } };
    } catch (error) {
      throw protocolError(error);
    }
  });
}

/** What clients are shown. */
export function shownPrompts(host: PluginHost): Prompt[] {
  return shownOf(host, host.prompts.list()).map((info) => {
    const title = info.title ?? (info.wireName === info.name ? undefined : info.fullName);
    return {
      name: info.wireName,
      ...(title !== undefined && { title }),
      description: info.description,
      arguments: info.arguments.map(({ name, description, required }) => ({
        name,
        required,
        ...(description !== undefined && { description }),
      })),
    };
  });
}

/** The prompt of that name; of another name what the host says of one that is not there. */
function find(
  { prompts }: PluginHost,
  wireName: string,
): Pick<PromptInfo, 'fullName' | 'description'> {
  const known = prompts.list().find((info) => info.wireName === wireName);
  return known ?? { fullName: wireName, description: '' };
}

function optionsOf({ session }: Connection, { mcpReq }: ServerContext) {
  return { signal: mcpReq.signal, context: { session } };
}
