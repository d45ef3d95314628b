import parse from 'semver/functions/parse.js';
import { type Shape, value } from '../../base/shape/index.js';
import { parseRange } from './host-range.js';

// A pattern for editors, that of semver.org; semver itself decides.
const NUMBER = '(0|[1-9]\\d*)';
const PRERELEASE = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const VERSION_PATTERN =
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PRERELEASE}(\\.${PRERELEASE})*)?` +
  '(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?$';
// Nothing longer is a version.
const LONGEST = 256;

/** Three numbers, as most versions are, each of them small enough for semver. */
const PLAIN = /^(?:0|[1-9]\d{0,14})(?:\.(?:0|[1-9]\d{0,14})){2}$/;

/** A semantic version, written plainly: no `v` before it, no space around it. */
export const version: Shape<string> = value({
  expected: 'a semantic version such as "1.2.3"',
  schema: { type: 'string', pattern: VERSION_PATTERN, maxLength: LONGEST },
  convert: (found) => {
    if (typeof found !== 'string' || !/^\d/.test(found)) return undefined;
    if (PLAIN.test(found)) return found;
    const parsed = parse(found);
    return parsed && found.split('+', 1)[0] === parsed.version ? found : undefined;
  },
  hint: (found) => {
    const meant = meantVersion(found);
    return meant === null ? null : `write "${meant}"`;
  },
});

const NEARLY = /^v?\.?(\d+(?:[.-]\d+){0,2})((?:[-+][0-9A-Za-z.+-]+)?)$/i;

/** Returns the version that a number, a date, or text that is nearly one seems to mean; null: none. */
export function meantVersion(found: unknown): string | null {
  // A date of TOML is text once it is in quotes; 1.0 and 1 are the same number.
  const said = found instanceof Date ? found.toISOString().slice(0, 10) : found;
  if (typeof said !== 'string' && typeof said !== 'number') return null;
  const text = String(said).trim();
  if (text.length > LONGEST) return null;
  const [, numbers = '', rest = ''] = NEARLY.exec(text) ?? [];
  if (numbers === '') return null;
  const parts = numbers.split(/[.-]/).map((part) => part.replace(/^0+(?=\d)/, ''));
  const meant = `${[...parts, '0', '0'].slice(0, 3).join('.')}${rest}`;
  return parse(meant) === null ? null : meant;
}

/** A range of semantic versions in the notation of npm. */
export const versionRange: Shape<string> = value({
  expected: 'a range of versions such as ">=1.2.0 <2.0.0", "^1.2" or "*"',
  schema: { type: 'string', pattern: '\\S', maxLength: LONGEST },
  convert: (found) => (isRange(found) ? found.trim() : undefined),
});

/** Whether a value is a range of versions in the notation of npm. */
export function isRange(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && parseRange(value) !== null;
}

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

/** The parts of a range between its `||`; of what is none, one empty part. */
export function alternativesOf(range: string): readonly string[] {
  return (parseRange(range)?.range ?? '').split('||');
}
