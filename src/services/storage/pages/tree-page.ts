import { HEADER_BYTES, readNumber } from './page-file.js';

const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const NODE_BYTES = 8;
const LARGE = 0x01;
const LARGE_BYTES = 24;

/** A key of a branch, and the page whose keys begin with it. The first key of a branch counts not. */
export interface Child {
  readonly key: Buffer;
  readonly page: number;
}

/** A record of a leaf. */
export interface Entry {
  readonly key: Buffer;
  /** Its value; null: it lies in `large`. */
  readonly value: Buffer | null;
  readonly large: LargeValue | null;
}

/** A value that has pages of its own, which follow each other. */
export interface LargeValue {
  readonly page: number;
  readonly pages: number;
  readonly bytes: number;
  /** The commit that wrote it. */
  readonly commit: number;
}

export interface LeafPage {
  readonly kind: 'leaf';
  /** The commit that wrote it. */
  readonly commit: number;
  readonly entries: readonly Entry[];
}

/** What one page of a tree holds. Its buffers are parts of the page. */
export type TreePage =
  | { readonly kind: 'branch'; readonly commit: number; readonly children: readonly Child[] }
  | LeafPage;

/**
 * Reads a page of a tree, and checks that all of it lies within the page.
 * @param page the number that it must have
 * @returns what is wrong with it, if anything is
 */
export function readTreePage(bytes: Buffer, page: number): TreePage | string {
  const number = readNumber(bytes, 0);
  if (number !== page) return 'it has the number of another page';
  const kind = bytes.readUInt16LE(18);
  if (kind !== BRANCH && kind !== LEAF) return 'it is neither a branch nor a leaf';
  const [lower, upper] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22)];
  const room = bytes.length - HEADER_BYTES;
  if (lower % 2 !== 0 || lower > upper || upper > room) return 'its free space lies outside';
  const nodes: number[] = [];
  for (let at = HEADER_BYTES; at < HEADER_BYTES + lower; at += 2) {
    const node = bytes.readUInt16LE(at) + HEADER_BYTES;
    if (node < HEADER_BYTES + upper || node + NODE_BYTES > bytes.length) return OUTSIDE;
    if (node + NODE_BYTES + bytes.readUInt16LE(node + 6) > bytes.length) return OUTSIDE;
    nodes.push(node);
  }
  if (nodes.length === 0) return 'it is empty';
  const commit = readNumber(bytes, 8);
  if (kind === BRANCH) {
    return { kind: 'branch', commit, children: nodes.map((node) => readChild(bytes, node)) };
  }
  const entries: Entry[] = [];
  for (const node of nodes) {
    const entry = readEntry(bytes, node);
    if (typeof entry === 'string') return entry;
    entries.push(entry);
  }
  return { kind: 'leaf', commit, entries };
}

const OUTSIDE = 'a part of it lies outside';

function readChild(bytes: Buffer, node: number): Child {
  const low = bytes.readUInt32LE(node);
  return { key: readKey(bytes, node), page: low + bytes.readUInt16LE(node + 4) * 2 ** 32 };
}

function readEntry(bytes: Buffer, node: number): Entry | string {
  const size = bytes.readUInt32LE(node);
  const flags = bytes.readUInt16LE(node + 4);
  const key = readKey(bytes, node);
  const data = node + NODE_BYTES + key.length;
  if (flags !== 0 && flags !== LARGE) return 'a record is of an unknown kind';
  if (data + (flags === LARGE ? LARGE_BYTES : size) > bytes.length) return OUTSIDE;
  if (flags === 0) return { key, value: bytes.subarray(data, data + size), large: null };
  const [page, pages] = [readNumber(bytes, data), readNumber(bytes, data + 16)];
  if (pages * bytes.length < HEADER_BYTES + size) return 'a large value has too few pages';
  const commit = readNumber(bytes, data + 8);
  return { key, value: null, large: { page, pages, bytes: size, commit } };
}

function readKey(bytes: Buffer, node: number): Buffer {
  const start = node + NODE_BYTES;
  return bytes.subarray(start, start + bytes.readUInt16LE(node + 6));
}

/** Whether a page is the first one of a large value. */
export function isLargeHead(bytes: Buffer, { page, commit }: LargeValue): boolean {
  const isOverflow = (bytes.readUInt16LE(18) & OVERFLOW) !== 0;
  return isOverflow && readNumber(bytes, 0) === page && readNumber(bytes, 8) === commit;
}
