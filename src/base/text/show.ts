import { shorten } from './shorten.js';

/** What a terminal would act on, or what would hide text or break a line. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

const LONGEST = 80;

const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu');

function escapeUnprintable(text: string): string {
  return text.replace(EACH_UNPRINTABLE, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}

/**
 * A found value for a message: short, on one line, safe for a terminal.
 * @param longest UTF-16 units of a string
 */
export function show(value: unknown, longest = LONGEST): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string': {
      return escapeUnprintable(JSON.stringify(shorten(value, longest)));
    }
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'boolean':
      return `the boolean ${value}`;
    default:
      if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
      return value instanceof Date ? 'a date' : 'a table';
  }
}

/** A path for a message: as it is, or quoted and escaped when it holds line breaks and the like. */
export function showPath(path: string): string {
  return UNPRINTABLE.test(path) ? escapeUnprintable(JSON.stringify(path)) : path;
}
