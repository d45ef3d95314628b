import { chmodSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { makePrivateDir } from '../../home/paths/index.js';
import { withLoader } from '../../loaders/native/opening/with-loader.js';
import { closeOnExec } from '../../loaders/native/process/close-on-exec.js';
import { unavailable } from './storage-error.js';
import { storeFault } from './store-file.js';

/** What holds the values: the bytes of a key, and JSON. */
export type Store = RootDatabase<string, Buffer>;

interface Opened {
  readonly store: Store;
  users: number;
}

// One a file and thread: closing a store takes it from whoever else opened it in this thread.
const opened = new Map<string, Opened>();

/** A store that is shared by all hosts of this thread, until each has given it back. */
export interface StoreLease {
  readonly store: Store;
  /** To be called once, when nothing is written any more. */
  release(): Promise<void>;
}

/**
 * Opens the store of a home, which is made if it isn't there. Several processes may have it open.
 *
 * @param folder for nothing but the store; made for its owner alone
 * @throws AisopodError STORAGE_UNAVAILABLE, HOME_UNWRITABLE
 */
export async function openStore(folder: string): Promise<StoreLease> {
  makePrivateDir(folder, 'the folder of the storage');
  const file = join(realpathSync(folder), 'store.mdb');
  // Loads native code, which most commands don't need.
  const { open } = await withLoader('The storage (LMDB)', () => import('lmdb'));
  // From here to the end nothing waits, so that two hosts don't open it twice.
  const shared = opened.get(file) ?? openNow(open, file);
  shared.users += 1;
  opened.set(file, shared);
  return {
    store: shared.store,
    async release() {
      shared.users -= 1;
      if (shared.users > 0) return;
      opened.delete(file);
      await shared.store.close();
    },
  };
}

function openNow(open: typeof import('lmdb').open, file: string): Opened {
  try {
    const fault = storeFault(file);
    if (fault !== null) throw new Error(fault);
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
    if (process.platform !== 'win32') chmodSync(file, 0o600);
    closeOnExec(file);
    return { store, users: 0 };
  } catch (cause) {
    throw unavailable(file, cause);
  }
}
