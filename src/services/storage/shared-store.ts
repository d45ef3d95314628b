import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { Change } from './change.js';
import { catchFailedCommits, isFailedCommit } from './failed-commit.js';
import type { Scope } from './storage-key.js';
import type { Store } from './store.js';
import { lockOf } from './store-place.js';
import { unavailable, unavailableFor } from './unavailable.js';
import { causeOfFailedWrite } from './write-fault.js';
import { WriteQueue } from './write-queue.js';

/** A use was refused before it began: the store has to be opened again. */
export const RETIRED = Symbol('the store is retired');

/**
 * An open store, which all hosts of a thread share. It is retired when LMDB can't be trusted with it any
 * more: its file was removed, replaced or cut short, or a commit failed. The next use opens it again.
 */
export class SharedStore {
  /** Hosts that use it. */
  users = 0;
  readonly #file: string;
  readonly #store: Store;
  readonly #files: readonly OpenFile[];
  readonly #queue: WriteQueue;
  readonly #onRetired: (closed: Promise<void>) => void;
  #running = 0;
  #close: (() => void) | null = null;
  #hasLooked = false;
  /** Why the last commit failed. */
  #failure: unknown = null;

  /** @param onRetired is called once, with a promise that resolves when it is closed */
  constructor(file: string, store: Store, onRetired: (closed: Promise<void>) => void) {
    this.#file = file;
    this.#store = store;
    this.#onRetired = onRetired;
    this.#files = [new OpenFile(file), new OpenFile(lockOf(file))];
    this.#queue = new WriteQueue(store);
    catchFailedCommits(store, (error) => {
      this.#failure = error;
      this.#queue.commitFailed(error);
    });
  }

  get isRetired(): boolean {
    return this.#close !== null;
  }

  /**
   * @throws RETIRED
   * @throws AisopodError STORAGE_UNAVAILABLE, and what `work` throws
   */
  read<T>(work: (store: Store) => T): Promise<T> {
    return this.#use(async () => {
      this.#assertUsable();
      this.#store.resetReadTxn(); // another process may have written meanwhile
      return work(this.#store);
    });
  }

  /**
   * Runs `work` in a transaction: what it changes is on the disk when the promise resolves; nothing is
   * changed when it throws.
   * @param quota bytes of keys and values that the scope may have
   * @throws RETIRED
   * @throws AisopodError STORAGE_UNAVAILABLE, STORAGE_QUOTA, and what `work` throws
   */
  change<T>(scope: Scope, quota: number, work: (change: Change) => T): Promise<T> {
    const transaction = (store: Store) => {
      const change = new Change(store, this.#file, scope, quota);
      const result = work(change);
      change.finish();
      return result;
    };
    return this.#use(async () => {
      const result = await this.#queue.write(() => this.#assertUsable(), transaction);
      if (this.#isThere()) return result;
      this.retire();
      throw unavailableFor(this.#file, LOST);
    });
  }

  /** Lets no other use begin, and closes the store when those that have begun are done. */
  async retire(): Promise<void> {
    if (this.isRetired) return;
    const closed = new Promise<void>((resolve) => {
      // A store that LMDB is stuck in would never be closed.
      this.#close = () => resolve(this.#queue.isStuck ? undefined : this.#store.close());
    });
    this.#onRetired(closed);
    if (this.#running === 0) this.#close?.();
    await closed;
  }

  async #use<T>(work: () => Promise<T>): Promise<T> {
    if (this.isRetired) throw RETIRED;
    this.#running += 1;
    try {
      return await work();
    } catch (cause) {
      if (cause === RETIRED || AisopodError.is(cause)) throw cause;
      void this.retire();
      const reason = isFailedCommit(cause) ? this.#failure : cause;
      throw unavailable(this.#file, causeOfFailedWrite(dirname(this.#file), reason));
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#close?.();
    }
  }

  /** @throws RETIRED */
  #assertUsable(): void {
    if (!this.isRetired && this.#isThere()) return;
    void this.retire();
    throw RETIRED;
  }

  /** Whether the files are still those that were opened. One look counts for a turn of the event loop. */
  #isThere(): boolean {
    if (this.#hasLooked) return true;
    if (!this.#files.every((file) => file.isThere())) return false;
    this.#hasLooked = true;
    setImmediate(() => {
      this.#hasLooked = false;
    });
    return true;
  }
}

const LOST = {
  errno: null,
  reason: 'its file was removed or replaced while a change was written, which is lost',
  advice: 'Store it again.',
};

/** A file that LMDB has mapped into memory. */
class OpenFile {
  readonly #path: string;
  readonly #opened: Stats;
  #size: number;

  constructor(path: string) {
    this.#path = path;
    this.#opened = statSync(path);
    this.#size = this.#opened.size;
  }

  /** Whether it still lies at its path, and is no shorter: LMDB never makes it so. */
  isThere(): boolean {
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    if (stat?.ino !== this.#opened.ino || stat.dev !== this.#opened.dev) return false;
    if (stat.size < this.#size) return false;
    this.#size = stat.size;
    return true;
  }
}
