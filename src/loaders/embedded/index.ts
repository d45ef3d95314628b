import type { Loader, LoadRequest } from '../../instance/index.js';
import type { EmbeddedCode } from './embedded-code.js';
import { EmbeddedInstance } from './embedded-instance.js';

export type {
  EmbeddedCode,
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
  return {
    async load(request) {
      const { manifest, limits, events } = request;
      const code = codeFor(request);
      const instance = new EmbeddedInstance({ plugin: manifest.plugin.id, code, limits, events });
      return { instance, library: null };
    },
  };
}
