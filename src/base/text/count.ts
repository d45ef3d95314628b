/**
 * Returns a number with its noun: `1 plugin`, `3 plugins`.
 * @param noun in the singular, with a regular plural
 */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
