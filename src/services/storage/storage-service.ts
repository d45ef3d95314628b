import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import type { Home } from '../../home/paths/index.js';
import type { PluginStorage } from './plugin-storage.js';
import { PluginStore } from './plugin-store.js';
import type { Storage } from './storage.js';
import { unavailable } from './storage-error.js';
import type { StorageGuard } from './storage-guard.js';
import { checkTenant, GLOBAL_TENANT } from './storage-key.js';
import type { Store, StoreLease } from './store.js';

/** What is behind `host.storage`: opens the store at its first use. */
export class StorageService implements Storage {
  readonly #folder: string;
  readonly #work = new Set<Promise<unknown>>();
  #lease: Promise<StoreLease> | null = null;
  #closed = false;

  constructor(home: Home) {
    this.#folder = join(home.state, 'storage');
  }

  /** @param guard what its functions throw keeps the store from being used */
  of(plugin: string, tenant = GLOBAL_TENANT, guard: StorageGuard = {}): PluginStorage {
    checkTenant(tenant);
    return new PluginStore(
      { plugin, tenant },
      async (use, signal) => {
        guard.assertOpen?.();
        return this.#use(use, signal);
      },
      guard,
    );
  }

  /** Waits for what is being written, and gives the store back. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
    await (await this.#lease?.catch(() => null))?.release();
  }

  /** The first use opens the store; a failed opening is tried again. */
  async #use<T>(
    use: (store: Store) => T | Promise<T>,
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
    use: (store: Store) => T | Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    refuseAborted(signal);
    this.#lease ??= openStore(this.#folder);
    const opening = this.#lease;
    let lease: StoreLease;
    try {
      lease = await opening;
    } catch (error) {
      if (this.#lease === opening) this.#lease = null;
      throw error;
    }
    refuseAborted(signal);
    try {
      return await use(lease.store);
    } catch (cause) {
      throw unavailable(join(this.#folder, 'store.mdb'), await reasonOf(cause));
    }
  }
}

/** Why a transaction failed: LMDB says that it did, and by a promise of its own, why. */
async function reasonOf(cause: unknown): Promise<unknown> {
  const { commitError } = cause as { commitError?: PromiseLike<unknown> };
  if (commitError === undefined) return cause;
  try {
    await commitError;
    return cause;
  } catch (reason) {
    return reason;
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  const text = 'The use of the storage was cancelled before it began, so nothing was done.';
  throw new AisopodError('CALL_CANCELLED', text, { cause: signal.reason });
}

/** Most hosts keep nothing, so what opens the store is loaded by its first use. */
async function openStore(folder: string): Promise<StoreLease> {
  try {
    assertDescriptors();
    const store = await import('./store.js');
    return await store.openStore(folder);
  } catch (cause) {
    throw AisopodError.is(cause) ? cause : unavailable(join(folder, 'store.mdb'), cause);
  }
}

/** What loading modules and opening the store takes at the same time, with some to spare. */
const DESCRIPTORS = 16;

/**
 * Node.js never loads a module again whose file it could not open once. So no module is asked for while
 * no file can be opened.
 * @throws Error of the system: EMFILE, ENFILE
 */
function assertDescriptors(): void {
  const open: number[] = [];
  try {
    while (open.length < DESCRIPTORS) open.push(openSync(process.execPath, 'r'));
  } finally {
    for (const each of open) closeSync(each);
  }
}
