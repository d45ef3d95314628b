import { AisopodError, type ErrorCode } from '../../base/errors/index.js';
import { within } from '../../base/time/index.js';

/**
 * Waits for a callback, for so long at most.
 * @param limitMs milliseconds, or Infinity
 * @param signal of who fired the hook
 * @param given aborted when the answer is not waited for any more, with CANCELLED or DEADLINE
 * @throws AisopodError CALL_DEADLINE, CALL_CANCELLED; else what the promise rejects with
 */
export function withDeadline(
  promise: PromiseLike<unknown>,
  limitMs: number,
  signal: AbortSignal | undefined,
  given: AbortController | null,
): Promise<unknown> {
  // The callback gets a status of the ABI, as every handler does; its caller, the code of a call.
  const giveUp = (code: ErrorCode, status: ErrorCode, text: string) => {
    given?.abort(new AisopodError(status, text));
    return new AisopodError(code, text);
  };
  return within(promise, {
    limitMs,
    signal,
    late: () => giveUp('CALL_DEADLINE', 'DEADLINE', `it has not answered within ${limitMs} ms`),
    cancelled: () =>
      giveUp('CALL_CANCELLED', 'CANCELLED', 'the caller that fired the hook no longer waits'),
  });
}
