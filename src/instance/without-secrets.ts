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
  const rethrow = (error: unknown) => {
    throw redactor.thrown(error);
  };
  return (...args) => {
    try {
      const returned = fn(...args);
      return isThenable(returned) ? (returned.then(undefined, rethrow) as R) : returned;
    } catch (error) {
      throw redactor.thrown(error);
    }
  };
}
