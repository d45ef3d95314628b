import { readJson } from '../../base/json/index.js';
import { show } from '../../base/text/index.js';
import type { Operation } from './operations.js';
import { invalid, tooLarge } from './storage-error.js';
import { keyBytes, type Scope } from './storage-key.js';
import { toStored } from './storage-value.js';

/** Operations of one commit, and bytes of JSON in all of them. */
const COMMIT_OPERATIONS = 1_000;
export const COMMIT_BYTES = 16 * 1024 * 1024;

/** An operation that was found good. */
export interface Step {
  readonly op: Operation['op'];
  readonly key: string;
  readonly bytes: Buffer;
  /** What is set or expected; null: deleted, or expected to be absent. */
  readonly json: string | null;
  /** What the JSON says. */
  readonly value: unknown;
}

/**
 * Checks all operations before the first is done.
 * @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE
 */
export function checkOperations(scope: Scope, operations: readonly Operation[]): Step[] {
  if (!Array.isArray(operations) || operations.length === 0) {
    throw invalid('A commit needs a list of operations, at least one.');
  }
  if (operations.length > COMMIT_OPERATIONS) {
    throw invalid(
      `A commit has at most ${COMMIT_OPERATIONS} operations, not ${operations.length}.`,
    );
  }
  const steps = operations.map((operation, index) => step(scope, operation, index));
  const bytes = steps.reduce((sum, { json }) => sum + (json?.length ?? 0), 0);
  if (bytes > COMMIT_BYTES) throw tooLarge('The JSON of a commit', bytes, COMMIT_BYTES);
  return steps;
}

function step(scope: Scope, operation: Operation, index: number): Step {
  const at = `operation ${index + 1} of the commit`;
  if (typeof operation !== 'object' || operation === null) {
    throw invalid(`${show(operation)}, ${at}, is not an object.`);
  }
  const { op, key, value, absent } = operation as Operation & { value?: unknown; absent?: unknown };
  const bytes = keyBytes(scope, key);
  const nothing = op === 'delete' || (op === 'expect' && absent === true);
  if (op !== 'set' && op !== 'delete' && op !== 'expect') {
    throw invalid(`${at} has the op ${show(op)}; the ops are "set", "delete" and "expect".`);
  }
  if (nothing && value !== undefined) {
    throw invalid(
      `${at} has a value, which ${op === 'delete' ? 'a delete' : '"absent"'} excludes.`,
    );
  }
  if (nothing) return { op, key, bytes, json: null, value: undefined };
  if (op === 'set' && absent !== undefined) throw invalid(`${at} is a set with "absent".`);
  const json = toStored(value);
  return { op, key, bytes, json, value: readJson(json) };
}
