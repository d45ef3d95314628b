import koffi from 'koffi';
import { ENTRY_SYMBOL } from '../../abi/index.js';
import { EntryFunction } from '../../abi/layout.js';
import { AisopodError } from '../../errors/index.js';

export { stuckOpening } from './loader-turn.js';

import { inTurn } from './loader-turn.js';
import { openError } from './open-error.js';
import { refuseClash, rememberSiblings, type Sibling } from './open-siblings.js';
import { type FindSymbol, openForGood } from './system-loader.js';

/** A library that stays open until the process ends. */
export interface OpenedLibrary {
  /** How messages name it. */
  readonly what: string;
  /** Calls aisopod_plugin_v1 on this thread: the address of the descriptor, null for NULL. */
  readonly entry: () => bigint | null;
}

export interface OpenOptions {
  /** Milliseconds that opening may take; more than 0. */
  readonly limitMs: number;
  /** The library that `path` is a copy of, which messages name; default: `path`. */
  readonly original?: string | undefined;
  /** The libraries that were copied with it. */
  readonly siblings?: readonly Sibling[] | undefined;
  /** Called before code of it runs; what it returns, when that is over. */
  readonly onTurn?: (() => () => void) | undefined;
}

/** Entry points by path: an equal path is the same library, which has been opened then. */
const entries = new Map<string, OpenedLibrary['entry']>();

/**
 * Opens a library and finds its entry point. Code of the library runs, on a thread of the pool;
 * the event loop goes on. One library is opened at a time in a process.
 *
 * @param path absolute path of a private copy, which nobody changes
 * @throws AisopodError LIBRARY_DEPENDENCY, LIBRARY_CLASH, LIBRARY_OPEN, LIBRARY_NO_ENTRY,
 *   LIBRARY_SLOW, LOADER_STUCK
 */
export function openLibrary(path: string, options: OpenOptions): Promise<OpenedLibrary> {
  const what = options.original ?? path;
  const siblings = options.siblings ?? [];
  return inTurn(what, options.limitMs, async () => {
    refuseClash(what, siblings);
    let entry = entries.get(path);
    if (entry === undefined) {
      const opened = options.onTurn?.();
      const find = await openForGood(path)
        .catch((error: unknown) => {
          throw openError(what, error);
        })
        .finally(opened);
      rememberSiblings(what, siblings);
      entry = findEntry(find, what);
      entries.set(path, entry);
    }
    return { what, entry };
  });
}

/** Within the turn, since looking up a name waits for a library that is being opened. */
function findEntry(find: FindSymbol, what: string): () => bigint | null {
  const address = find(ENTRY_SYMBOL);
  if (address !== null) return () => koffi.call(address, EntryFunction);
  throw new AisopodError(
    'LIBRARY_NO_ENTRY',
    `${what} is open, but ${ENTRY_SYMBOL} is not found in it. ` +
      'Define that function with AISOPOD_EXPORT as in aisopod/plugin.h.',
    { details: { path: what, expected: ENTRY_SYMBOL } },
  );
}
