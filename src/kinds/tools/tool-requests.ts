import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import { type RequestHandler, withinCall } from '../../instance/index.js';
import type { ToolStreamOptions, Tools } from './tools.js';

/** What plugins may ask of the tools: `tool.call`, with {name, arguments}. */
export function toolRequests(tools: Tools): Record<string, RequestHandler> {
  return {
    'tool.call': (params, info) => {
      const { name, args } = wanted(params);
      const options: ToolStreamOptions = {
        context: withinCall(info.context, name, info.plugin, info),
        signal: info.signal,
        timeoutMs: Math.max(1, info.timeoutMs),
      };
      return info.stream ? streamed(tools, name, args, options) : tools.call(name, args, options);
    },
  };
}

/** Each chunk is a partial answer, the result the last one. */
async function* streamed(tools: Tools, name: string, args: unknown, options: ToolStreamOptions) {
  const stream = tools.stream(name, args, options);
  yield* stream;
  return stream.result;
}

function wanted(params: unknown): { name: string; args: unknown } {
  if (isObject(params)) {
    const { name, arguments: args } = params;
    if (typeof name === 'string') return { name, args: args ?? {} };
  }
  throw new AisopodError(
    'INVALID',
    'The parameters of tool.call are {"name": "plugin-id:tool", "arguments": {...}}.',
  );
}
