import { existsSync, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { systemFault } from '../../base/files/index.js';
import { showPath } from '../../base/text/index.js';
import { staysInside } from './entry-file.js';
import { CURRENT_PLATFORM, libraryStem, librarySuffix } from './platform.js';
import type { PluginManifest } from './plugin-manifest.js';

/** The file that an entry means on one platform. */
export interface ResolvedEntry {
  /** As found from the plugin's folder. */
  readonly path: string;
  /** The same with every link followed; inside the real folder. */
  readonly real: string;
}

/**
 * What an entry may mean, in the order of trying: as written; its stem with the platform's suffix;
 * the same with `lib` before it, unless it has that already.
 *
 * @param entry path relative to the folder, with `/`
 * @param platform such as `linux-x64`
 */
export function entryCandidates(entry: string, platform: string): string[] {
  const stem = libraryStem(basename(entry));
  const library = stem + librarySuffix(platform);
  const folder = dirname(entry);
  const beside = (name: string) => (folder === '.' ? name : `${folder}/${name}`);
  const candidates = [entry, beside(library)];
  if (!stem.startsWith('lib')) candidates.push(beside(`lib${library}`));
  return [...new Set(candidates)];
}

/** What the caller knows of a plugin's folder already, to be spared asking the system again. */
export interface KnownTree {
  /** The folder with every link followed. */
  readonly real: string;
  /** What lies in it, links as such, by names relative to it; not necessarily all. */
  readonly tree: ReadonlyMap<string, Stats>;
}

/**
 * Finds the file that the manifest's entry means.
 * @throws AisopodError PLATFORM_UNSUPPORTED (a table of entries lacks the platform),
 *   ENTRY_NOT_FOUND (names what was tried), ENTRY_OUTSIDE, SCAN_UNREADABLE
 */
export function resolveEntry(
  manifest: Pick<PluginManifest, 'file' | 'dir' | 'plugin' | 'runtime'>,
  platform: string = CURRENT_PLATFORM,
  folder?: KnownTree,
): ResolvedEntry {
  const { file, dir } = manifest;
  const entry = entryOf(manifest, platform);
  if (!staysInside(entry)) throw outside(file, entry, join(dir, entry));
  // A name without folders: one on the way could be a link. A folder of a plugin is never the root.
  if (folder?.tree.get(entry)?.isFile() && !entry.includes('/')) {
    return { path: dir + sep + entry, real: folder.real + sep + entry };
  }
  // Only a library has a suffix that its platform chooses.
  const native = manifest.runtime.loader === 'native';
  const tried = native ? entryCandidates(entry, platform) : [entry];
  const seen: string[] = [];
  for (const candidate of tried) {
    const path = join(dir, candidate);
    const real = realFile(path);
    if (real === null) {
      const instead = standsInstead(path);
      seen.push(instead === null ? candidate : `${candidate} (${instead})`);
      continue;
    }
    if (!real.startsWith(realpathSync.native(dir) + sep)) throw outside(file, entry, real);
    return { path, real };
  }
  throw new AisopodError(
    'ENTRY_NOT_FOUND',
    `${showPath(file)}: the entry "${entry}" is not there. Tried in ${showPath(dir)}: ` +
      `${seen.join(', ')}. Build the plugin, or correct plugin.entry.`,
    { details: { file, entry, platform, tried } },
  );
}

/** The real path of a plain file; null when there is none. */
function realFile(path: string): string | null {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return null;
    return realpathSync.native(path);
  } catch (error) {
    const { errno, reason, advice } = systemFault(path, error, 'read');
    throw new AisopodError(
      'SCAN_UNREADABLE',
      `${showPath(path)} cannot be read (${reason}). ${advice}`,
      { details: { path, errno }, cause: error },
    );
  }
}

/** What is where a library should be and is no file; null: nothing. */
function standsInstead(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (stats.isDirectory()) return 'a directory';
  if (!stats.isSymbolicLink()) return 'a pipe, socket or device';
  return existsSync(path) ? 'a link to something that is not a file' : 'a link that leads nowhere';
}

function entryOf(
  { file, plugin }: Pick<PluginManifest, 'file' | 'plugin'>,
  platform: string,
): string {
  if (typeof plugin.entry === 'string') return plugin.entry;
  const entry = Object.entries(plugin.entry).find(([name]) => name === platform)?.[1];
  if (entry !== undefined) return entry;
  const offered = Object.keys(plugin.entry);
  throw new AisopodError(
    'PLATFORM_UNSUPPORTED',
    `${showPath(file)}: plugin.entry names a file for ${offered.join(', ') || 'no platform'}, and ` +
      `this is ${platform}. Take a build of ${plugin.id} for ${platform}, or add one to the table.`,
    { details: { file, found: platform, expected: offered } },
  );
}

function outside(file: string, entry: string, real: string): AisopodError {
  return new AisopodError(
    'ENTRY_OUTSIDE',
    `${showPath(file)}: the entry "${entry}" leads to ${showPath(real)}, outside of the plugin's ` +
      'folder. Put the file into the folder; a link has to stay inside of it too.',
    { details: { file, entry, real } },
  );
}
