/** What a timer of Node.js can wait at most, in milliseconds; a longer one fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Returns the milliseconds for setTimeout(): from 0 to the longest that it can wait. */
export function timerMs(ms: number): number {
  return Math.min(Math.max(0, ms), LONGEST_TIMER_MS);
}

/** What ends the wait for a promise before it settles. */
export interface WaitBounds {
  /** Milliseconds from now, or Infinity. */
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  /** Makes the error for a limit that was exceeded. */
  readonly late: () => Error;
  /** Makes the error for a signal that was aborted. */
  readonly cancelled: () => Error;
}

/**
 * Waits for a promise within bounds. What it still does when they end the wait is ignored.
 * @throws what `late` or `cancelled` made; else what the promise rejects with
 */
export function within<T>(work: PromiseLike<T>, bounds: WaitBounds): Promise<T> {
  const { limitMs, signal, late, cancelled } = bounds;
  return new Promise<T>((resolve, reject) => {
    const abort = () => finish(() => reject(cancelled()));
    const timer =
      limitMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => finish(() => reject(late())), timerMs(limitMs));
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      settle();
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    work.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}
