import { randomUUID } from 'node:crypto';
import { ProtocolError, ProtocolErrorCode, type ServerContext } from '@modelcontextprotocol/server';
import { AisopodError } from '../base/errors/index.js';
import { nearest, notFoundText, shortName } from '../base/text/index.js';
import { MORE_TIME } from '../instance/index.js';
import { SHOW_PARAMETERS } from '../kinds/tools/index.js';
import type { Connection } from './connection.js';
import { envelopeOf } from './envelope.js';
import { progressSender } from './progress.js';
import type { ListedTool } from './tool-list.js';
import { failedResult, type ToolCallResult, toolResult } from './tool-result.js';

/** Answers tools/list and tools/call. */
export function serveTools(connection: Connection): void {
  const { server, door } = connection;
  server.setRequestHandler('tools/list', async (_, context) => {
    connection.arrived(envelopeOf(context).clientName);
    return { tools: await door.tools.shown() };
  });
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    connection.arrived(envelopeOf(context).clientName);
    const { name, arguments: args = {} } = params;
    const tools = await door.tools.current();
    const tool = tools.get(name);
    if (tool === undefined) throw notFound(name, [...tools.keys()]);
    const result = await call(connection, tool, args, context);
    return server.projectCallToolResult(result, tool.definition.outputSchema);
  });
}

async function call(
  connection: Connection,
  tool: ListedTool,
  args: object,
  context: ServerContext,
): Promise<ToolCallResult> {
  const { host } = connection.door;
  const traceId = randomUUID().replaceAll('-', '');
  const logs = connection.follow(traceId, context);
  try {
    const result = await host.tools.call(tool.info.fullName, args, {
      signal: context.mcpReq.signal,
      onProgress: progressSender(context),
      context: { session: connection.session, traceId },
    });
    return toolResult(result, tool);
  } catch (error) {
    const known = AisopodError.from(error);
    if (known.code === 'TOOL_NOT_FOUND') throw notFoundError(known.message);
    return failedResult({ ...known.toJSON(), message: forModel(known.message) });
  } finally {
    const late = logs?.end();
    if (late !== undefined) await late;
  }
}

/** An error with advice that a model can follow. */
function forModel(message: string): string {
  return message
    .replace(MORE_TIME, 'Make the call smaller, or raise call_ms in config.toml.')
    .replace(`\n${SHOW_PARAMETERS}`, '');
}

function notFound(name: string, known: readonly string[]): ProtocolError {
  const given = shortName(name);
  return notFoundError(notFoundText('tool', given, { similar: nearest(given, known) }));
}

function notFoundError(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
