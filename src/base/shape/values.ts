import type { ErrorCode } from '../errors/index.js';
import type { JsonObject } from '../json/index.js';
import { nearest } from '../text/index.js';
import type { Shape } from './shape.js';

/** The parts of a shape for a single value. */
export interface ValueRule<T> {
  readonly expected: string;
  readonly schema: JsonObject;
  /** The value as the model has it; undefined refuses it. */
  readonly convert: (value: unknown) => T | undefined;
  /** The code of a fault, where it has one of its own. */
  readonly code?: ErrorCode;
  /** What more can be said about a refused value. */
  readonly hint?: (value: unknown) => string | null;
}

export function value<T>({ expected, schema, code, convert, hint }: ValueRule<T>): Shape<T> {
  return {
    expected,
    schema,
    read(found, place, findings) {
      const converted = convert(found);
      if (converted === undefined) {
        const more = { schema, hint: hint?.(found) ?? null, ...(code && { code }) };
        findings.error(place, found, expected, more);
      }
      return converted;
    },
  };
}

/**
 * A string that `pattern` matches.
 * @param longest in UTF-16 units
 */
export function text(expected: string, pattern: RegExp, longest = 256): Shape<string> {
  return value({
    expected,
    schema: { type: 'string', pattern: pattern.source, maxLength: longest },
    convert: (found) =>
      typeof found === 'string' && found.length <= longest && pattern.test(found)
        ? found
        : undefined,
    hint: (found) => (typeof found === 'string' && /[\b\t\n\f\r]/.test(found) ? ESCAPED : null),
  });
}

/** `"C:\\new"` in TOML has a line break in it. */
const ESCAPED =
  'it contains an escape such as \\n or \\t; write a path with backslashes in single quotes';

/** A string of any length. */
export function string(expected: string, pattern: RegExp | null = null): Shape<string> {
  return value({
    expected,
    schema: { type: 'string', ...(pattern !== null && { pattern: pattern.source }) },
    convert: (found) =>
      typeof found === 'string' && (pattern?.test(found) ?? true) ? found : undefined,
  });
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Shape<T> {
  return value({
    expected: `one of ${words.map((word) => `"${word}"`).join(', ')}`,
    schema: { enum: words },
    convert: (found) => words.find((word) => word === found),
    hint: (found) => {
      const near = typeof found === 'string' ? nearest(found, words) : null;
      return near && `did you mean "${near}"?`;
    },
  });
}

export const flag: Shape<boolean> = value({
  expected: 'true or false',
  schema: { type: 'boolean' },
  convert: (found) => (typeof found === 'boolean' ? found : undefined),
});

/** A whole number from `least` to `most`, which is 2^53 - 1 when nothing else is said. */
export function wholeNumber(
  least: number,
  most = Number.MAX_SAFE_INTEGER,
  expected = `a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}`,
): Shape<number> {
  return value({
    expected,
    schema: { type: 'integer', minimum: least, maximum: most },
    convert: (found) =>
      Number.isSafeInteger(found) && (found as number) >= least && (found as number) <= most
        ? (found as number)
        : undefined,
  });
}
