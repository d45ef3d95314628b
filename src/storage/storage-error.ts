import { AisopodError } from '../errors/index.js';

/** A key, value or operation that breaks a rule. */
export function invalid(message: string, details: object = {}): AisopodError {
  return new AisopodError('STORAGE_INVALID', message, { details });
}

export function tooLarge(what: string, bytes: number, limit: number): AisopodError {
  return new AisopodError(
    'STORAGE_TOO_LARGE',
    `${what} has ${bytes} bytes, and at most ${limit} can be stored. Store it in parts, or in a ` +
      'file of the data directory.',
    { details: { bytes, limit } },
  );
}
