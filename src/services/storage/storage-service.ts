import { join } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { lazily } from '../../base/lazily.js';
import type { Home } from '../../home/paths/index.js';
import type { PluginStorage } from './plugin-storage.js';
import { PluginStore, type StoreAccess } from './plugin-store.js';
import type { SharedStore } from './shared-store.js';
import type { Storage } from './storage.js';
import type { StorageGuard } from './storage-guard.js';
import { checkTenant, GLOBAL_TENANT } from './storage-key.js';
import { unavailable } from './unavailable.js';

const loadStore = lazily(() => import('./store.js'), 24);

/** How often a use begins again because the store had to be opened again. */
const TRIES = 5;

/** What is behind `host.storage`: opens the store at its first use. */
export class StorageService implements Storage {
  readonly #folder: string;
  readonly #quotaOf: (plugin: string) => number;
  readonly #work = new Set<Promise<unknown>>();
  #opening: Promise<SharedStore> | null = null;
  #closed = false;

  /** @param quotaOf the bytes that a plugin may store, for each tenant */
  constructor(home: Home, quotaOf: (plugin: string) => number) {
    this.#folder = join(home.state, 'storage');
    this.#quotaOf = quotaOf;
  }

  /** @param guard what its functions throw keeps the store from being used */
  of(plugin: string, tenant = GLOBAL_TENANT, guard: StorageGuard = {}): PluginStorage {
    checkTenant(tenant);
    const access: StoreAccess = {
      read: async (work, signal) => {
        guard.assertOpen?.();
        return this.#use((store) => store.read(work), signal);
      },
      change: async (scope, work, signal) => {
        guard.assertOpen?.();
        return this.#use((store) => store.change(scope, this.#quotaOf(plugin), work), signal);
      },
    };
    return new PluginStore({ plugin, tenant }, access, guard);
  }

  /** Waits for what is being written, and gives the store back. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
    const store = await this.#opening?.catch(() => null);
    if (store) await (await loadStore()).releaseStore(store);
  }

  /** The first use opens the store; a failed opening is tried again. */
  async #use<T>(
    use: (store: SharedStore) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    if (this.#closed) throw new AisopodError('HOST_CLOSED', 'This host is closed.');
    const work = this.#run(use, signal);
    const done = () => this.#work.delete(work);
    this.#work.add(work);
    work.then(done, done);
    return work;
  }

  async #run<T>(
    use: (store: SharedStore) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      refuseAborted(signal);
      const store = await this.#opened();
      refuseAborted(signal);
      try {
        return await use(store);
      } catch (error) {
        // Nothing was begun: its file had to be opened again.
        if (AisopodError.is(error) || !store.isRetired || attempt === TRIES) throw error;
      }
    }
  }

  async #opened(): Promise<SharedStore> {
    for (;;) {
      this.#opening ??= openStore(this.#folder);
      const opening = this.#opening;
      const store = await opening.catch((error: unknown) => {
        if (this.#opening === opening) this.#opening = null;
        throw error;
      });
      if (!store.isRetired) return store;
      if (this.#opening === opening) this.#opening = null;
    }
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  const text = 'The use of the storage was cancelled before it began, so nothing was done.';
  throw new AisopodError('CALL_CANCELLED', text, { cause: signal.reason });
}

/** Most hosts keep nothing, so what opens the store is loaded by its first use. */
async function openStore(folder: string): Promise<SharedStore> {
  try {
    const store = await loadStore();
    return await store.openStore(folder);
  } catch (cause) {
    const file = join(folder, 'store.mdb');
    if (!AisopodError.is(cause)) throw unavailable(file, cause);
    // A module could not be loaded, since no file can be opened: EMFILE.
    const isShort = cause.code === 'NO_RESOURCES' && cause.cause !== undefined;
    throw isShort ? unavailable(file, cause.cause) : cause;
  }
}
