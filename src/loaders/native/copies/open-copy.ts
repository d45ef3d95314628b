import { existsSync, lstatSync } from 'node:fs';
import { AisopodError } from '../../../base/errors/index.js';
import {
  type OpenedLibrary,
  type OpenOptions,
  openLibrary,
  type Sibling,
} from '../opening/open-library.js';
import { refuseSanitizer } from '../opening/sanitizers.js';
import { type CopyOptions, copyLibrary, type LibraryCopy } from './copies.js';
import { findLibrary } from './find-library.js';
import { knownCopy } from './known-copy.js';
import type { KnownLibraries } from './known-libraries.js';

/** One cleaning removes a copy at most once; this many may run at the same time. */
const ATTEMPTS = 3;

export interface OpenedCopy {
  readonly copy: LibraryCopy;
  readonly library: OpenedLibrary;
}

/** How a copy is opened. */
export interface CopyOpening extends Omit<OpenOptions, 'siblings' | 'unique' | 'find'> {
  /** Receives the digest of the copy before it is opened; throws or rejects to refuse it. */
  readonly admit?: ((sha256: string) => Promise<void> | undefined) | undefined;
}

/**
 * Makes the private copy of a library and opens it. Another process that cleans the cache may have
 * seen the copy before this process said that it uses it, and take it away just before it is
 * opened; then it is made and opened once more, and the note stands.
 *
 * @param entry path of the library
 * @param copying is called when there is no copy that could be used as it is
 * @param libraries what is known of it, and is to be known from now on; null: nothing
 * @throws AisopodError LIBRARY_SANITIZER; as copyLibrary() and openLibrary(); what `admit` throws
 */
export async function openCopy(
  entry: string,
  copying: () => CopyOptions,
  opening: CopyOpening,
  libraries: KnownLibraries | null = null,
): Promise<OpenedCopy> {
  let known = libraries && knownCopy(entry, libraries);
  for (let attempt = 1; ; attempt++) {
    let copy: LibraryCopy | undefined;
    try {
      copy = known ?? (await readInTurn(entry, copying(), libraries));
      known = null;
      refuseSanitizer(opening.original ?? entry, copy.sanitizer);
      const admitted = opening.admit?.(copy.sha256);
      if (admitted !== undefined) await admitted;
      const { unique } = copy;
      const siblings = openedWith(copy);
      const find = (missing: string) => findLibrary(missing, entry, copying().folder);
      const { limitMs, pluginId, pluginDir, original, apart, onChange, events } = opening;
      const library = await openLibrary(copy.path, {
        limitMs,
        pluginId,
        pluginDir,
        original,
        siblings,
        unique,
        apart,
        find,
        onChange,
        events,
      });
      return { copy, library };
    } catch (error) {
      if (attempt === ATTEMPTS || !wasTakenAway(copy, error)) throw error;
    }
  }
}

/** The libraries that the loader of the system opens with a copy. */
function openedWith({ path, name, siblings }: LibraryCopy): Sibling[] {
  const folder = path.slice(0, -name.length);
  return siblings.map(({ file, ...each }) => ({ ...each, path: folder + file }));
}

let turns: Promise<unknown> = Promise.resolve();

/**
 * One library is read and copied at a time, however many are to be opened: each takes memory for a
 * piece of it. Small ones take a turn of the event loop each, large ones several.
 */
async function readInTurn(
  entry: string,
  copying: CopyOptions,
  libraries: KnownLibraries | null,
): Promise<LibraryCopy> {
  copying.signal?.throwIfAborted();
  const mine = turns
    .then(() => new Promise(setImmediate))
    .then(() => makeCopy(entry, copying, libraries));
  turns = mine.catch(() => {});
  const copy = await mine;
  copying.signal?.throwIfAborted();
  return copy;
}

async function makeCopy(
  entry: string,
  copying: CopyOptions,
  libraries: KnownLibraries | null,
): Promise<LibraryCopy> {
  copying.signal?.throwIfAborted(); // others were read first
  const begun = Date.now();
  const original = lstatSync(entry, { throwIfNoEntry: false });
  const copy = await copyLibrary(entry, copying);
  const { seen } = copy;
  if (original !== undefined && seen !== null) {
    const stats = lstatSync(copy.path, { throwIfNoEntry: false });
    const read = { ...copy, seen, original, begun };
    if (stats !== undefined) libraries?.learn(entry, { ...read, copy: stats });
  }
  return copy;
}

function wasTakenAway(copy: LibraryCopy | undefined, error: unknown): boolean {
  if (copy !== undefined) return !existsSync(copy.path);
  if (!AisopodError.is(error) || error.code !== 'COPY_CACHE') return false;
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
