import { AisopodError } from '../base/errors/index.js';
import { show } from '../base/text/index.js';
import type { Plugin } from './plugin.js';
import { functionNamed } from './plugin-function.js';

/** What JSON can say. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Who saved a state. */
export interface StateSource {
  /** The stateFormat of the plugin that saved it. */
  readonly format: number;
  /** The version of that plugin. */
  readonly version: string;
  /** How that plugin was built; '' when it does not say. */
  readonly build: string;
}

/** The two functions that take what a plugin remembers through a reload. */
export interface StateFunctions {
  readonly format: number;
  readonly save: NonNullable<Plugin['saveState']>;
  readonly restore: NonNullable<Plugin['restoreState']>;
}

const SAVE = ['saveState', 'save_state'];
const RESTORE = ['restoreState', 'restore_state'];

/** As uint32_t state_format in C. */
const HIGHEST_FORMAT = 2 ** 32 - 1;

/**
 * Finds the functions of a plugin that save and restore its state.
 * @returns null: it has none
 * @throws AisopodError USAGE when one of them is missing, or stateFormat is wrong
 */
export function stateFunctionsOf(plugin: Plugin): StateFunctions | null {
  const save = functionNamed(plugin, SAVE);
  const restore = functionNamed(plugin, RESTORE);
  const { stateFormat } = plugin;
  if (save === null && restore === null) {
    if (stateFormat === undefined) return null;
    throw unfit(
      'stateFormat',
      `stateFormat is ${show(stateFormat)}, and the plugin has no state: it has neither ` +
        'saveState() nor restoreState(). Add both, or remove stateFormat.',
    );
  }
  if (save === null || restore === null) {
    const [there, missing] = save === null ? [RESTORE[0], SAVE[0]] : [SAVE[0], RESTORE[0]];
    throw unfit(
      'plugin',
      `The plugin has ${there}() and no ${missing}(). A state that is saved has to be restored: ` +
        'add the other function, or remove this one.',
    );
  }
  const format: unknown = stateFormat === undefined ? 0 : stateFormat;
  if (!isFormat(format)) {
    throw unfit(
      'stateFormat',
      `stateFormat is ${show(format)}; it must be a whole number from 0 to ${HIGHEST_FORMAT}.`,
    );
  }
  return { format, save: save as StateFunctions['save'], restore };
}

function isFormat(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= HIGHEST_FORMAT;
}

function unfit(option: string, message: string): AisopodError {
  return new AisopodError('USAGE', message, { details: { option } });
}
