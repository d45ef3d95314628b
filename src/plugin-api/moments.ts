import { AisopodError } from '../errors/index.js';
import type { Plugin } from './plugin.js';

/** Moments that may be left out, each with its earlier names. */
const NAMES = {
  init: ['init', 'activate', 'initialize', 'on_load'],
  shutdown: ['shutdown', 'deactivate', 'on_unload'],
  onConfigChanged: ['onConfigChanged', 'configure', 'on_config_changed'],
} as const;

/** The functions of a plugin, whatever they are called. */
export interface Moments {
  readonly register: Plugin['register'];
  readonly init: NonNullable<Plugin['init']>;
  readonly shutdown: NonNullable<Plugin['shutdown']>;
  readonly onConfigChanged: NonNullable<Plugin['onConfigChanged']>;
}

/**
 * Finds the functions of a plugin.
 * @throws AisopodError USAGE when it is no plugin: no object, without register(), with something
 *   else than a function where one belongs, or with two functions for one moment
 */
export function momentsOf(plugin: Plugin): Moments {
  if (typeof plugin !== 'object' || plugin === null) {
    const found = plugin === null ? 'null' : `a ${typeof plugin}`;
    throw unfit(`A plugin is an object with register(), and this is ${found}.`);
  }
  const register = theFunction(plugin, ['register']);
  if (register === null) {
    throw unfit('The plugin has no register(api), which says what it provides.');
  }
  return {
    register,
    init: theFunction(plugin, NAMES.init) ?? (() => {}),
    shutdown: theFunction(plugin, NAMES.shutdown) ?? (() => {}),
    onConfigChanged: theFunction(plugin, NAMES.onConfigChanged) ?? (() => {}),
  };
}

/** The function that has one of these names, bound to its plugin. */
function theFunction(
  plugin: Plugin,
  names: readonly string[],
): ((...given: unknown[]) => void) | null {
  const given = names.filter((name) => Reflect.get(plugin, name) !== undefined);
  const [first, second] = given;
  if (first === undefined) return null;
  if (second !== undefined && Reflect.get(plugin, first) !== Reflect.get(plugin, second)) {
    throw unfit(`${first}() and ${second}() are names of the same moment. Keep one of them.`);
  }
  const found: unknown = Reflect.get(plugin, first);
  if (typeof found !== 'function') {
    throw unfit(`${first} of the plugin must be a function, and is a ${typeof found}.`);
  }
  return found.bind(plugin);
}

function unfit(message: string): AisopodError {
  return new AisopodError('USAGE', message, { details: { option: 'plugin' } });
}
