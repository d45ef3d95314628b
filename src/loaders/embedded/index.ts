import type { Loader, LoadRequest } from '../../instance/index.js';
import type { EmbeddedCode } from './embedded-code.js';
import { EmbeddedInstance } from './embedded-instance.js';

export type {
  EmbeddedCode,
  EmbeddedState,
  PluginShutdown,
  Registered,
  RegisteredHandler,
} from './embedded-code.js';
export type { PluginCall, PluginHandler } from './plugin-call.js';

/**
 * Runs a plugin that is JavaScript of this very program: there is nothing to open.
 * @param codeFor what the plugin does, given what the host has for it
 */
export function embeddedLoader(codeFor: (request: LoadRequest) => EmbeddedCode): Loader {
  const instanceOf = (request: LoadRequest) => {
    const { manifest, limits, events } = request;
    const { id, version } = manifest.plugin;
    return new EmbeddedInstance({ plugin: id, version, code: codeFor(request), limits, events });
  };
  return {
    async load() {
      return { single: false, library: null, instantiate: instanceOf };
    },
  };
}
