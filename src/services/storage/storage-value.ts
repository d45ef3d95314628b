import { type JsonFault, parseJson, writeJson } from '../../base/json/index.js';
import { isThenable } from '../../base/time/index.js';
import { invalid, tooLarge, unreadable } from './storage-error.js';

/** Bytes of JSON that a value may have. */
const VALUE_BYTES = 1024 * 1024;

/**
 * A value as the JSON that is stored.
 * @throws AisopodError STORAGE_INVALID when JSON can't say it, STORAGE_TOO_LARGE
 */
export function toStored(value: unknown): string {
  let json: string;
  try {
    json = writeJson(value);
  } catch (cause) {
    throw invalid(`The value to store ${(cause as JsonFault).message}.`);
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > VALUE_BYTES) throw tooLarge('The JSON of a value', bytes, VALUE_BYTES);
  return json;
}

/**
 * The value of JSON that is stored. Another program may have written it.
 * @throws AisopodError STORAGE_UNAVAILABLE
 */
export function fromStored(key: string, json: string): unknown {
  try {
    return parseJson(json);
  } catch (cause) {
    throw unreadable(key, cause as JsonFault);
  }
}

/**
 * Returns what update() stores, or what was thrown instead.
 * @param json what is stored now; undefined: nothing
 * @param change makes the new value, at once
 */
export function replacement<T>(
  key: string,
  json: string | undefined,
  change: (value: unknown) => T,
): { readonly value: T; readonly json: string } | { readonly thrown: unknown } {
  try {
    const value = change(json === undefined ? undefined : fromStored(key, json));
    if (!isThenable(value)) return { value, json: toStored(value) };
    value.then(undefined, () => {});
    throw invalid(
      'update() was given an asynchronous function. It must return the new value at once.',
    );
  } catch (thrown) {
    return { thrown };
  }
}
