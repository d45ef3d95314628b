/** What a timer of Node.js can wait at most, in milliseconds; a longer one fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Returns the milliseconds for setTimeout(): from 0 to the longest that it can wait. */
export function timerMs(ms: number): number {
  return Math.min(Math.max(0, ms), LONGEST_TIMER_MS);
}
