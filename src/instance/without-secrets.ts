import { AisopodError } from '../base/errors/index.js';
import { isThenable } from '../base/time/index.js';
import type { Redactor } from '../config/index.js';

/**
 * A function of a plugin whose errors hold no secret of its configuration: what it throws, or its promise
 * rejects with, reaches others.
 */
export function withoutSecrets<A extends unknown[], R>(
  redactor: Redactor,
  fn: (...args: A) => R,
): (...args: A) => R {
  // What holds none stays the same error: others may wait for that very one.
  const clean = (error: unknown): unknown => {
    const made = AisopodError.from(error, 'FAIL');
    const shown = redactor.error(made);
    return shown === made ? error : shown;
  };
  const rethrow = (error: unknown) => {
    throw clean(error);
  };
  return (...args) => {
    try {
      const returned = fn(...args);
      return isThenable(returned) ? (returned.then(undefined, rethrow) as R) : returned;
    } catch (error) {
      throw clean(error);
    }
  };
}
