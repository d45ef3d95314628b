import { escapeOf, hasUnprintable, replaceUnprintable } from './unprintable.js';

const LONGEST = 80;
// Of a text in textOrType().
const LONGEST_TEXT = 100;

/**
 * UTF-16 units of a name that errors keep, since names come from models and from JavaScript. Longer than
 * any full name, which is an id and a name of 64 each.
 */
export const NAME_LONGEST = 200;

/** Returns the text, or its first `longest` UTF-16 units and three dots. */
export function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

/** Returns a name of any type and length as a string that fits the details of an error. */
export function shortName(name: unknown): string {
  return String(name).slice(0, NAME_LONGEST);
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
      return replaceUnprintable(JSON.stringify(shorten(value, longest)), escapeOf);
    }
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'boolean':
      return `the boolean ${value}`;
    default:
      if (value === null) return 'null';
      if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
      return value instanceof Date ? 'a date' : 'a table';
  }
}

/** A path for a message: as it is, or quoted and escaped when it holds line breaks and the like. */
export function showPath(path: string): string {
  return hasUnprintable(path) ? replaceUnprintable(JSON.stringify(path), escapeOf) : path;
}

/** Returns what stands where something else was expected: a text itself, of anything else its type. */
export function textOrType(value: unknown): string {
  if (typeof value === 'string') return shorten(value, LONGEST_TEXT);
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Returns the type of a value with its article: `a number`, `an object`, `null`. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
