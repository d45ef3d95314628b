import { AisopodError } from '../../base/errors/index.js';

// A longer one would overflow and fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

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
  return new Promise((resolve, reject) => {
    const cancelled = () => {
      const text = 'the caller that fired the hook no longer waits';
      giveUp(new AisopodError('CALL_CANCELLED', text), new AisopodError('CANCELLED', text));
    };
    const late = () => {
      const text = `it has not answered within ${limitMs} ms`;
      giveUp(new AisopodError('CALL_DEADLINE', text), new AisopodError('DEADLINE', text));
    };
    const timer =
      limitMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(late, Math.min(limitMs, LONGEST_TIMER_MS));
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancelled);
    };
    // The callback gets a status of the ABI, as every handler does; its caller, the code of a call.
    const giveUp = (error: AisopodError, reason: AisopodError) => {
      end();
      reject(error);
      given?.abort(reason);
    };
    if (signal?.aborted) cancelled();
    else signal?.addEventListener('abort', cancelled, { once: true });
    promise.then(
      (value) => {
        end();
        resolve(value);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
  });
}
