import { AisopodError } from '../base/errors/index.js';
import { typeName } from '../base/text/index.js';
import type { Plugin } from './plugin.js';
import { functionNamed } from './plugin-function.js';
import { type StateFunctions, stateFunctionsOf } from './plugin-state.js';

/** Functions that may be left out, each with its earlier names. */
const NAMES = {
  init: ['init', 'activate', 'initialize', 'on_load'],
  shutdown: ['shutdown', 'deactivate', 'on_unload'],
  onConfigChanged: ['onConfigChanged', 'configure', 'on_config_changed'],
} as const;

/** The lifecycle functions of a plugin, by whichever name it has them. */
export interface LifecycleFunctions {
  readonly register: Plugin['register'];
  readonly init: NonNullable<Plugin['init']>;
  readonly shutdown: NonNullable<Plugin['shutdown']>;
  readonly onConfigChanged: NonNullable<Plugin['onConfigChanged']>;
  /** null: it has no state to keep. */
  readonly state: StateFunctions | null;
}

/**
 * Finds the lifecycle functions of a plugin.
 * @throws AisopodError USAGE when it is not a plugin: not an object, without register(), with
 *   something else than a function where one belongs, with a function under two names, or with one
 *   of saveState() and restoreState() alone
 */
export function lifecycleFunctionsOf(plugin: Plugin): LifecycleFunctions {
  if (typeof plugin !== 'object' || plugin === null) {
    const found = typeName(plugin);
    throw unfit(`A plugin is an object with register(), and this is ${found}.`);
  }
  const register = functionNamed(plugin, ['register']);
  if (register === null) {
    throw unfit('The plugin has no register(api), which says what it provides.');
  }
  return {
    register,
    init: functionNamed(plugin, NAMES.init) ?? (() => {}),
    shutdown: functionNamed(plugin, NAMES.shutdown) ?? (() => {}),
    onConfigChanged: functionNamed(plugin, NAMES.onConfigChanged) ?? (() => {}),
    state: stateFunctionsOf(plugin),
  };
}

function unfit(message: string): AisopodError {
  return new AisopodError('USAGE', message, { details: { option: 'plugin' } });
}
