import { show } from '../../base/text/index.js';
import { invalid, tooLarge } from './storage-error.js';

/** Bytes of UTF-8 that a key may have. */
const KEY_BYTES = 256;

/** What begins so can be read by every plugin, and written by its owner. */
export const SHARED = 'shared/';

/** The tenant of what belongs to none. */
export const GLOBAL_TENANT = '';

const TENANT_BYTES = 256;

/** Whose keys: of one plugin, for one tenant. */
export interface Scope {
  /** Empty: the global one. */
  readonly tenant: string;
  readonly plugin: string;
}

/**
 * The bytes under which a key lies: tenant, plugin and key, apart by a NUL that none of them holds,
 * so that no key of one scope is one of another.
 *
 * @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE
 */
export function keyBytes({ tenant, plugin }: Scope, key: string): Buffer {
  checkText(key, 'a key');
  if (key === '') throw invalid('A key is empty. It must have 1 to 256 bytes of UTF-8.');
  return scoped(tenant, plugin, key);
}

/** Where the keys that begin with `prefix` begin and (exclusive) end. */
export function rangeBytes({ tenant, plugin }: Scope, prefix: string): [Buffer, Buffer] {
  checkText(prefix, 'a prefix');
  const start = scoped(tenant, plugin, prefix);
  const end = Buffer.from(start);
  // UTF-8 has no byte of 255, and the separator is 0: the last byte can always grow.
  end[end.length - 1] = (end.at(-1) as number) + 1;
  return [start, end];
}

/** The key itself, of the bytes that keyBytes() made. */
export function keyOf(bytes: Buffer): string {
  return bytes.toString('utf8', bytes.lastIndexOf(0) + 1);
}

/** The bytes of the key itself, of those that keyBytes() made. */
export function keyLength(bytes: Buffer): number {
  return bytes.length - bytes.lastIndexOf(0) - 1;
}

// No text has this byte in UTF-8, so nothing of a scope lies here.
const USAGE = Buffer.from([0xff]);

/** Under which it is stored how many bytes a scope has. */
export function usageKey({ tenant, plugin }: Scope): Buffer {
  return Buffer.concat([USAGE, Buffer.from(`${tenant}\0${plugin}`)]);
}

/** Whether usageKey() made these bytes. */
export function isUsageKey(bytes: Buffer): boolean {
  return bytes[0] === USAGE[0];
}

/** @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE */
export function checkTenant(tenant: string): void {
  checkText(tenant, 'a tenant', TENANT_BYTES);
}

function scoped(tenant: string, plugin: string, key: string): Buffer {
  return Buffer.from(`${tenant}\0${plugin}\0${key}`);
}

function checkText(text: unknown, what: string, limit = KEY_BYTES): asserts text is string {
  if (typeof text !== 'string') {
    throw invalid(`${show(text)} can't be ${what} of the storage: it must be text.`);
  }
  if (text.includes('\0')) throw invalid(`${show(text)} can't be ${what}: it holds a NUL.`);
  if (/\p{Surrogate}/u.test(text))
    throw invalid(`${show(text)} can't be ${what}: it is not UTF-8.`);
  const bytes = Buffer.byteLength(text);
  if (bytes > limit) throw tooLarge(`${what} of the storage`, bytes, limit);
}
