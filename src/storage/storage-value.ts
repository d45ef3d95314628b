import { VALUE_BYTES } from './limits.js';
import { invalid, tooLarge } from './storage-error.js';

/**
 * A value as the JSON that is stored.
 * @throws AisopodError STORAGE_INVALID when JSON can't say it, STORAGE_TOO_LARGE
 */
export function toStored(value: unknown): string {
  const json = stringify(value);
  if (json === undefined) {
    throw invalid(
      `A ${typeof value} can't be stored: a value must be something that JSON can say.`,
    );
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > VALUE_BYTES) throw tooLarge('The JSON of a value', bytes, VALUE_BYTES);
  return json;
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw invalid(`A value can't be written as JSON: ${(cause as Error).message}`);
  }
}
