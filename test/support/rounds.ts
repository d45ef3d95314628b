/** Whether every round runs: `npm run test:long`. The one place that reads the variable. */
export const ALL_ROUNDS = process.env.AISOPOD_TEST_ROUNDS === 'all';

/**
 * How often a long test repeats what it does.
 * @param all in `npm run test:long`: enough to find what happens once in a thousand times
 * @param few in `npm test`: enough to find what happens each time
 */
export function rounds(all: number, few: number): number {
  return ALL_ROUNDS ? all : few;
}
