import { AisopodError } from '../errors/index.js';

// A longer one would overflow and fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits for a callback, for so long at most.
 * @param limitMs milliseconds, or Infinity
 * @param signal of who fired the hook
 * @param given aborted when the answer is not waited for any more
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
      giveUp(new AisopodError('CALL_CANCELLED', 'who fired the hook does not wait any more'));
    };
    const late = () => {
      giveUp(new AisopodError('CALL_DEADLINE', `it has not answered within ${limitMs} ms`));
    };
    const timer =
      limitMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(late, Math.min(limitMs, LONGEST_TIMER_MS));
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancelled);
    };
    const giveUp = (reason: AisopodError) => {
      end();
      reject(reason);
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
