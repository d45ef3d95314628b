import { HEADER_BYTES, type PageFile, type Root, type Snapshot } from './page-file.js';
import { isLargeHead, readTreePage, type TreePage } from './tree-page.js';

/** A page that cannot be used, and why. */
export interface PageDamage {
  readonly page: number;
  /** As it continues "page 17: ". */
  readonly reason: string;
}

export interface WalkOptions {
  /** At most so many pages are looked at, those next to the root first; default: all. */
  readonly pages?: number;
}

interface Visit {
  readonly page: number;
  /** Pages from here to a leaf, both included. */
  readonly depth: number;
  /** The keys that it may hold: from `from` on, below `to`; undefined: no bound. */
  readonly from: Buffer | undefined;
  readonly to: Buffer | undefined;
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
  { pages = Number.POSITIVE_INFINITY }: WalkOptions = {},
): PageDamage[] {
  const damage: PageDamage[] = [];
  const seen = new Set<number>();
  const visits: Visit[] = [];
  const visit = (next: Visit) => {
    const { page } = next;
    if (page < 2 || page > state.lastPage) damage.push({ page, reason: 'there is no such page' });
    else if (seen.has(page)) damage.push({ page, reason: 'two pages refer to it' });
    else {
      seen.add(page);
      visits.push(next);
    }
  };
  if (root.page !== null)
    visit({ page: root.page, depth: root.depth, from: undefined, to: undefined });
  for (let i = 0; i < visits.length && i < pages; i++) {
    const at = visits[i] as Visit;
    const found = checkPage(file, state, at, ordered);
    if (typeof found === 'string') damage.push({ page: at.page, reason: found });
    else if (found.kind === 'branch') childrenOf(found, at).forEach(visit);
  }
  return damage;
}

const NO_VALUE = 'a large value is not where it should be';

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
  if ((found.kind === 'leaf') !== (at.depth === 1))
    return 'it is at another depth than it should be';
  if (found.kind === 'branch') {
    return ordered && !inOrder(found.children.slice(1), at) ? NOT_IN_ORDER : found;
  }
  if (ordered && !inOrder(found.entries, at)) return NOT_IN_ORDER;
  for (const entry of found.entries) {
    if (entry.large !== null && !largeIsThere(file, state, entry.large)) return NO_VALUE;
  }
  return found;
}

const NOT_IN_ORDER = 'its keys are not in order';

function inOrder(all: readonly { readonly key: Buffer }[], { from, to }: Visit): boolean {
  let before = from;
  let first = true;
  for (const { key } of all) {
    const order = before === undefined ? 1 : Buffer.compare(key, before);
    if (order < 0 || (order === 0 && !first)) return false;
    before = key;
    first = false;
  }
  return to === undefined || before === undefined || Buffer.compare(before, to) < 0;
}

function largeIsThere(
  file: PageFile,
  { pageSize, lastPage }: Snapshot,
  { page, pages }: { readonly page: number; readonly pages: number },
): boolean {
  if (page < 2 || page + pages - 1 > lastPage) return false;
  if (file.bytes < (page + pages) * pageSize) return false;
  const head = file.readAt(page * pageSize, HEADER_BYTES);
  return head !== null && isLargeHead(head, page);
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
