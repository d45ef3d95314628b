import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { showPath } from '../../base/text/index.js';
import { BARE_MANIFEST, libraryStem, MANIFEST_NAME } from '../manifest/index.js';
import {
  bareCandidate,
  folderCandidate,
  knownCandidate,
  manifestsIn,
  refused,
  type Scan,
  type Spot,
  unreadable,
} from './candidate.js';
import type { Candidate } from './discovered-plugin.js';
import { below, judge, unsafeError } from './safety.js';
import type { SearchPath } from './search-path.js';

/** What the folder of a version is called: 1.2.3, 1.2, v2. Its manifest says which version it is. */
const VERSION_NAME = /^v?\d/i;

const ASCII = /^[ -~]*$/;

/** Everything of one search path, in the order of names. Never throws. */
export function scanSearchPath(scan: Scan): Candidate[] {
  const { single, error } = scan.origin;
  if (error?.code === 'SEARCH_PATH_MISSING') return [];
  if (error) return [refused(scan, scan.origin, error)];
  return single ? scanFolder(scan, scan.origin) : scanDirectory(scan, scan.origin);
}

function scanDirectory(scan: Scan, dir: Spot): Candidate[] {
  let entries: Dirent[];
  try {
    const stats = statSync(dir.path);
    if (!stats.isDirectory()) return [refused(scan, dir, notDirectory(scan.origin))];
    // In a directory with the sticky bit (like /tmp) nobody can replace another's folder.
    const sticky = (stats.mode & 0o1000) !== 0;
    const unsafe = scan.user === null || sticky ? null : judge(dir.path, stats, scan.user);
    if (unsafe) {
      return [refused(scan, dir, unsafeError(`What is in ${showPath(dir.path)}`, [unsafe]))];
    }
    entries = readdirSync(dir.path, { withFileTypes: true });
  } catch (error) {
    return [refused(scan, dir, unreadable(dir.path, error))];
  }
  entries.sort((a, b) => compare(a.name, b.name));
  // Someone who names the folder of a plugin instead of the one around it means that plugin.
  const names = entries.map(({ name }) => name);
  if (scan.origin.origin !== 'home' && manifestsIn(names).length > 0) {
    return [folderCandidate(scan, dir, names)];
  }

  const found: Candidate[] = [];
  const libraries: Spot[] = [];
  // Hidden ones are no plugins: editors and package managers keep such.
  const visible = entries.filter(({ name }) => !name.startsWith('.'));
  const twins = twinsOf(visible.map(({ name }) => name));
  for (const entry of visible) {
    const seen = look(dir, entry);
    const { spot, kind } = seen;
    const same = twins.get(entry.name);
    if (seen.error) found.push(refused(scan, spot, seen.error));
    else if (same && (kind === 'folder' || entry.name.endsWith(BARE_MANIFEST))) {
      found.push(refused(scan, spot, twinError(dir.path, same)));
    } else if (kind === 'folder') found.push(...scanFolder(scan, spot));
    else if (kind === 'file' && entry.name.endsWith(BARE_MANIFEST)) {
      found.push(bareCandidate(scan, spot));
    } else if (kind === 'file' && libraryStem(entry.name) !== entry.name) {
      libraries.push(spot);
    }
  }
  const owned = new Set(found.map(({ entry }) => entry?.path));
  const manifests = new Set(found.map(({ manifestFile }) => manifestFile));
  for (const spot of libraries) {
    const manifest = libraryStem(spot.path) + BARE_MANIFEST;
    if (!owned.has(spot.path) && !manifests.has(manifest)) {
      found.push(refused(scan, spot, bareLibrary(spot.path, manifest)));
    }
  }
  return found.sort((a, b) => compare(a.path, b.path));
}

/** One folder: a plugin, or several versions of one, or neither. */
function scanFolder(scan: Scan, dir: Spot): Candidate[] {
  const known = knownCandidate(scan, dir);
  if (known) return [known];
  try {
    const names = readdirSync(dir.path).sort();
    if (manifestsIn(names).length > 0) return [folderCandidate(scan, dir, names)];
    const versionNames = names.filter((name) => VERSION_NAME.test(name));
    const twins = twinsOf(versionNames);
    const versions = versionNames.flatMap((name) => {
      const spot = { path: join(dir.path, name), real: join(dir.real, name) };
      const same = twins.get(name);
      return same ? [refused(scan, spot, twinError(dir.path, same))] : scanVersion(scan, spot);
    });
    if (versions.length === 0) return [refused(scan, dir, noManifest(dir.path))];
    // Who can write to the folder around the versions can put another one in the place of any.
    const unsafe = scan.user === null ? null : judge(dir.path, statSync(dir.path), scan.user);
    if (unsafe === null) return versions;
    return [refused(scan, dir, unsafeError(`What is in ${showPath(dir.path)}`, [unsafe]))];
  } catch (error) {
    return [refused(scan, dir, unreadable(dir.path, error))];
  }
}

/** A folder that is called like a version. */
function scanVersion(scan: Scan, version: Spot): Candidate[] {
  try {
    if (!lstatSync(version.path).isDirectory()) return [];
    const known = knownCandidate(scan, version);
    if (known) return [known];
    const names = readdirSync(version.path).sort();
    if (manifestsIn(names).length === 0) return [];
    return [folderCandidate(scan, version, names)];
  } catch (error) {
    return [refused(scan, version, unreadable(version.path, error))];
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Seen {
  readonly spot: Spot;
  readonly kind: 'folder' | 'file' | 'other';
  /** A link that leads nowhere, or where we may not look. */
  readonly error: AisopodError | null;
}

function look(dir: Spot, entry: Dirent): Seen {
  const path = below(dir.path, entry.name);
  const real = below(dir.real, entry.name);
  const kindOf = (what: Dirent | Stats) =>
    what.isDirectory() ? 'folder' : what.isFile() ? 'file' : 'other';
  if (!entry.isSymbolicLink()) return { spot: { path, real }, kind: kindOf(entry), error: null };
  try {
    const spot = { path, real: realpathSync.native(path) };
    return { spot, kind: kindOf(statSync(path)), error: null };
  } catch (error) {
    return { spot: { path, real }, kind: 'other', error: unreadable(path, error) };
  }
}

/**
 * Names that differ only in case or in the forms of Unicode, and so are one name on other systems.
 * @returns by name, all that are one with it; names that stand alone are missing
 */
function twinsOf(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const folded = (ASCII.test(name) ? name : name.normalize('NFC')).toLowerCase();
    const same = groups.get(folded);
    if (same) same.push(name);
    else groups.set(folded, [name]);
  }
  if (groups.size === names.length) return NO_TWINS;
  const twins = [...groups.values()].filter((group) => group.length > 1);
  return new Map(twins.flatMap((group) => group.map((name) => [name, group] as const)));
}

const NO_TWINS: ReadonlyMap<string, readonly string[]> = new Map();

function twinError(dir: string, names: readonly string[]): AisopodError {
  const paths = names.map((name) => below(dir, name));
  return new AisopodError(
    'NAME_TWINS',
    `${paths.map(showPath).join(' and ')} have names that differ only in case, or in how accents are ` +
      'encoded. macOS and Windows do not distinguish them, so none of them is used. Rename or remove all ' +
      'but one.',
    { details: { paths } },
  );
}

function notDirectory({ path, origin }: SearchPath): AisopodError {
  return new AisopodError(
    'SCAN_UNREADABLE',
    `${showPath(path)} is not a directory, so it cannot be searched for plugins. Name the directory ` +
      'that holds the folders of plugins.',
    { details: { path, origin, errno: 'ENOTDIR' } },
  );
}

function noManifest(dir: string): AisopodError {
  return new AisopodError(
    'MANIFEST_MISSING',
    `${showPath(dir)} has no ${MANIFEST_NAME}, plugin.yaml or plugin.json. Write one that names id, version and entry, or ` +
      'move the folder out of the directory of plugins.',
    { details: { path: dir, expected: MANIFEST_NAME } },
  );
}

function bareLibrary(path: string, manifest: string): AisopodError {
  return new AisopodError(
    'BARE_LIBRARY',
    `${showPath(path)} has no manifest, so nothing is known about it. Write ` +
      `${showPath(manifest)} next to it, or put it into a folder with an ${MANIFEST_NAME}.`,
    { details: { path, expected: manifest } },
  );
}
