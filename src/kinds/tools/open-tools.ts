import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import {
  asPartOf,
  makerOf,
  type PluginScope,
  type RequestHandler,
  withinCall,
} from '../../instance/index.js';
import type { KindHost, KindPart } from '../../registry/index.js';
import type { PipelineHost } from './pipeline-host.js';
import type { PluginTools } from './plugin-tools.js';
import type { ToolStreamOptions, Tools } from './tools.js';
import { ToolsService } from './tools-service.js';

/** Serves tools in a host. @param around what calls of tools run through */
export function openTools(
  { dispatcher, warn, listedDifferently }: KindHost,
  around: Pick<PipelineHost, 'hooks' | 'middleware'>,
): KindPart<ToolsService, PluginTools> {
  const service = new ToolsService({ dispatcher, warn, listedDifferently, ...around });
  return {
    service,
    requests: toolRequests(service),
    forPlugin: (scope) => toolsFor(scope, service),
    changed: (delta) => service.changed(delta),
    configured: (pluginId) => service.configured(pluginId),
  };
}

/** What a tool is called for counts as one call within another, as for a plugin in C. */
function toolsFor({ generation, assertOpen, given }: PluginScope, tools: Tools): PluginTools {
  return Object.freeze({
    list: () => tools.list(),
    get: (name) => tools.get(name),
    async call(name, args, options) {
      assertOpen();
      return tools.call(name, args, asPartOf(name, generation, given('tools.call()', options)));
    },
    stream(name, args, options) {
      assertOpen();
      return tools.stream(name, args, asPartOf(name, generation, given('tools.stream()', options)));
    },
  } satisfies PluginTools);
}

/** What plugins may ask of the tools: `tool.call`, with {name, arguments}. */
function toolRequests(tools: Tools): Record<string, RequestHandler> {
  return {
    'tool.call': (params, info) => {
      const { name, args } = wanted(params);
      const options: ToolStreamOptions = {
        context: withinCall(info.context, name, makerOf(info), info),
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
