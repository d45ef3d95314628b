import { isDeepStrictEqual } from 'node:util';
import { AisopodError } from '../../base/errors/index.js';
import { show } from '../../base/text/index.js';
import type { Change } from './change.js';
import { checkOperations, type Step } from './check-operations.js';
import type { Operation, Page, PageOptions, StorageOptions } from './operations.js';
import { readPage, readPageOptions } from './page.js';
import type { PluginStorage, SharedStorage } from './plugin-storage.js';
import { invalid } from './storage-error.js';
import type { StorageGuard } from './storage-guard.js';
import { checkTenant, GLOBAL_TENANT, keyBytes, type Scope, SHARED } from './storage-key.js';
import { fromStored, replacement } from './storage-value.js';
import type { Store } from './store.js';

/** How the store is reached: it is opened if need be, and nothing is done when the signal is aborted. */
export interface StoreAccess {
  read<T>(work: (store: Store) => T, signal: AbortSignal | undefined): Promise<T>;
  /** Runs `work` in one transaction, which is undone when it throws. */
  change<T>(scope: Scope, work: (change: Change) => T, signal: AbortSignal | undefined): Promise<T>;
}

/** What a plugin keeps for one tenant, in the store of the home. */
export class PluginStore implements PluginStorage {
  readonly #scope: Scope;
  readonly #store: StoreAccess;
  readonly #guard: StorageGuard;

  constructor(scope: Scope, store: StoreAccess, guard: StorageGuard) {
    this.#scope = scope;
    this.#store = store;
    this.#guard = guard;
  }

  async get(key: string, options: StorageOptions = {}): Promise<unknown> {
    const bytes = keyBytes(this.#scopeFor(options), key);
    return this.#store.read((store) => {
      const json = store.get(bytes);
      return json === undefined ? undefined : fromStored(key, json);
    }, options.signal);
  }

  async set(key: string, value: unknown, options: StorageOptions = {}): Promise<void> {
    await this.commit([{ op: 'set', key, value }], options);
  }

  async delete(key: string, options: StorageOptions = {}): Promise<boolean> {
    const scope = this.#scopeFor(options);
    const bytes = keyBytes(scope, key);
    return this.#store.change(scope, (change) => change.remove(bytes), options.signal);
  }

  async list(page: PageOptions = {}, options: StorageOptions = {}): Promise<Page> {
    const range = readPageOptions(this.#scopeFor(options), page);
    return this.#store.read((store) => readPage(store, range), options.signal);
  }

  async commit(operations: readonly Operation[], options: StorageOptions = {}): Promise<void> {
    const scope = this.#scopeFor(options);
    const steps = checkOperations(scope, operations);
    const commit = (change: Change) => {
      const miss = steps.find((step) => !holds(change, step));
      if (miss !== undefined) return miss.key;
      for (const { bytes, json, op } of steps) {
        if (op === 'delete') change.remove(bytes);
        else if (op === 'set') change.put(bytes, json as string);
      }
      return null;
    };
    const missed = await this.#store.change(scope, commit, options.signal);
    if (missed === null) return;
    throw new AisopodError(
      'STORAGE_CONFLICT',
      `The key ${show(missed)} does not hold what was expected, so nothing was changed. Read it ` +
        'again, and try again.',
      { details: { key: missed } },
    );
  }

  async update<T>(
    key: string,
    replace: (value: unknown) => T,
    options: StorageOptions = {},
  ): Promise<T> {
    const scope = this.#scopeFor(options);
    const bytes = keyBytes(scope, key);
    const update = (change: Change) => {
      const replaced = replacement(key, change.get(bytes), replace);
      if ('json' in replaced) change.put(bytes, replaced.json);
      return replaced;
    };
    const replaced = await this.#store.change(scope, update, options.signal);
    if ('json' in replaced) return replaced.value;
    throw replaced.thrown;
  }

  shared(owner: string): SharedStorage {
    const theirs = new PluginStore({ ...this.#scope, plugin: owner }, this.#store, this.#guard);
    return {
      async get(key, options) {
        refuseUnshared(key);
        return theirs.get(key, options);
      },
      async list({ prefix = SHARED, ...rest } = {}, options) {
        refuseUnshared(prefix);
        return theirs.list({ prefix, ...rest }, options);
      },
    };
  }

  /** @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE for a tenant that can't be one */
  #scopeFor({ context }: StorageOptions): Scope {
    if (context === undefined) return this.#scope;
    this.#guard.checkContext?.(context);
    const { tenant = GLOBAL_TENANT } = context;
    checkTenant(tenant);
    return { ...this.#scope, tenant };
  }
}

function holds(change: Change, { op, key, bytes, json, value }: Step): boolean {
  if (op !== 'expect') return true;
  const found = change.get(bytes);
  if (found === undefined || json === null) return found === undefined && json === null;
  return found === json || isDeepStrictEqual(fromStored(key, found), value);
}

function refuseUnshared(key: unknown): void {
  if (typeof key === 'string' && key.startsWith(SHARED)) return;
  throw invalid(
    `${show(key)} of another plugin can't be read: only what begins with "${SHARED}".`,
    {
      key,
    },
  );
}
