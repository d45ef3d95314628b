import { AisopodError } from '../../base/errors/index.js';
import { show } from '../../base/text/index.js';

/** A key, value or operation that breaks a rule. */
export function invalid(message: string, details: object = {}): AisopodError {
  return new AisopodError('STORAGE_INVALID', message, { details });
}

/** What is stored is not JSON that a plugin may get. */
export function unreadable(key: string, cause: Error): AisopodError {
  return new AisopodError(
    'STORAGE_UNAVAILABLE',
    `The value that is stored under ${show(key)} cannot be read: ${cause.message}. Store it again.`,
    { details: { key }, cause },
  );
}

export function tooLarge(what: string, bytes: number, limit: number): AisopodError {
  return new AisopodError(
    'STORAGE_TOO_LARGE',
    `${what} has ${bytes} bytes, and at most ${limit} can be stored. Store it in parts, or in a ` +
      'file of the data directory.',
    { details: { bytes, limit } },
  );
}
