import Range from 'semver/classes/range.js';

// Nothing longer is a range.
const LONGEST = 256;

/** Of a thousand plugins most name one of a few ranges. */
const parsed = new Map<string, Range | null>();
const MOST_KEPT = 256;

/** The range, or null when `text` is none. */
export function parseRange(text: string): Range | null {
  if (text.length > LONGEST) return null;
  let range = parsed.get(text);
  if (range !== undefined) return range;
  try {
    range = new Range(text, { includePrerelease: true });
  } catch {
    range = null;
  }
  if (parsed.size >= MOST_KEPT) parsed.clear();
  parsed.set(text, range);
  return range;
}

/** What isInRange() answered for the version that was asked about last. */
let asked = { version: '', answers: new Map<string, boolean>() };

/** Whether a version, a prerelease too, is in a range. The same version is asked about again and again. */
export function isInRange(version: string, range: string): boolean {
  if (asked.version !== version || asked.answers.size >= MOST_KEPT) {
    asked = { version, answers: new Map() };
  }
  let answer = asked.answers.get(range);
  if (answer === undefined) {
    answer = parseRange(range)?.test(version) ?? false;
    asked.answers.set(range, answer);
  }
  return answer;
}
