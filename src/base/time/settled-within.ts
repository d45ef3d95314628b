import { timerMs } from './within.js';

/**
 * Waits for `work`, for so many milliseconds at most.
 * @returns false when it has not settled by then
 * @throws what it rejects with
 */
export async function settledWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timerMs(limitMs));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
