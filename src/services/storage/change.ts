import { statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { show, showPath } from '../../base/text/index.js';
import { keyLength, rangeBytes, type Scope, usageKey } from './storage-key.js';
import type { Store } from './store.js';
import { homeOf, unavailable } from './unavailable.js';

/** Bytes that a commit may need on the disk besides twice what it stores: it copies pages of the tree. */
const SPARE_BYTES = 64 * 1024;

/**
 * What one transaction changes in the storage of one plugin for one tenant. How many bytes its keys and
 * values have is stored with them, by the same transaction, so that the count is right after a crash, and
 * for several processes.
 */
export class Change {
  readonly #store: Store;
  readonly #file: string;
  readonly #scope: Scope;
  readonly #quota: number;
  /** Bytes more than before. */
  #growth = 0;
  /** Bytes that are stored. */
  #stored = 0;

  /** @param quota bytes of keys and values that the scope may have */
  constructor(store: Store, file: string, scope: Scope, quota: number) {
    this.#store = store;
    this.#file = file;
    this.#scope = scope;
    this.#quota = quota;
  }

  get(key: Buffer): string | undefined {
    return this.#store.get(key);
  }

  put(key: Buffer, json: string): void {
    const bytes = this.#sizeOf(key, Buffer.byteLength(json));
    this.#growth += bytes - this.#sizeNow(key);
    this.#stored += bytes;
    within(this.#store.put(key, json));
  }

  /** @returns whether there was something to remove */
  remove(key: Buffer): boolean {
    const bytes = this.#sizeNow(key);
    if (bytes === 0) return false;
    this.#growth -= bytes;
    within(this.#store.remove(key));
    return true;
  }

  /**
   * To be called when all is changed.
   * @throws AisopodError STORAGE_QUOTA, STORAGE_UNAVAILABLE when the disk has no room for it
   */
  finish(): void {
    if (this.#growth !== 0) this.#count();
    if (this.#stored > 0) this.#assertRoom();
  }

  #count(): void {
    const key = usageKey(this.#scope);
    const counted = this.#store.get(key) ?? '';
    // A store from before there were counts has none.
    const used = /^\d+$/.test(counted)
      ? Number(counted) + this.#growth
      : countBytes(this.#store, this.#scope);
    if (this.#growth > 0 && used > this.#quota)
      throw overQuota(this.#file, this.#scope, used, this.#quota);
    within(this.#store.put(key, String(used)));
  }

  /** A disk without room is found out before LMDB is asked, which prints an error of its own. */
  #assertRoom(): void {
    const { blocks, bavail, bsize } = statfsSync(dirname(this.#file));
    // Some file systems don't say.
    if (blocks === 0 || bavail * bsize >= 2 * this.#stored + SPARE_BYTES) return;
    const full = Object.assign(new Error('The disk is full.'), { code: 'ENOSPC' });
    throw unavailable(this.#file, full);
  }

  #sizeNow(key: Buffer): number {
    const value = this.#store.getBinary(key);
    return value === undefined ? 0 : this.#sizeOf(key, value.length);
  }

  #sizeOf(key: Buffer, valueBytes: number): number {
    return keyLength(key) + valueBytes;
  }
}

/** The bytes of all keys and values of a scope. */
function countBytes(store: Store, scope: Scope): number {
  const [start, end] = rangeBytes(scope, '');
  let bytes = 0;
  for (const { key, value } of store.getRange({ start, end })) {
    bytes += keyLength(key) + Buffer.byteLength(value);
  }
  return bytes;
}

function overQuota(
  file: string,
  { plugin, tenant }: Scope,
  bytes: number,
  limit: number,
): AisopodError {
  const whose = tenant === '' ? show(plugin) : `${show(plugin)} for the tenant ${show(tenant)}`;
  const table = `plugins.settings.${plugin}.limits`;
  return new AisopodError(
    'STORAGE_QUOTA',
    `The storage of ${whose} would have ${bytes} bytes of keys and values, and its limit is ${limit}. ` +
      `Nothing was changed. Delete some keys, or raise storage_bytes in [${table}] of ` +
      `${showPath(join(homeOf(file), 'config.toml'))}.`,
    { details: { plugin, tenant, bytes, limit } },
  );
}

/** A change within a transaction: its own promise fails with that, where it is handled. */
function within(change: Promise<unknown>): void {
  change.catch(() => {});
}
