import Range from 'semver/classes/range.js';
import parse from 'semver/functions/parse.js';
import { type Shape, value } from '../toml/index.js';

// A pattern for editors, that of semver.org; semver itself decides. Nothing longer is a version or
// a range.
const NUMBER = '(0|[1-9]\\d*)';
const PRERELEASE = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const VERSION_PATTERN =
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PRERELEASE}(\\.${PRERELEASE})*)?` +
  '(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?$';
const LONGEST = 256;

/** A semantic version, written plainly: no `v` before it, no space around it. */
export const version: Shape<string> = value({
  expected: 'a semantic version such as "1.2.3"',
  schema: { type: 'string', pattern: VERSION_PATTERN, maxLength: LONGEST },
  convert: (found) => {
    if (typeof found !== 'string' || !/^\d/.test(found)) return undefined;
    const parsed = parse(found);
    return parsed && found.split('+', 1)[0] === parsed.version ? found : undefined;
  },
});

/** The range, or null when `text` is none. */
export function parseRange(text: string): Range | null {
  if (text.length > LONGEST) return null;
  try {
    return new Range(text, { includePrerelease: true });
  } catch {
    return null;
  }
}

/** A range of semantic versions in the notation of npm. */
export const versionRange: Shape<string> = value({
  expected: 'a range of versions such as ">=1.2.0 <2.0.0", "^1.2" or "*"',
  schema: { type: 'string', pattern: '\\S', maxLength: LONGEST },
  convert: (found) => {
    const range = typeof found === 'string' && found.trim() !== '' && parseRange(found);
    return range ? (found as string).trim() : undefined;
  },
});

/** Version of the ABI, as major and minor. */
export interface AbiVersion {
  readonly major: number;
  readonly minor: number;
}

const ABI_PATTERN = /^(0|[1-9]\d{0,5})(?:\.(0|[1-9]\d{0,5}))?$/;

/** `"1"` or `"1.2"`; a string, since the numbers 1.1 and 1.10 are the same. */
export const abiVersion: Shape<AbiVersion> = value({
  expected: 'a version of the ABI as a string, such as "1" or "1.0"',
  schema: { type: 'string', pattern: ABI_PATTERN.source },
  convert: (found) => {
    const match = typeof found === 'string' && ABI_PATTERN.exec(found);
    return match
      ? Object.freeze({ major: Number(match[1]), minor: Number(match[2] ?? 0) })
      : undefined;
  },
  hint: (found) => (typeof found === 'number' ? `write "${found}" in quotes` : null),
});
