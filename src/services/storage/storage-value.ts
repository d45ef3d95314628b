import { type JsonFault, parseJson, writeJson } from '../../base/json/index.js';
import { VALUE_BYTES } from './limits.js';
import { invalid, tooLarge, unreadable } from './storage-error.js';

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
