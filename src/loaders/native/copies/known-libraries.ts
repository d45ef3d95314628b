import type { Stats } from 'node:fs';
import { join, sep } from 'node:path';
import { placeHere } from '../../../base/files/index.js';
import { HOST_VERSION } from '../../../base/version.js';
import type { Home } from '../../../home/paths/index.js';
import {
  type Fingerprint,
  fingerprint,
  isSettled,
  isUnchangedFile,
  readState,
  type StateHeader,
  writeState,
} from '../../../home/state/index.js';
import { CURRENT_PLATFORM } from '../../../packages/manifest/index.js';
import type { CopyFacts } from './copies.js';
import { noteUses } from './copy-users.js';
import { ensurePrivateFolder, refuseReplaceable } from './private-folder.js';

/** Raised when what is kept here changes its form or its meaning. */
const FORMAT = 3;

/**
 * A library with more symbols that are unique in the process is not remembered: reading it again is
 * faster than reading all their names in each start.
 */
const MOST_UNIQUE = 1024;

/** The same for a folder in which more was looked at. */
const MOST_SEEN = 512;

/** A library that was found fit to be opened, and whose private copy holds the same bytes. */
export interface KnownLibrary extends CopyFacts {
  readonly original: Fingerprint;
  readonly copy: Fingerprint;
  /** The plugin's folder, without links. */
  readonly folder: string;
  /** By path in that folder, whose own is '': what the copy was made of, and what could become part of it. */
  readonly seen: Readonly<Record<string, Fingerprint>>;
}

/** A library and its copy as they have just been read and compared. */
export interface ReadLibrary extends CopyFacts {
  readonly original: Stats;
  readonly copy: Stats;
  readonly folder: string;
  readonly seen: ReadonlyMap<string, Stats>;
  /** Milliseconds since the epoch, before any of both was looked at. */
  readonly begun: number;
}

/**
 * What was read in libraries that can be opened as they are: `state/libraries.json` of the home. One
 * that has not changed since, and whose copy has not, needs neither be read nor hashed again.
 *
 * Only its user can write to the copies and to this file, so what is here is believed as much as
 * they are. Nothing is believed that was written before the system started: after a crash a file
 * may have its times and not its bytes.
 */
export class KnownLibraries {
  /** The directory of the copies. */
  readonly copiesDir: string;
  readonly #file: string;
  readonly #header: StateHeader;
  /** What the file says; undefined: it is not needed now. */
  #before: Readonly<Record<string, KnownLibrary>> | undefined;
  /** Whether the user has put the cache outside of the home. */
  readonly #elsewhere: boolean;
  #private = false;
  readonly #expected = new Map<string, KnownLibrary>();
  readonly #learned = new Map<string, KnownLibrary>();

  constructor(home: Home) {
    this.copiesDir = home.copies;
    this.#elsewhere = home.cache !== join(home.root, 'cache');
    this.#file = join(home.state, 'libraries.json');
    this.#header = {
      format: FORMAT,
      hostVersion: HOST_VERSION,
      platform: CURRENT_PLATFORM,
      place: placeHere(),
      copies: home.copies,
    };
  }

  /**
   * Sees to it that nobody else can write to the directory of the copies. Asked once: only this user
   * could change the answer.
   * @throws AisopodError COPY_CACHE
   */
  ensurePrivate(): void {
    if (this.#private) return;
    ensurePrivateFolder(this.copiesDir);
    if (this.#elsewhere) refuseReplaceable(this.copiesDir);
    this.#private = true;
  }

  /**
   * Prepares for what is opened next: says in one go which copies will be used, before anyone looks
   * at them, so that nobody who cleans takes them away.
   * @param entries absolute paths of libraries
   */
  expect(entries: readonly string[]): void {
    for (const entry of entries) {
      const known = this.recall(entry);
      if (known !== null) this.#expected.set(entry, known);
    }
    if (this.#expected.size === 0) return;
    const keys = Array.from(this.#expected.values(), ({ key }) => `${key}/0`);
    noteUses(this.copiesDir, keys);
  }

  /** What recall() answers, or just has for expect(); that once. */
  take(entry: string): KnownLibrary | null {
    const expected = this.#expected.get(entry);
    this.#expected.delete(entry);
    return expected ?? this.recall(entry);
  }

  /**
   * What is known of a library, if it has not changed since.
   * @param entry its absolute path
   */
  recall(entry: string): KnownLibrary | null {
    const all = this.#known();
    const known = Object.hasOwn(all, entry) ? all[entry] : undefined;
    return known !== undefined && isAsKnown(entry, known) ? known : null;
  }

  /** Remembers a library, unless a change of it or of its copy could go unnoticed. */
  learn(entry: string, { original, copy, begun, ...facts }: ReadLibrary): void {
    if (!original.isFile() || !isSettled(original, begun) || !isSettled(copy, begun)) return;
    const { sha256, key, name, siblings, folder, format, machine, needed, unique, sanitizer } =
      facts;
    if (unique.length > MOST_UNIQUE || facts.seen.size > MOST_SEEN) return;
    const seen: Record<string, Fingerprint> = Object.create(null);
    for (const [each, stats] of facts.seen) {
      if (!isSettled(stats, begun)) return;
      seen[each] = fingerprint(stats);
    }
    this.#learned.set(entry, {
      sha256,
      key,
      name,
      siblings,
      folder,
      seen,
      format,
      machine,
      needed,
      unique,
      sanitizer,
      original: fingerprint(original),
      copy: fingerprint(copy),
    });
  }

  /**
   * Keeps what is new, and of the rest what has not changed. What is kept is read again when it is needed
   * again: most libraries are opened once.
   * @throws the system's error
   */
  async keep(): Promise<void> {
    const before = this.#learned.size > 0 ? this.#known() : {};
    this.#before = undefined;
    if (this.#learned.size === 0) return;
    const all: Record<string, KnownLibrary> = Object.create(null);
    for (const [entry, known] of Object.entries(before)) {
      if (isAsKnown(entry, known)) all[entry] = known;
    }
    const learned = new Map(this.#learned);
    for (const [entry, known] of learned) all[entry] = known;
    await writeState(this.#file, this.#header, all);
    for (const [entry, known] of learned) {
      if (this.#learned.get(entry) === known) this.#learned.delete(entry);
    }
    this.#before = undefined; // it may have been read meanwhile
  }

  #known(): Readonly<Record<string, KnownLibrary>> {
    this.#before ??= (readState(this.#file, this.#header) ?? {}) as Record<string, KnownLibrary>;
    return this.#before;
  }
}

/** Whether nothing has happened to a library, and to what its copy was made of. */
function isAsKnown(entry: string, { original, folder, seen }: KnownLibrary): boolean {
  try {
    if (!isUnchangedFile(entry, original)) return false;
    for (const name in seen) {
      const path = name === '' ? folder : `${folder}${sep}${name}`;
      if (!isUnchangedFile(path, seen[name] as Fingerprint)) return false;
    }
    return true;
  } catch {
    return false;
  }
}
