import type { Loader, LoadRequest } from '../../instance/index.js';
import type { BuiltinCode } from './builtin-code.js';
import { BuiltinInstance } from './builtin-instance.js';

export type { BuiltinCode, PluginShutdown, Registered, RegisteredHandler } from './builtin-code.js';
export type { PluginCall, PluginHandler } from './plugin-call.js';
export { isThenable } from './returned.js';

/**
 * Runs a plugin that is JavaScript of this very program: there is nothing to open.
 * @param codeFor what the plugin does, given what the host has for it
 */
export function builtinLoader(codeFor: (request: LoadRequest) => BuiltinCode): Loader {
  return {
    async load(request) {
      const { manifest, limits, events } = request;
      const code = codeFor(request);
      const instance = new BuiltinInstance({ plugin: manifest.plugin.id, code, limits, events });
      return { instance, library: null };
    },
  };
}
