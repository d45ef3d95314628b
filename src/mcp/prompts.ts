import type { Prompt } from '@modelcontextprotocol/server';
import type { PluginHost } from '../host/index.js';
import type { PromptInfo } from '../kinds/prompts/index.js';
import { clientCall } from './client-call.js';
import type { Connection } from './connection.js';
import { protocolError, unknownName } from './failure.js';
import { shownOf, titleOf } from './shown.js';

/** Answers prompts/list, prompts/get, and completion/complete for the arguments of prompts. */
export function servePrompts(connection: Connection): void {
  const { host } = connection.door;
  const { prompts } = host;
  connection.answer('prompts/list', () => ({ prompts: shownPrompts(host) }));
  connection.answer('prompts/get', async ({ params }, context) => {
    const { fullName, description } = find(host, params.name);
    try {
      const { messages } = await clientCall(connection, context, (options) =>
        prompts.render(fullName, params.arguments, options),
      );
      return {
        description,
        messages: messages.map(({ role, text }) => ({ role, content: { type: 'text', text } })),
      };
    } catch (error) {
      throw protocolError(error);
    }
  });
  connection.answer('completion/complete', async ({ params }, context) => {
    const { ref, argument, context: others } = params;
    // The places of templates of resources are queries, which are not completed.
    if (ref.type !== 'ref/prompt') return { completion: { values: [] } };
    const { fullName } = find(host, ref.name);
    try {
      const { values, hasMore } = await clientCall(connection, context, (options) =>
        prompts.complete(fullName, argument.name, argument.value, {
          ...options,
          arguments: others?.arguments,
        }),
      );
      return { completion: { values: [...values], hasMore } };
    } catch (error) {
      throw protocolError(error);
    }
  });
}

/** What clients are shown. */
export function shownPrompts(host: PluginHost): Prompt[] {
  return shownOf(host, host.prompts.list()).map((info) => ({
    name: info.wireName,
    ...titleOf(info),
    description: info.description,
    arguments: info.arguments.map(({ name, description, required }) => ({
      name,
      required,
      ...(description !== undefined && { description }),
    })),
  }));
}

/** @throws ProtocolError for a name that clients do not know a prompt by */
function find({ prompts }: PluginHost, name: string): PromptInfo {
  const known = prompts.list();
  const found = known.find(({ wireName }) => wireName === name);
  if (found !== undefined) return found;
  const names = known.map(({ wireName }) => wireName);
  throw unknownName('prompt', name, names);
}
