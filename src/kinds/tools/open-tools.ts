import { asPartOf, type PluginScope } from '../../instance/index.js';
import type { KindHost, KindPart } from '../../registry/index.js';
import type { PipelineHost } from './pipeline-host.js';
import type { PluginTools } from './plugin-tools.js';
import { toolRequests } from './tool-requests.js';
import type { Tools } from './tools.js';
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
      return tools.call(
        name,
        args,
        asPartOf(name, generation.plugin, given('tools.call()', options)),
      );
    },
    stream(name, args, options) {
      assertOpen();
      return tools.stream(
        name,
        args,
        asPartOf(name, generation.plugin, given('tools.stream()', options)),
      );
    },
  } satisfies PluginTools);
}
