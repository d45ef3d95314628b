import type { Finding } from '../plugins/finding.js';
import { nameOf } from '../plugins/plugin-table.js';
import type { Verdict } from './judge-changes.js';

/**
 * What a host has found once it has followed the verdicts: what a scan found, but of plugins that stay as
 * they are what was found before. A fault at the place of such a plugin is not added as another finding.
 *
 * @param before all findings of the host
 * @param found those of the scan, in the order of precedence
 * @param isOwn whether a scan never replaces a finding
 */
export function mergeFindings(
  before: readonly Finding[],
  found: readonly Finding[],
  verdicts: ReadonlyMap<string, Verdict>,
  isOwn: (finding: Finding) => boolean,
): Finding[] {
  const isKept = (finding: Finding) => {
    const does = verdicts.get(nameOf(finding))?.does;
    return does === 'wait' || does === 'refuse';
  };
  const kept = before.filter((each) => !isOwn(each) && isKept(each));
  const places = new Map(kept.map((each) => [each.found.path, each]));
  const merged: Finding[] = [];
  for (const each of found) {
    const old = places.get(each.found.path);
    if (old !== undefined) {
      merged.push(old);
      places.delete(each.found.path);
    } else if (!isKept(each)) merged.push(each);
  }
  const own = before.filter(isOwn);
  const embedded = own.filter((each) => each.embedded !== null);
  const named = own.filter((each) => each.embedded === null);
  return [...embedded, ...merged, ...places.values(), ...named];
}
