import { dirname } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { showPath } from '../../base/text/index.js';
import { isWholeLibrary } from '../../packages/binary/whole-library.js';
import type { DiscoveredPlugin } from '../../packages/discovery/index.js';
import { CURRENT_PLATFORM } from '../../packages/manifest/index.js';
import type { Finding } from '../plugins/finding.js';
import type { Plugin } from '../plugins/plugin.js';
import { nameOf, type PluginTable, usedOf } from '../plugins/plugin-table.js';
import type { QuietUnits } from './quiet-units.js';

/** What follows for one plugin from what a scan found. */
export type Verdict =
  /** Nothing, but that it may be found with other warnings; null: the program itself brought it. */
  | { readonly does: 'stay'; readonly finding: Finding | null }
  /** Nothing yet: its files may still be being written, or it cannot be changed where it stands. */
  | { readonly does: 'wait' }
  /** It runs or is dormant, and is replaced if its content differs. */
  | { readonly does: 'compare'; readonly finding: Finding }
  /** It runs and goes on, since what its files are now cannot be used. */
  | { readonly does: 'refuse'; readonly reason: AisopodError }
  /** It is new, or does not run and has changed. */
  | { readonly does: 'start'; readonly finding: Finding }
  /** Its files are gone. */
  | { readonly does: 'end' };

/** What a scan found, and what is known from before. */
export interface Scanned {
  readonly plugins: PluginTable;
  readonly units: QuietUnits;
  /** In the order of precedence. */
  readonly found: readonly Finding[];
  /** Names of plugins whose files have changed before, and that are still as they were. */
  readonly open: ReadonlySet<string>;
  /** Whether a scan never replaces a finding: the program itself brought it. */
  readonly isOwn: (found: DiscoveredPlugin) => boolean;
}

/** Judges each plugin that was found or is found now, by its name. */
export function judgeChanges(scanned: Scanned): ReadonlyMap<string, Verdict> {
  const { plugins, found, isOwn } = scanned;
  const before = grouped(plugins.findings.map(({ finding }) => finding));
  const after = grouped(found);
  const verdicts = new Map<string, Verdict>();
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const plugin = plugins.named(name);
    const group = { before: before.get(name) ?? [], after: after.get(name) ?? [] };
    const isTheirs = plugin !== undefined && isOwn(plugin.found);
    verdicts.set(
      name,
      isTheirs ? { does: 'stay', finding: null } : judge(name, plugin, group, scanned),
    );
  }
  return verdicts;
}

function grouped(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const each of findings) {
    const group = groups.get(nameOf(each));
    if (group === undefined) groups.set(nameOf(each), [each]);
    else group.push(each);
  }
  return groups;
}

/** The findings of one plugin. */
interface Group {
  readonly before: readonly Finding[];
  readonly after: readonly Finding[];
}

function judge(
  name: string,
  plugin: Plugin | undefined,
  { before, after }: Group,
  scanned: Scanned,
): Verdict {
  const { units, open } = scanned;
  const paths = new Set([...before, ...after].map(({ found }) => units.of(found.path)));
  if ([...paths].some((path) => units.isUnsettled(path))) return { does: 'wait' };
  const finding = usedOf(after) ?? null;
  const isRunning = plugin?.isAlive === true;
  const changed = [...paths].filter((path) => units.hasChanged(path));
  if (changed.length > 0 || open.has(name)) {
    const fault = finding === null ? faultOf(plugin, scanned) : faultIn(finding.found);
    if (fault !== null) {
      // All are asked, since each that may be incomplete is looked at again.
      const incomplete = changed.filter((path) => units.mayBeIncomplete(path));
      if (incomplete.length > 0) return { does: 'wait' };
      if (isRunning) return { does: 'refuse', reason: fault };
    }
  }
  if (finding === null) return { does: 'end' };
  if (plugin === undefined) return { does: 'start', finding };
  const isOther =
    changed.length > 0 ||
    open.has(name) ||
    plugin.found.path !== finding.found.path ||
    plugin.found.error?.code !== finding.found.error?.code;
  if (!isOther) return { does: 'stay', finding };
  if (plugin.phase === 'abandoned') return { does: 'wait' };
  // What stands for a dormant plugin can't stand for what is broken.
  if (!plugin.isThere || (plugin.isDormant && finding.found.error !== null)) {
    return { does: 'start', finding };
  }
  // What is switched off, or stuck, cannot be reloaded until it is active again.
  const isChangeable = plugin.isServing && plugin.phase !== 'stuck';
  return isChangeable ? { does: 'compare', finding } : { does: 'wait' };
}

/** What is wrong at the place of a plugin that is found no more; null: nothing stands there. */
function faultOf(plugin: Plugin | undefined, { found }: Scanned): AisopodError | null {
  if (plugin === undefined) return null;
  const places = new Set([plugin.found.path, dirname(plugin.found.path)]);
  const there = found.find((each) => each.found.id === null && places.has(each.found.path));
  return there?.found.error ?? null;
}

/** What speaks against using a finding, as far as that can be known before its library is opened. */
function faultIn({ error, entry, manifest }: DiscoveredPlugin): AisopodError | null {
  if (error !== null || entry === null || manifest?.runtime.loader !== 'native') return error;
  if (isWholeLibrary(entry.real, CURRENT_PLATFORM)) return null;
  return new AisopodError(
    'LIBRARY_FORMAT',
    `${showPath(entry.real)} is not a whole library for ${CURRENT_PLATFORM}. Copy or build it again.`,
    { details: { path: entry.real } },
  );
}
