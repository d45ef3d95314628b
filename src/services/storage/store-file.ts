import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

// The beginning of a file of LMDB, as lmdb 3 writes it on 64 bit: two pages, each of which says how
// the store looked after one of the last two commits. Offsets in bytes.
const MAGIC = { at: 24, value: 0xbeefc0de };
const VERSION = { at: 28, value: 2 };
const PAGE_SIZE_AT = 48;
const LAST_PAGE_AT = 144;
const COMMIT_AT = 152;
const HEAD_BYTES = 160;

/**
 * What is wrong with the file of a store, as far as its beginning tells: the library maps the file
 * into memory and crashes the process on one that is cut short or is something else.
 *
 * @returns null when it may be opened, also when it doesn't exist or is empty
 * @throws Error of the file system
 */
export function storeFault(file: string): string | null {
  if (process.arch !== 'x64' && process.arch !== 'arm64') return null;
  const fd = openIfThere(file);
  if (fd === null) return null;
  try {
    const first = head(fd, 0);
    if (first === null) return fstatSync(fd).size === 0 ? null : 'it is cut short';
    if (!isHead(first)) return 'it is not a store';
    const pageSize = first.readUInt32LE(PAGE_SIZE_AT);
    const second = pageSize >= 256 && pageSize <= 65536 ? head(fd, pageSize) : null;
    if (second === null || !isHead(second)) return 'its beginning is damaged';
    const commit = (page: Buffer) => page.readBigUInt64LE(COMMIT_AT);
    const newest = commit(first) > commit(second) ? first : second;
    const bytes = (newest.readBigUInt64LE(LAST_PAGE_AT) + 1n) * BigInt(pageSize);
    // Looked at last: the file of a running host grows, and never shrinks.
    const { size } = fstatSync(fd);
    return BigInt(size) < bytes ? `it is cut short: ${size} of ${bytes} bytes` : null;
  } finally {
    closeSync(fd);
  }
}

function openIfThere(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function head(fd: number, at: number): Buffer | null {
  const bytes = Buffer.alloc(HEAD_BYTES);
  return readSync(fd, bytes, 0, HEAD_BYTES, at) === HEAD_BYTES ? bytes : null;
}

function isHead(page: Buffer): boolean {
  return (
    page.readUInt32LE(MAGIC.at) === MAGIC.value && page.readUInt32LE(VERSION.at) === VERSION.value
  );
}
