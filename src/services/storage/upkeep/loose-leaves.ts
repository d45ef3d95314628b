import type { PageFile, Snapshot } from '../pages/page-file.js';
import { type LeafPage, readTreePage } from '../pages/tree-page.js';
import type { KeyRange } from '../pages/walk.js';

/**
 * The leaves that no page refers to any more, the newest first. Pages that were given up look the same
 * until they are used again: so a leaf counts only for keys that are lost.
 *
 * @param known pages that are part of the store
 * @throws Error of the file system
 */
export function looseLeaves(
  file: PageFile,
  state: Snapshot,
  known: ReadonlySet<number>,
): LeafPage[] {
  const leaves: LeafPage[] = [];
  const pages = Math.floor(file.bytes / state.pageSize);
  for (let page = 2; page < pages; page++) {
    if (known.has(page)) continue;
    const bytes = file.read(page, state.pageSize);
    const found = bytes === null ? '' : readTreePage(bytes, page);
    if (typeof found !== 'string' && found.kind === 'leaf') leaves.push(found);
  }
  return leaves.sort((one, two) => two.commit - one.commit);
}

/** Whether a key lies in one of these ranges. */
export function isWithin(key: Buffer, ranges: readonly KeyRange[]): boolean {
  return ranges.some(
    ({ from, to }) =>
      (from === undefined || Buffer.compare(key, from) >= 0) &&
      (to === undefined || Buffer.compare(key, to) < 0),
  );
}
