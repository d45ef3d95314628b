import { types } from 'node:util';
import { AisopodError } from '../../base/errors/index.js';
import { readJson, strictJson } from '../../base/json/index.js';
import type { SavedState } from '../../instance/index.js';
import { lifecycleFailure } from './lifecycle-failure.js';

/** The state of a plugin in JavaScript, before or after it is bytes. */
export interface StateOwner {
  /** Id of the plugin. */
  readonly plugin: string;
  readonly version: string;
  readonly format: number;
  /** Bytes that a state may have. */
  readonly stateBytes: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Copies what saveState() returned. A Uint8Array is kept as it is, and a JSON value as its text in UTF-8,
 * as a plugin in C would read it.
 * @throws AisopodError SAVE_FAILED with the place in the value, when it is neither; STATE_TOO_LARGE
 */
export function savedState(value: unknown, owner: StateOwner): SavedState {
  const { plugin, version, format, stateBytes } = owner;
  const json = !types.isUint8Array(value);
  // A text is encoded as it is; bytes still belong to the plugin.
  const bytes = json ? encoder.encode(textOfState(value, plugin)) : value;
  if (bytes.length > stateBytes) throw tooLarge(plugin, stateBytes);
  const own = json ? bytes : Uint8Array.from(bytes);
  return Object.freeze({ bytes: own, json, format, version, build: '' });
}

function textOfState(value: unknown, plugin: string): string {
  try {
    return strictJson(value, 'the state');
  } catch (fault) {
    throw lifecycleFailure(plugin, 'SAVE_FAILED', 'saveState()', fault);
  }
}

/** Makes a copy for restoreState(); the bytes of a plugin in C are a Uint8Array, whatever they say. */
export function stateValue({ bytes, json }: SavedState): unknown {
  return json ? readJson(decoder.decode(bytes)) : Uint8Array.from(bytes);
}

function tooLarge(plugin: string, limit: number): AisopodError {
  return new AisopodError(
    'STATE_TOO_LARGE',
    `plugin ${plugin}: saveState() returned more than ${limit} bytes; set state_bytes under ` +
      `[plugins.settings.${plugin}.limits] if the plugin needs more`,
    { details: { limit } },
  );
}
