import { LONGEST_TIMER_MS } from '../../instance/index.js';

/**
 * Waits for `work`, for so many milliseconds at most.
 * @returns false when it has not settled by then
 * @throws what it rejects with
 */
export async function settledWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.min(limitMs, LONGEST_TIMER_MS));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
