import { readFileSync, statSync } from 'node:fs';
import Range from 'semver/classes/range.js';
import prerelease from 'semver/functions/prerelease.js';
import rcompare from 'semver/functions/rcompare.js';
import { AisopodError } from '../../base/errors/index.js';
import { show, showPath } from '../../base/text/index.js';
import { isWholeLibrary } from '../binary/whole-library.js';
import { isIncompatibility, type PluginManifest } from '../manifest/index.js';
import type { Candidate, DiscoveredPlugin } from './discovered-plugin.js';

/** Holds a plugin at some of its versions. */
export interface Pin {
  /** A range of versions in the notation of npm; a version alone means just that one. */
  readonly range: string;
  /** What pins it, as a part of a sentence, such as `config.toml ([plugins.settings.calc] version)`. */
  readonly by: string;
}

/** Returns the pin of an id; null: it has none. */
export type PinOf = (id: string) => Pin | null;

/**
 * Decides which of the candidates of each id is the plugin. The first directory that holds a sound one
 * decides: in it a pin, else the highest stable version that fits. A copy that is broken takes the place
 * of none that is sound. The others say what stands in their way.
 *
 * @param candidates in the order of precedence
 * @param lastGood what is remembered of a folder
 * @param platform such as `linux-x64`
 */
export function choose(
  candidates: readonly Candidate[],
  pinOf: PinOf,
  lastGood: (path: string) => PluginManifest | null,
  platform: string,
): DiscoveredPlugin[] {
  const byId = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    // What others could have put there takes no other plugin's place.
    if (candidate.id === null || candidate.error?.code === 'PATH_UNSAFE') continue;
    const same = byId.get(candidate.id);
    if (same) same.push(candidate);
    else byId.set(candidate.id, [candidate]);
  }
  const errors = new Map<Candidate, AisopodError>();
  for (const [id, rivals] of byId) {
    const pin = pinOf(id);
    if (pin === null && rivals.length === 1) continue;
    const faults = rivals.length > 1 ? faultsOf(rivals, platform) : new Map();
    for (const [rival, error] of decide({ id, rivals, pin, faults })) errors.set(rival, error);
  }
  return candidates.map((candidate) => {
    const error = errors.get(candidate);
    if (error === undefined && candidate.manifest !== null) return candidate;
    const { path, manifest } = candidate;
    const before = manifest === null ? lastGood(path) : null;
    return { ...candidate, error: error ?? candidate.error, lastGood: before };
  });
}

/** Faults of copies, as far as they can be known before one is opened; those of sound ones are missing. */
type Faults = ReadonlyMap<Candidate, AisopodError>;

/**
 * What is wrong with each: its manifest, its files, what it fits, and its library by its headers. If all
 * libraries that are there are damaged, opening one says more than this.
 */
function faultsOf(rivals: readonly Candidate[], platform: string): Faults {
  const faults = new Map<Candidate, AisopodError>();
  const damaged: Candidate[] = [];
  for (const rival of rivals) {
    const { error, entry, manifest } = rival;
    if (error !== null) faults.set(rival, error);
    else if (entry === null || manifest?.runtime.loader !== 'native') continue;
    else if (!isWholeLibrary(entry.real, platform)) damaged.push(rival);
  }
  if (faults.size + damaged.length === rivals.length) return faults;
  for (const rival of damaged) faults.set(rival, damagedLibrary(rival, platform));
  return faults;
}

interface Contest {
  readonly id: string;
  /** In the order of precedence. */
  readonly rivals: readonly Candidate[];
  readonly pin: Pin | null;
  readonly faults: Faults;
}

/** @returns why those that are not used are not, and what is wrong with the one that is */
function decide({ id, rivals, pin, faults }: Contest): Map<Candidate, AisopodError> {
  const errors = new Map<Candidate, AisopodError>();
  const pinned = pin === null ? rivals : rivalsWithin(rivals, pin.range);
  const byVersion = pin === null ? stableFirst : highestFirst;
  const wanted = pinned.length > 0 ? pinned : rivals;
  const sound = wanted.filter((rival) => !faults.has(rival));
  const pool = sound.length > 0 ? sound : wanted;
  const directory = (pool[0] as Candidate).origin;
  const here = pool.filter(({ origin }) => origin === directory).sort(byVersion);
  const winner = here[0] as Candidate;
  const doubles = sound.length === 0 ? [] : here.filter((each) => isDouble(each, winner));
  if (pin !== null && pinned.length === 0) {
    errors.set(winner, versionPinned(id, pin, rivals.map(versionOf)));
  }
  const comesFirst = (broken: Candidate) => {
    const earlier = rivals.indexOf(broken) < rivals.indexOf(winner);
    if (broken.origin !== winner.origin) return earlier;
    // A version that this host does not fit is passed over on purpose.
    if (isIncompatibility(broken.error?.code)) return false;
    const order = byVersion(broken, winner);
    return order < 0 || (order === 0 && earlier);
  };
  for (const rival of rivals) {
    if (rival === winner) continue;
    const fault = faults.get(rival);
    // A copy that would be used if it had no fault says so, since people expect it to be used.
    const expected = fault !== undefined && wanted.includes(rival) && comesFirst(rival);
    errors.set(rival, expected ? fault : shadowed(rival, winner));
  }
  if (doubles.length > 0) {
    const error = duplicate([winner, ...doubles]);
    for (const each of [winner, ...doubles]) errors.set(each, error);
  }
  return errors;
}

/** The highest stable version first; of equal ones, the one that was found first stays first. */
function stableFirst(a: Candidate, b: Candidate): number {
  return Number(isPrerelease(a)) - Number(isPrerelease(b)) || highestFirst(a, b);
}

/** As stableFirst(), but pre-releases that a pin has chosen are versions like any other. */
function highestFirst(a: Candidate, b: Candidate): number {
  return rcompare(versionOf(a), versionOf(b));
}

/**
 * The copies in a range. A version that stands there literally, build metadata included, goes before the range that
 * npm makes of it. A pre-release is in a range that names one of its version; if no copy is, then in a range around it.
 */
function rivalsWithin(rivals: readonly Candidate[], range: string): readonly Candidate[] {
  const exact = rivals.filter((rival) => versionOf(rival) === range);
  if (exact.length > 0) return exact;
  const within = (includePrerelease: boolean) => {
    const accepted = new Range(range, { includePrerelease });
    return rivals.filter((rival) => accepted.test(versionOf(rival)));
  };
  const strict = within(false);
  return strict.length > 0 ? strict : within(true);
}

function isDouble(candidate: Candidate, winner: Candidate): boolean {
  return (
    candidate !== winner &&
    versionOf(candidate) === versionOf(winner) &&
    !sameBytes(candidate, winner)
  );
}

function versionOf({ manifest }: Candidate): string {
  return manifest?.plugin.version ?? '';
}

function isPrerelease(candidate: Candidate): boolean {
  return prerelease(versionOf(candidate)) !== null;
}

/**
 * Returns the error of a pin that no version meets.
 * @param there the versions that were found, in any order
 */
export function versionPinned(id: string, pin: Pin, there: readonly string[]): AisopodError {
  const found = [...new Set(there)].sort((a, b) => rcompare(b, a));
  const those = found.length === 1 ? 'the only version' : 'the versions';
  return new AisopodError(
    'VERSION_PINNED',
    `${pin.by} pins ${id} at ${show(pin.range)}, and ${those} found ${found.length === 1 ? 'is' : 'are'} ` +
      `${found.join(', ')}. Install a version in that range, or change the pin.`,
    { details: { id, found, expected: pin.range } },
  );
}

/** Whether a pin allows a version. */
export function isPinned(version: string, { range }: Pin): boolean {
  return version === range || new Range(range, { includePrerelease: true }).test(version);
}

function shadowed(loser: Candidate, winner: Candidate): AisopodError {
  return new AisopodError(
    'SHADOWED',
    `${showPath(loser.path)} (${loser.id} ${versionOf(loser)}) is shadowed by ` +
      `${showPath(winner.path)} (${versionOf(winner)}). Remove one, or pin a version under ` +
      `[plugins.settings.${loser.id}].`,
    { details: { id: loser.id, path: loser.path, by: winner.path } },
  );
}

function duplicate(copies: readonly Candidate[]): AisopodError {
  const [{ id }] = copies as [Candidate];
  const version = versionOf(copies[0] as Candidate);
  const paths = copies.map(({ path }) => path);
  return new AisopodError(
    'DUPLICATE_PLUGIN',
    `${paths.map(showPath).join(' and ')} are ${copies.length > 2 ? 'all' : 'both'} ${id} ${version}, with different bytes, so none of them is ` +
      'opened. Remove all but one, or give them different versions.',
    { details: { id, version, paths } },
  );
}

function damagedLibrary({ path, entry }: Candidate, platform: string): AisopodError {
  return new AisopodError(
    'LIBRARY_FORMAT',
    `${showPath(entry?.real ?? path)} is not a whole library for ${platform}, so another copy of the ` +
      'plugin is used. Copy or build it again.',
    { details: { path: entry?.real ?? path } },
  );
}

/** Whether manifest and entry of two plugins are equal, byte by byte. */
function sameBytes(a: Candidate, b: Candidate): boolean {
  return (
    sameFile(a.manifestFile, b.manifestFile) &&
    sameFile(a.entry?.real ?? null, b.entry?.real ?? null)
  );
}

function sameFile(a: string | null, b: string | null): boolean {
  if (a === b || a === null || b === null) return a === b;
  try {
    return statSync(a).size === statSync(b).size && readFileSync(a).equals(readFileSync(b));
  } catch {
    // What cannot be read any more can't be shown to be equal.
    return false;
  }
}
