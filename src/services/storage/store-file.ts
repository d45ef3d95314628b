import { lstatSync } from 'node:fs';
import { PageFile, type Snapshot } from './pages/page-file.js';
import { type PageDamage, walkTree } from './pages/walk.js';

/** Pages that are looked at when a store is opened: 4 MiB, and all of a smaller store. */
const FIRST_PAGES = 1024;

/** How often the check begins again because another process has committed meanwhile. */
const TRIES = 5;

/** Whether this machine writes files of LMDB in the form that is read here. */
export const READS_PAGES = process.arch === 'x64' || process.arch === 'arm64';

/**
 * What is wrong with the file of a store: the library maps it into memory, and crashes the process on one
 * that is cut short, is something else, or has damaged pages. The work is bounded: pages far from the root
 * are checked by `aisopod storage check` alone.
 *
 * @returns null when it may be opened, also when it doesn't exist or is empty
 * @throws Error of the file system
 */
export function storeFault(file: string): string | null {
  if (!READS_PAGES) return null;
  if ((lstatSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) return null;
  const pages = new PageFile(file);
  try {
    for (let attempt = 1; ; attempt++) {
      const state = pages.newest();
      if (typeof state === 'string') return state;
      const fault = stateFault(pages, state);
      if (fault === null || !hasChanged(pages, state)) return fault;
      // Pages of an old state may be used again. A store that changes so fast is in use, so it is good.
      if (attempt === TRIES) return null;
    }
  } finally {
    pages.close();
  }
}

/** Whether another process has committed since. */
export function hasChanged(pages: PageFile, { commit }: Snapshot): boolean {
  const now = pages.newest();
  return typeof now !== 'string' && now.commit !== commit;
}

/** As it is said to users: `page 17 is damaged (it is neither a branch nor a leaf)`. */
export function damageText({ page, reason }: PageDamage): string {
  return `page ${page} is damaged: ${reason}`;
}

function stateFault(pages: PageFile, state: Snapshot): string | null {
  const expected = (state.lastPage + 1) * state.pageSize;
  const { bytes } = pages;
  // The last pages may be free and never written. Only a look at all others tells.
  const limit = bytes < expected ? Number.POSITIVE_INFINITY : FIRST_PAGES;
  const damage = [
    ...walkTree(pages, state, state.main, true, { pages: limit }),
    ...walkTree(pages, state, state.free, false, { pages: limit }),
  ];
  const [first] = damage;
  if (first === undefined) return null;
  return bytes < expected ? `it is cut short: ${bytes} of ${expected} bytes` : damageText(first);
}
