import { join } from 'node:path';
import { AisopodError } from '../errors/index.js';
import type { Home } from '../home/index.js';
import { PluginStorage } from './plugin-storage.js';
import { checkTenant } from './storage-key.js';
import { openStore, type Store, type StoreLease, unavailable } from './store.js';

/** The tenant of what belongs to none. */
const GLOBAL_TENANT = '';

/**
 * What plugins keep beyond the end of the process: `host.storage`. Values of JSON under keys, by
 * plugin and tenant, in one transactional store of the home. When a promise of it is kept, what was
 * written is on the disk; hosts in several processes may use one home.
 */
export class Storage {
  readonly #folder: string;
  readonly #work = new Set<Promise<unknown>>();
  #lease: Promise<StoreLease> | null = null;
  #closed = false;

  constructor(home: Home) {
    this.#folder = join(home.state, 'storage');
  }

  /**
   * The storage of one plugin.
   * @param tenant default: the global one
   * @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE for a tenant that can't be one
   */
  of(plugin: string, tenant = GLOBAL_TENANT): PluginStorage {
    checkTenant(tenant);
    return new PluginStorage({ plugin, tenant }, (use) => this.#use(use));
  }

  /** Waits for what is being written, and gives the store back. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
    await (await this.#lease?.catch(() => null))?.release();
  }

  /** The store is opened by the first who uses it; what failed once is tried anew. */
  async #use<T>(use: (store: Store) => T | Promise<T>): Promise<T> {
    if (this.#closed) throw new AisopodError('HOST_CLOSED', 'This host is closed.');
    const work = this.#run(use);
    const done = () => this.#work.delete(work);
    this.#work.add(work);
    work.then(done, done);
    return work;
  }

  async #run<T>(use: (store: Store) => T | Promise<T>): Promise<T> {
    this.#lease ??= openStore(this.#folder);
    const opening = this.#lease;
    let lease: StoreLease;
    try {
      lease = await opening;
    } catch (error) {
      if (this.#lease === opening) this.#lease = null;
      throw error;
    }
    try {
      return await use(lease.store);
    } catch (cause) {
      throw unavailable(join(this.#folder, 'store.mdb'), cause);
    }
  }
}
