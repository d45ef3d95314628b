import { getSystemErrorMap } from 'node:util';
import type { Store } from './store.js';

/** What lmdb 3 calls to write what is queued. Its callback receives 0, 1, 2, or the code of an error. */
interface Writer {
  startWriting(instructions: number, callback: (status: number) => unknown): void;
}

/** Statuses of the callback that are not errors: flushed, committed, and its turn to run functions. */
const COMMITTED = 1;
const LAST_STATUS = 2;

/**
 * Reports failed commits of a store. lmdb itself prints each on standard error, and rejects a promise that
 * nothing can handle, which ends the process.
 *
 * @param onFailed receives an Error whose code is a number: of the system, or, below 0, of LMDB
 */
export function catchFailedCommits(store: Store, onFailed: (error: Error) => void): void {
  const { env } = store as unknown as { env: Writer };
  const startWriting = env.startWriting.bind(env);
  // The function of its prototype can't be assigned over.
  Object.defineProperty(env, 'startWriting', {
    value: (instructions: number, callback: (status: number) => unknown) =>
      startWriting(instructions, (status) => {
        if (status >= 0 && status <= LAST_STATUS) return callback(status);
        callback(COMMITTED);
        onFailed(commitError(status));
      }),
  });
}

/** Whether lmdb rejected a change with this because its commit failed: why is reported to `onFailed`. */
export function isFailedCommit(error: unknown): boolean {
  return error instanceof Error && 'commitError' in error;
}

function commitError(code: number): Error {
  const [, text] = getSystemErrorMap().get(-code) ?? [];
  return Object.assign(new Error(text ?? `LMDB reports the error ${code}`), { code });
}
