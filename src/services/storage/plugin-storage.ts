import type { Operation, Page, PageOptions, StorageOptions } from './operations.js';

/** What another plugin lets all read: its keys under `shared/`. */
export interface SharedStorage {
  /** @throws AisopodError as PluginStorage.get(); STORAGE_INVALID for a key that isn't shared */
  get(key: string, options?: StorageOptions): Promise<unknown>;
  list(page?: PageOptions, options?: StorageOptions): Promise<Page>;
}

/**
 * The storage of one plugin for one tenant. Keys are 1 to 256 bytes of UTF-8 without NUL, values up
 * to 1 MiB of JSON. Each change is there whole or not at all, and lasts when its promise is kept.
 *
 * Every function takes `{ signal, context }` last, and throws (its promise rejects with) AisopodError
 * STORAGE_UNAVAILABLE when the store can't be opened, read or written, CALL_CANCELLED, HOST_CLOSED;
 * for the storage of a context, STATE when the plugin has ended.
 */
export interface PluginStorage {
  /**
   * @returns the value, or undefined
   * @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE for a key that can't be one
   */
  get(key: string, options?: StorageOptions): Promise<unknown>;

  /** @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE, STORAGE_QUOTA */
  set(key: string, value: unknown, options?: StorageOptions): Promise<void>;

  /**
   * @returns whether there was something to delete
   * @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE
   */
  delete(key: string, options?: StorageOptions): Promise<boolean>;

  /**
   * Lists keys, in the order of their bytes. A `prefix` is a text, no pattern.
   * @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE
   */
  list(page?: PageOptions, options?: StorageOptions): Promise<Page>;

  /**
   * Does all of the operations in their order, or none.
   * @param operations 1 to 1000 of them, with 16 MiB of JSON in all
   * @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE, STORAGE_QUOTA; STORAGE_CONFLICT when an
   *   `expect` does not hold: nothing was changed then
   */
  commit(operations: readonly Operation[], options?: StorageOptions): Promise<void>;

  /**
   * Changes one value by what it is, however many do so at once.
   * @param change makes the new value, at once: no other change is made meanwhile
   * @returns the new value
   * @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE, STORAGE_QUOTA, and what `change` throws
   */
  update<T>(key: string, change: (value: unknown) => T, options?: StorageOptions): Promise<T>;

  /** What the plugin `owner` lets all read, for the same tenant. */
  shared(owner: string): SharedStorage;
}
