import { shorten } from './show.js';

const LONGEST = 100;

/** Returns what stands where something else was expected: a text itself, of anything else its type. */
export function textOrType(value: unknown): string {
  if (typeof value === 'string') return shorten(value, LONGEST);
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
