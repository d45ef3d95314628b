import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { showPath } from '../../base/text/index.js';
import type { ListedKind, Listing } from '../../home/state/index.js';
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
  let listing: Listing;
  try {
    const stats = statSync(dir.path);
    if (!stats.isDirectory()) return [refused(scan, dir, notDirectory(scan.origin))];
    // In a directory with the sticky bit (like /tmp) nobody can replace another's folder.
    const sticky = (stats.mode & 0o1000) !== 0;
    const unsafe = scan.user === null || sticky ? null : judge(dir.path, stats, scan.user);
    if (unsafe) {
      return [refused(scan, dir, unsafeError(`What is in ${showPath(dir.path)}`, [unsafe]))];
    }
    listing = scan.listings.list(dir.path);
    scan.known?.listed(dir.path);
  } catch (error) {
    return [refused(scan, dir, unreadable(dir.path, error))];
  }
  const { names, kinds } = listing;
  // Someone who names the folder of a plugin instead of the one around it means that plugin.
  if (scan.origin.origin !== 'home' && manifestsIn(names).length > 0) {
    return [folderCandidate(scan, dir, names)];
  }

  const found: Candidate[] = [];
  const libraries: Spot[] = [];
  // Hidden ones are no plugins: editors and package managers keep such.
  const twins = twinsOf(names.filter((name) => !name.startsWith('.')));
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (name.startsWith('.')) continue;
    const { spot, kind, error } = look(dir, name, kinds[i] ?? 'other');
    const same = twins.get(name);
    if (error) found.push(refused(scan, spot, error));
    else if (same && (kind === 'folder' || name.endsWith(BARE_MANIFEST))) {
      found.push(refused(scan, spot, twinError(dir.path, same)));
    } else if (kind === 'folder') found.push(...scanFolder(scan, spot));
    else if (kind === 'file' && name.endsWith(BARE_MANIFEST)) {
      found.push(bareCandidate(scan, spot));
    } else if (kind === 'file' && libraryStem(name) !== name) {
      libraries.push(spot);
    }
  }
  if (libraries.length === 0) return found.sort((a, b) => compare(a.path, b.path));
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
  readonly kind: ListedKind;
  /** A link that leads nowhere, or where we may not look. */
  readonly error: AisopodError | null;
}

/** @param kind what the name is itself; a link is followed */
function look(dir: Spot, name: string, kind: ListedKind): Seen {
  const path = below(dir.path, name);
  const real = dir.real === dir.path ? path : below(dir.real, name);
  if (kind !== 'link') return { spot: { path, real }, kind, error: null };
  try {
    const stats = statSync(path);
    const spot = { path, real: realpathSync.native(path) };
    const target = stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
    return { spot, kind: target, error: null };
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
