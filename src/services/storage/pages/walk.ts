import { HEADER_BYTES, type PageFile, type Root, type Snapshot } from './page-file.js';
import {
  type Entry,
  isLargeHead,
  type LeafPage,
  readTreePage,
  type TreePage,
} from './tree-page.js';

/** Keys from `from` on, below `to`; undefined: no bound. */
export interface KeyRange {
  readonly from: Buffer | undefined;
  readonly to: Buffer | undefined;
}

/** A page that cannot be used, and why. */
export interface PageDamage {
  readonly page: number;
  /** As it continues "page 17 is damaged: ". */
  readonly reason: string;
  /** The keys that lie on it and on the pages below it. */
  readonly lost: KeyRange;
}

export interface WalkOptions {
  /** At most so many pages are looked at, those next to the root first; default: all. */
  readonly pages?: number;
  /** Is called with the number of each page that is in order. */
  onPage?(page: number): void;
  /** Is called with each leaf that is in order. */
  onLeaf?(leaf: LeafPage): void;
}

interface Visit extends KeyRange {
  readonly page: number;
  /** Pages from here to a leaf, both included. */
  readonly depth: number;
}

/**
 * Walks through a tree of a store, level by level, and checks each page: its number, its kind, its
 * place in the order of the keys, and that what it refers to is there.
 *
 * @param ordered the keys are in the order of their bytes
 * @returns what is damaged; the rest is walked through all the same
 * @throws Error of the file system
 */
export function walkTree(
  file: PageFile,
  state: Snapshot,
  root: Root,
  ordered: boolean,
  { pages = Number.POSITIVE_INFINITY, onPage, onLeaf }: WalkOptions = {},
): PageDamage[] {
  const damage: PageDamage[] = [];
  const seen = new Set<number>();
  const visits: Visit[] = [];
  const damaged = ({ page, from, to }: Visit, reason: string) =>
    damage.push({ page, reason, lost: { from, to } });
  const visit = (next: Visit) => {
    const { page } = next;
    if (page < 2 || page > state.lastPage) damaged(next, 'the store has no such page');
    else if (seen.has(page)) damaged(next, 'two pages refer to it');
    else {
      seen.add(page);
      visits.push(next);
    }
  };
  const { page, depth } = root;
  if (page !== null) visit({ page, depth, from: undefined, to: undefined });
  for (let i = 0; i < visits.length && i < pages; i++) {
    const at = visits[i] as Visit;
    const found = checkPage(file, state, at, ordered);
    if (typeof found === 'string') {
      damaged(at, found);
      continue;
    }
    onPage?.(at.page);
    if (found.kind === 'branch') childrenOf(found, at).forEach(visit);
    else onLeaf?.(found);
  }
  return damage;
}

/** The value of a record; null when the pages on which it lies are not its own. */
export function readValue(
  file: PageFile,
  { pageSize, lastPage }: Snapshot,
  { value, large }: Entry,
): Buffer | null {
  if (large === null) return value;
  const { page, pages, bytes } = large;
  if (page < 2 || page + pages - 1 > lastPage) return null;
  const all = file.readAt(page * pageSize, HEADER_BYTES + bytes);
  return all !== null && isLargeHead(all, large) ? all.subarray(HEADER_BYTES) : null;
}

function checkPage(
  file: PageFile,
  state: Snapshot,
  at: Visit,
  ordered: boolean,
): TreePage | string {
  const bytes = file.read(at.page, state.pageSize);
  if (bytes === null) return 'the file ends before it';
  const found = readTreePage(bytes, at.page);
  if (typeof found === 'string') return found;
  if (found.commit > state.commit) return 'it is newer than the store';
  if ((found.kind === 'leaf') !== (at.depth === 1)) return 'it is at a wrong depth';
  if (found.kind === 'branch') {
    return ordered && !inOrder(found.children.slice(1), at) ? NOT_IN_ORDER : found;
  }
  if (ordered && !inOrder(found.entries, at)) return NOT_IN_ORDER;
  return found.entries.every((entry) => isThere(file, state, entry))
    ? found
    : 'a large value is not where it should be';
}

const NOT_IN_ORDER = 'its keys are not in order';

function inOrder(all: readonly { readonly key: Buffer }[], { from, to }: KeyRange): boolean {
  let before: Buffer | undefined;
  for (const { key } of all) {
    if (before !== undefined && Buffer.compare(before, key) >= 0) return false;
    before = key;
  }
  const [first, last] = [all[0]?.key, before];
  if (first !== undefined && from !== undefined && Buffer.compare(first, from) < 0) return false;
  return last === undefined || to === undefined || Buffer.compare(last, to) < 0;
}

function isThere(file: PageFile, { pageSize, lastPage }: Snapshot, { large }: Entry): boolean {
  if (large === null) return true;
  const { page, pages } = large;
  if (page < 2 || page + pages - 1 > lastPage) return false;
  if (file.bytes < (page + pages) * pageSize) return false;
  const head = file.readAt(page * pageSize, HEADER_BYTES);
  return head !== null && isLargeHead(head, large);
}

function childrenOf(
  { children }: Extract<TreePage, { kind: 'branch' }>,
  { depth, from, to }: Visit,
): Visit[] {
  return children.map(({ key, page }, i) => ({
    page,
    depth: depth - 1,
    from: i === 0 ? from : key,
    to: children[i + 1]?.key ?? to,
  }));
}
