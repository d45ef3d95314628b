import type { CallContext } from '../../instance/index.js';

/**
 * One step of a commit. `expect` changes nothing: the commit fails unless the key holds that value,
 * or, with `absent`, holds none.
 */
export type Operation =
  | { readonly op: 'set'; readonly key: string; readonly value: unknown }
  | { readonly op: 'delete'; readonly key: string }
  | { readonly op: 'expect'; readonly key: string; readonly value: unknown }
  | { readonly op: 'expect'; readonly key: string; readonly absent: true };

/** On whose behalf, and until when, the storage is used. */
export interface StorageOptions {
  /** Of a call or an event: its tenant is used, in place of that of the storage; none: no tenant. */
  readonly context?: CallContext | undefined;
  /**
   * Aborted before the store begins with it, nothing is done, and the promise rejects with
   * CALL_CANCELLED. What has begun comes to its end.
   */
  readonly signal?: AbortSignal | undefined;
}

export interface PageOptions {
  /** Only keys that begin with exactly this text; default: all. */
  readonly prefix?: string | undefined;
  /** Only keys after this one: the last of the page before. */
  readonly after?: string | undefined;
  /** At most so many keys, 1 to 1000; default 100. */
  readonly limit?: number | undefined;
  /** Bring the values too. Such a page may be shorter, since it holds 1 MiB of values or one. */
  readonly values?: boolean | undefined;
}

/** Some keys in the order of their UTF-8 bytes. */
export interface Page {
  readonly items: readonly { readonly key: string; readonly value?: unknown }[];
  /** What to give as `after` for the next page; null: there is none. */
  readonly next: string | null;
}
