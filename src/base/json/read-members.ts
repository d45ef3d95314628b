import { AisopodError, thrownText } from '../errors/index.js';
import { isNested } from './is-object.js';

/**
 * Reads members of an object that a caller gives, each once: what a getter answers the next time does not
 * matter.
 *
 * @param what whose options they are, for the message: `tools.call()`
 * @param keys all members that are read
 * @returns those that are not undefined
 * @throws AisopodError USAGE when it is no object, or when a getter or a proxy throws
 */
export function readMembers<T extends object, K extends keyof T & string>(
  what: string,
  given: T,
  keys: readonly K[],
): { readonly [Key in K]?: T[Key] | undefined } {
  if (!isNested(given)) throw unreadable(what, `they are of type ${typeof given}`);
  const members: { [Key in K]?: T[Key] } = {};
  try {
    for (const key of keys) {
      const value = given[key];
      if (value !== undefined) members[key] = value;
    }
  } catch (cause) {
    throw unreadable(what, thrownText(cause), cause);
  }
  return members;
}

/**
 * Checks a member that must be a function, if it is there.
 * @throws AisopodError USAGE
 */
export function checkFunction(what: string, option: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw notOfType(what, option, 'a function', value);
}

/**
 * Checks a signal, if it is there. Another realm's AbortSignal is one too.
 * @throws AisopodError USAGE
 */
export function checkSignal(what: string, value: unknown): void {
  if (value !== undefined && !isSignal(value)) {
    throw notOfType(what, 'signal', 'an AbortSignal', value);
  }
}

/**
 * Checks a number of milliseconds.
 * @throws AisopodError USAGE
 */
export function checkTimeout(what: string, timeoutMs: unknown): void {
  if (typeof timeoutMs === 'number' && timeoutMs > 0) return;
  throw new AisopodError(
    'USAGE',
    `timeoutMs of ${what} is ${String(timeoutMs)}; ` +
      'it must be a number of milliseconds above 0, or Infinity.',
    { details: { option: 'timeoutMs' } },
  );
}

function isSignal(value: unknown): boolean {
  try {
    if (value instanceof AbortSignal) return true;
    return isNested(value) && 'aborted' in value && 'addEventListener' in value;
  } catch {
    return false; // A revoked proxy.
  }
}

function notOfType(what: string, option: string, expected: string, found: unknown): AisopodError {
  const type = found === null ? 'null' : typeof found;
  return new AisopodError(
    'USAGE',
    `The option ${option} of ${what} is of type ${type}; it must be ${expected}.`,
    { details: { option } },
  );
}

function unreadable(what: string, why: string, cause?: unknown): AisopodError {
  const options = cause === undefined ? {} : { cause };
  return new AisopodError('USAGE', `The options of ${what} cannot be read: ${why}.`, options);
}
