import gt from 'semver/functions/gt.js';
import { type Findings, type Loose, under } from '../../base/shape/index.js';
import { parseRange } from './range.js';
import type { ManifestTable } from './shape.js';

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
