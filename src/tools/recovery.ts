import { AisopodError } from '../errors/index.js';
import type { Answer } from '../loaders/index.js';
import { isObject } from '../schema/index.js';

/** What is to be done about a failure. */
export type Recovery =
  | { readonly action: 'propagate' }
  | { readonly action: 'retry'; readonly delayMs: number }
  | { readonly action: 'replace'; readonly value: unknown };

const PROPAGATE: Recovery = { action: 'propagate' };

/**
 * What a tool's own handler answered when it was asked with the method on_error.
 * @param tool full name
 * @throws AisopodError ON_ERROR_FAILED when that is no recovery
 */
export function readOwnRecovery(tool: string, answer: Answer): Recovery {
  if (!answer.ok) throw onErrorFailed(tool, `it answered ${answer.code}: ${answer.message}`);
  const value: unknown = JSON.parse(answer.json);
  if (value === null) return PROPAGATE;
  const actions = '{"action": "propagate" | "retry" | "replace", ...} or null';
  if (!isObject(value)) throw onErrorFailed(tool, `its answer is not ${actions}`);
  const { action, delayMs = 0 } = value;
  switch (action) {
    case 'propagate':
      return PROPAGATE;
    case 'retry':
      if (typeof delayMs === 'number' && delayMs >= 0) return { action, delayMs };
      throw onErrorFailed(tool, '"delayMs" must be a number of milliseconds from 0');
    case 'replace':
      if (value.value !== undefined) return { action, value: value.value };
      throw onErrorFailed(tool, '"replace" needs a "value", the data of the result');
    default:
      throw onErrorFailed(tool, `its answer is not ${actions}`);
  }
}

/** A handler whose spec says on_error, and that is of no use when asked. */
export function onErrorFailed(tool: string, why: string, cause?: unknown): AisopodError {
  const text = why.replace(/\.$/, '');
  return new AisopodError(
    'ON_ERROR_FAILED',
    `${tool} was asked what to do about its failure (method on_error), and ${text}. ` +
      'The failure goes on to the hooks.',
    cause === undefined ? { details: { tool } } : { details: { tool }, cause },
  );
}
