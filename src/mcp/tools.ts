import { AisopodError } from '../base/errors/index.js';
import type { PluginHost } from '../host/index.js';
import { MORE_TIME } from '../instance/index.js';
import { SHOW_PARAMETERS } from '../kinds/tools/index.js';
import { type ClientCallOptions, clientCall } from './client-call.js';
import type { Connection } from './connection.js';
import { protocolError, unknownName } from './failure.js';
import type { ListedTool } from './tool-list.js';
import { failedResult, type ToolCallResult, toolResult } from './tool-result.js';

/** Answers tools/list and tools/call. */
export function serveTools(connection: Connection): void {
  const { server, door } = connection;
  connection.answer('tools/list', async () => ({ tools: await door.tools.shown() }));
  connection.answer('tools/call', async ({ params }, context) => {
    const { name, arguments: args = {} } = params;
    const tools = await door.tools.current();
    const tool = tools.get(name);
    if (tool === undefined) throw unknownName('tool', name, [...tools.keys()]);
    const result = await clientCall(connection, context, (options) =>
      call(door.host, tool, args, options),
    );
    return server.projectCallToolResult(result, tool.definition.outputSchema);
  });
}

async function call(
  { tools }: PluginHost,
  tool: ListedTool,
  args: object,
  options: ClientCallOptions,
): Promise<ToolCallResult> {
  try {
    return toolResult(await tools.call(tool.info.fullName, args, options), tool);
  } catch (error) {
    const known = AisopodError.from(error);
    if (known.code === 'TOOL_NOT_FOUND') throw protocolError(known);
    return failedResult({ ...known.toJSON(), message: forModel(known.message) });
  }
}

/** An error with advice that a model can follow. */
function forModel(message: string): string {
  return message
    .replace(MORE_TIME, 'Make the call smaller, or raise call_ms in config.toml.')
    .replace(`\n${SHOW_PARAMETERS}`, '');
}
