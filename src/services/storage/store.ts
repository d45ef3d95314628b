import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { AisopodError } from '../../base/errors/index.js';
import { lazily } from '../../base/lazily.js';
import { withLoader } from '../../loaders/native/opening/with-loader.js';
import { closeOnExec } from '../../loaders/native/process/close-on-exec.js';
import { SharedStore } from './shared-store.js';
import { storeFault } from './store-file.js';
import { makeStoreFolder, prepareFiles } from './store-place.js';
import { damagedFault, unavailable, unavailableFor } from './unavailable.js';

/** Loads native code, which most commands don't need. */
const loadLmdb = lazily(() => import('lmdb'), 24);

/** What holds the values: the bytes of a key, and JSON. */
export type Store = RootDatabase<string, Buffer>;

// One a file and thread: closing a store takes it from whoever else opened it in this thread.
const opened = new Map<string, SharedStore>();

/** Stores that are being closed. LMDB must not open a file twice in one process. */
const closing = new Map<string, Promise<void>>();

/**
 * Opens the store of a home, which is made if it isn't there. Several processes may have it open.
 *
 * @param folder for nothing but the store; made for its owner alone
 * @returns the store, to be given back by releaseStore()
 * @throws AisopodError STORAGE_UNAVAILABLE
 */
export async function openStore(folder: string): Promise<SharedStore> {
  const { open } = await withLoader('The storage (LMDB)', loadLmdb);
  makeStoreFolder(folder);
  const file = join(realpathSync(folder), 'store.mdb');
  for (let wait = closing.get(file); wait !== undefined; wait = closing.get(file)) await wait;
  // From here to the end nothing waits, so that two hosts don't open it twice.
  const shared = opened.get(file) ?? openNow(open, file);
  shared.users += 1;
  return shared;
}

/** To be called once by each user, when it writes nothing any more. */
export async function releaseStore(store: SharedStore): Promise<void> {
  store.users -= 1;
  if (store.users === 0) await store.retire();
}

function openNow(open: typeof import('lmdb').open, file: string): SharedStore {
  prepareFiles(file);
  try {
    const damage = storeFault(file);
    if (damage !== null) throw unavailableFor(file, damagedFault(file, damage));
    const store = open<string, Buffer>({
      path: file,
      noSubdir: true,
      keyEncoding: 'binary',
      encoding: 'string',
      // What was answered is on the disk, not only in the memory of the system.
      overlappingSync: false,
      // The batch of a turn has a promise that only LMDB has, and that nothing handles on a full disk.
      eventTurnBatching: false,
      cache: false,
    });
    closeOnExec(file);
    const shared = new SharedStore(file, store, (closed) => retired(file, closed));
    opened.set(file, shared);
    return shared;
  } catch (cause) {
    throw AisopodError.is(cause) ? cause : unavailable(file, cause);
  }
}

function retired(file: string, closed: Promise<void>): void {
  opened.delete(file);
  const done = closed.finally(() => closing.delete(file));
  closing.set(file, done);
}
