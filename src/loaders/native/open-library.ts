import type { UniqueSymbol } from '../../binary/index.js';
import { AisopodError } from '../../errors/index.js';
import { callEntry, type EntryQuery } from './call-entry.js';
import { inTurn, stuckOpening } from './loader-turn.js';
import { refuseClash, type Sibling } from './open-siblings.js';
import { openTogether, type WantedLibrary } from './open-together.js';
import { hasUniqueClash, refuseUniqueClash } from './unique-symbols.js';

export { stuckOpening };

/** A library that stays open until the process ends. */
export interface OpenedLibrary {
  /** How messages name it. */
  readonly what: string;
  /** Calls its entry function; see callEntry(). */
  readonly entry: (query: EntryQuery) => bigint | null;
}

export interface OpenOptions {
  /** Milliseconds that opening may take; more than 0. */
  readonly limitMs: number;
  /** The library that `path` is a copy of, which messages name; default: `path`. */
  readonly original?: string | undefined;
  /** The libraries that were copied with it. */
  readonly siblings?: readonly Sibling[] | undefined;
  /** What it and these share with other libraries of the process. */
  readonly unique?: readonly UniqueSymbol[] | undefined;
  /** Code that ran while it was opened has changed the process; as mendProcess() takes it. */
  readonly onChange?: WantedLibrary['onChange'];
}

/** So many at most are opened in one turn: another copy of this package may wait for its own. */
const TOGETHER = 64;

/** Entry points by path: an equal path is the same library, which has been opened then. */
const entries = new Map<string, bigint>();

/** In the order of the calls of openLibrary(). */
const queue: WantedLibrary[] = [];
let served = false;

/**
 * Opens a library and finds its entry point. Code of the library runs, on a thread of the pool;
 * the event loop goes on. One library is opened at a time in a process.
 *
 * @param path absolute path of a private copy, which does not change
 * @throws AisopodError LIBRARY_DEPENDENCY, LIBRARY_CLASH, LIBRARY_OPEN, LIBRARY_NO_ENTRY,
 *   LIBRARY_SLOW, LOADER_STUCK, ADDON_MISSING
 */
export function openLibrary(path: string, options: OpenOptions): Promise<OpenedLibrary> {
  const { limitMs, original: what = path, siblings = [], unique = [], onChange } = options;
  return new Promise((resolve, refused) => {
    const opened = (entry: bigint) => {
      entries.set(path, entry);
      resolve({ what, entry: (query) => callEntry(entry, query) });
    };
    queue.push({ path, what, limitMs, siblings, unique, onChange, opened, refused });
    if (served) return;
    served = true;
    // What is wanted later in this turn of the event loop goes the same way.
    setImmediate(serve);
  });
}

function serve(): void {
  void inTurn(async () => {
    const next = take();
    if (next.length > 0) queue.unshift(...(await openTogether(next)));
  }).then(() => {
    if (queue.length > 0) serve();
    else served = false;
  });
}

/** The next ones that can be opened together. What can't be opened, or is open, is settled here. */
function take(): WantedLibrary[] {
  const taken: WantedLibrary[] = [];
  const unique = new Map<string, UniqueSymbol>();
  while (queue.length > 0 && taken.length < TOGETHER) {
    const next = queue[0] as WantedLibrary;
    // Those of one may forbid those of the next, which is seen once they are open.
    if (next.siblings.length > 0 && taken.length > 0) break;
    if (hasUniqueClash(unique, next.unique)) break;
    queue.shift();
    if (isSettled(next)) continue;
    taken.push(next);
    for (const symbol of next.unique) unique.set(symbol.name, symbol);
    if (next.siblings.length > 0) break;
  }
  return taken;
}

function isSettled({ path, what, siblings, unique, opened, refused }: WantedLibrary): boolean {
  try {
    const stuck = stuckOpening();
    if (stuck !== null) throw stuckError(what, stuck);
    refuseClash(what, siblings);
    refuseUniqueClash(what, unique);
  } catch (error) {
    refused(error);
    return true;
  }
  const entry = entries.get(path);
  if (entry !== undefined) opened(entry);
  return entry !== undefined;
}

function stuckError(path: string, by: string): AisopodError {
  return new AisopodError(
    'LOADER_STUCK',
    `${path} cannot be opened, because ${by} is still being opened and holds the loader of the ` +
      'operating system. Disable that plugin and start again.',
    { details: { path, by } },
  );
}
