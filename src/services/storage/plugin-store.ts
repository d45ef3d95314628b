import { isDeepStrictEqual } from 'node:util';
import { AisopodError } from '../../base/errors/index.js';
import { show } from '../../base/text/index.js';
import { checkOperations, type Step } from './check-operations.js';
import type { Operation, Page, PageOptions, StorageOptions } from './operations.js';
import { readPage, readPageOptions } from './page.js';
import type { PluginStorage, SharedStorage } from './plugin-storage.js';
import { invalid } from './storage-error.js';
import type { StorageGuard } from './storage-guard.js';
import { checkTenant, GLOBAL_TENANT, keyBytes, type Scope, SHARED } from './storage-key.js';
import { fromStored, replacement } from './storage-value.js';
import type { Store } from './store.js';

/** Runs something on the store, which is opened for it if need be, unless the signal is aborted. */
type Use = <T>(
  use: (store: Store) => T | Promise<T>,
  signal: AbortSignal | undefined,
) => Promise<T>;

/** What a plugin keeps for one tenant, in the store of the home. */
export class PluginStore implements PluginStorage {
  readonly #scope: Scope;
  readonly #use: Use;
  readonly #guard: StorageGuard;

  constructor(scope: Scope, use: Use, guard: StorageGuard) {
    this.#scope = scope;
    this.#use = use;
    this.#guard = guard;
  }

  async get(key: string, options: StorageOptions = {}): Promise<unknown> {
    const bytes = keyBytes(this.#scopeFor(options), key);
    return this.#use((store) => {
      store.resetReadTxn(); // another process may have written meanwhile
      const json = store.get(bytes);
      return json === undefined ? undefined : fromStored(key, json);
    }, options.signal);
  }

  async set(key: string, value: unknown, options: StorageOptions = {}): Promise<void> {
    await this.commit([{ op: 'set', key, value }], options);
  }

  async delete(key: string, options: StorageOptions = {}): Promise<boolean> {
    const bytes = keyBytes(this.#scopeFor(options), key);
    const remove = (store: Store) =>
      store.childTransaction(() => {
        const there = store.get(bytes) !== undefined;
        if (there) within(store.remove(bytes));
        return there;
      });
    return this.#use(remove, options.signal);
  }

  async list(page: PageOptions = {}, options: StorageOptions = {}): Promise<Page> {
    const range = readPageOptions(this.#scopeFor(options), page);
    return this.#use((store) => {
      store.resetReadTxn();
      return readPage(store, range);
    }, options.signal);
  }

  async commit(operations: readonly Operation[], options: StorageOptions = {}): Promise<void> {
    const steps = checkOperations(this.#scopeFor(options), operations);
    const write = (store: Store) =>
      store.childTransaction(() => {
        const miss = steps.find((step) => !holds(store, step));
        if (miss !== undefined) return miss.key;
        for (const { bytes, json, op } of steps) {
          if (op === 'delete') within(store.remove(bytes));
          else if (op === 'set') within(store.put(bytes, json as string));
        }
        return null;
      });
    const missed = await this.#use(write, options.signal);
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
    change: (value: unknown) => T,
    options: StorageOptions = {},
  ): Promise<T> {
    const bytes = keyBytes(this.#scopeFor(options), key);
    const replace = (store: Store) =>
      store.childTransaction(() => {
        const json = store.get(bytes);
        const replaced = replacement(key, json, change);
        if ('json' in replaced) within(store.put(bytes, replaced.json));
        return replaced;
      });
    const replaced = await this.#use(replace, options.signal);
    if ('json' in replaced) return replaced.value;
    throw replaced.thrown;
  }

  shared(owner: string): SharedStorage {
    const theirs = new PluginStore({ ...this.#scope, plugin: owner }, this.#use, this.#guard);
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

function holds(store: Store, { op, key, bytes, json, value }: Step): boolean {
  if (op !== 'expect') return true;
  const found = store.get(bytes);
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

/** A change within a transaction: its own promise fails with that, where it is handled. */
function within(change: Promise<unknown>): void {
  change.catch(() => {});
}
