import type Comparator from 'semver/classes/comparator.js';
import Range from 'semver/classes/range.js';
import SemVer from 'semver/classes/semver.js';
import gt from 'semver/functions/gt.js';
import { type Findings, type Loose, under } from '../../base/shape/index.js';
import type { ManifestTable } from './shape.js';

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

/**
 * Whether a version of the host is in a range. A pre-release fits where its version without the suffix
 * fits; a bound that names a pre-release itself is compared with the whole version. The same version
 * is asked about again and again.
 */
export function isInRange(version: string, range: string): boolean {
  if (asked.version !== version || asked.answers.size >= MOST_KEPT) {
    asked = { version, answers: new Map() };
  }
  let answer = asked.answers.get(range);
  if (answer === undefined) {
    answer = accepts(parseRange(range), new SemVer(version));
    asked.answers.set(range, answer);
  }
  return answer;
}

function accepts(range: Range | null, version: SemVer): boolean {
  if (range === null) return false;
  if (version.prerelease.length === 0) return range.test(version);
  const release = new SemVer(`${version.major}.${version.minor}.${version.patch}`);
  return range.set.some((bounds) => {
    const exact = bounds.some(namesPrerelease);
    return bounds.every((bound) =>
      namesPrerelease(bound)
        ? bound.test(version)
        : bound.test(release) || (exact && bound.test(version)),
    );
  });
}

/** `-0` names none: npm itself makes `<2.0.0-0` out of `^1.0.0`. `*` has no version at all. */
function namesPrerelease({ semver }: Comparator): boolean {
  const parts = semver.prerelease ?? [];
  return parts.length > 1 || (parts.length === 1 && parts[0] !== 0);
}

/** The range of a manifest that names none. */
export const ANY_HOST = '>=0.1.0';

/**
 * `host`, `min_host_version` and `max_host_version` as one range. A range that no version can meet
 * is reported.
 */
export function hostRange(
  { host, min_host_version: least, max_host_version: most }: Loose<ManifestTable['compatibility']>,
  findings: Findings,
): string {
  const place = under(null, 'compatibility');
  const stated = host ?? ANY_HOST;
  if (least && most && gt(least, most)) {
    const expected = `a version from ${least} (min_host_version)`;
    findings.error(under(place, 'max_host_version'), most, expected);
    return stated;
  }
  if (!least && !most) return stated;
  const bounds = [least && `>=${least}`, most && `<=${most}`].filter(Boolean).join(' ');
  // `a || b` bounded is `a bounded || b bounded`.
  const combined = (parseRange(stated)?.set ?? [])
    .map((comparators) => `${comparators.map((c) => c.value).join(' ')} ${bounds}`.trim())
    .join(' || ');
  if (!parseRange(combined)?.intersects(parseRange('*') as never)) {
    findings.error(under(place, 'host'), stated, `a range that a version with ${bounds} can meet`);
  }
  return combined;
}
