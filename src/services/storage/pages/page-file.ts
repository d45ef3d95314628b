import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

// A file of LMDB, as lmdb 3 writes it on 64 bit: pages of one size, the first two of which are meta
// pages. Transaction N writes meta page N % 2, which then says where the trees of its state begin.
// Offsets in bytes.
export const HEADER_BYTES = 24;
const HEAD_BYTES = 160;
const AT = { magic: 24, version: 28, pageSize: 48, free: 48, main: 96, lastPage: 144, commit: 152 };
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const META_PAGES = 2;
const LARGE_READ = 65_536;

/** Where a tree begins. */
export interface Root {
  /** The number of its first page; null: the tree is empty. */
  readonly page: number | null;
  /** Pages from the first one to a leaf, both included. */
  readonly depth: number;
  readonly entries: number;
}

/** A state of the store: what one commit has left. */
export interface Snapshot {
  /** The number of the commit. */
  readonly commit: number;
  readonly pageSize: number;
  /** The largest number of a page. */
  readonly lastPage: number;
  /** The tree of the records, and the one that lists pages which are free. */
  readonly main: Root;
  readonly free: Root;
}

/** What is left of the meta pages. */
export interface Survivor {
  /** Without trees when no meta page is in order. */
  readonly state: Snapshot;
  /** False: the other meta page is damaged, and may have described a newer state. */
  readonly isNewest: boolean;
}

/** The file of a store, read without LMDB: so no damage can crash the process. */
export class PageFile {
  readonly #fd: number;

  /** @throws Error of the file system */
  constructor(path: string) {
    this.#fd = openSync(path, 'r');
  }

  close(): void {
    closeSync(this.#fd);
  }

  get bytes(): number {
    return fstatSync(this.#fd).size;
  }

  /** The newest state, or what is wrong with both meta pages. */
  newest(): Snapshot | string {
    const first = this.#meta(0);
    if (first === null) return 'it is cut short';
    if (first.readUInt32LE(AT.magic) !== MAGIC) return 'it is not a store';
    if (!isMeta(first)) return 'another version of LMDB wrote it';
    const pageSize = first.readUInt32LE(AT.pageSize);
    const second = isPageSize(pageSize) ? this.#meta(pageSize) : null;
    if (second === null || !isMeta(second)) return 'its beginning is damaged';
    const [one, two] = [readSnapshot(first, pageSize), readSnapshot(second, pageSize)];
    return one.commit > two.commit ? one : two;
  }

  /** For a rescue: the newest state that a meta page which is in order describes. */
  survivor(): Survivor {
    const pageSize = this.#pageSize();
    const states = [this.#meta(0), this.#meta(pageSize)]
      .filter((meta) => meta !== null && isMeta(meta))
      .map((meta) => readSnapshot(meta as Buffer, pageSize));
    const [one, two] = states;
    if (one === undefined) return { state: this.#bare(pageSize), isNewest: true };
    if (two === undefined) return { state: one, isNewest: false };
    return { state: one.commit > two.commit ? one : two, isNewest: true };
  }

  #bare(pageSize: number): Snapshot {
    const nothing = { page: null, depth: 0, entries: 0 };
    const lastPage = Math.ceil(this.bytes / pageSize);
    return { commit: 2 ** 53, pageSize, lastPage, main: nothing, free: nothing };
  }

  /** As one of the meta pages says, wherever the second one begins. */
  #pageSize(): number {
    for (const at of [0, 4096, 16384, 65536]) {
      const meta = this.#meta(at);
      if (meta === null || !isMeta(meta)) continue;
      const size = meta.readUInt32LE(AT.pageSize);
      if (isPageSize(size) && (at === 0 || at === size)) return size;
    }
    return 4096;
  }

  /** Reads `count` pages that follow each other; null where the file ends before. */
  read(page: number, pageSize: number, count = 1): Buffer | null {
    return this.readAt(page * pageSize, pageSize * count);
  }

  /** Reads so many bytes; null where the file ends before. */
  readAt(at: number, length: number): Buffer | null {
    // A damaged length must not take that much memory.
    if (length > LARGE_READ && at + length > this.bytes) return null;
    const bytes = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const read = readSync(this.#fd, bytes, done, length - done, at + done);
      if (read === 0) return null;
      done += read;
    }
    return bytes;
  }

  #meta(at: number): Buffer | null {
    return this.readAt(at, HEAD_BYTES);
  }
}

/** A number of 64 bits, which is exact below 2^53: no file has so many pages. */
export function readNumber(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

function isPageSize(size: number): boolean {
  return size >= 256 && size <= 65536 && (size & (size - 1)) === 0;
}

function isMeta(page: Buffer): boolean {
  return page.readUInt32LE(AT.magic) === MAGIC && page.readUInt32LE(AT.version) === VERSION;
}

function readSnapshot(meta: Buffer, pageSize: number): Snapshot {
  return {
    commit: readNumber(meta, AT.commit),
    pageSize,
    lastPage: Math.max(readNumber(meta, AT.lastPage), META_PAGES - 1),
    main: readRoot(meta, AT.main),
    free: readRoot(meta, AT.free),
  };
}

function readRoot(meta: Buffer, at: number): Root {
  const page = readNumber(meta, at + 40);
  return {
    page: page === 2 ** 64 ? null : page,
    depth: meta.readUInt16LE(at + 6),
    entries: readNumber(meta, at + 32),
  };
}
