import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { type Fingerprint, fingerprint, isSettled, isUnchanged } from './fingerprint.js';

/** What a name in a folder is; a link is what it is itself, not what it leads to. */
export type ListedKind = 'folder' | 'file' | 'link' | 'other';

/** What stands directly in a folder. */
export interface Listing {
  /** In the order of names, as JavaScript compares texts. */
  readonly names: readonly string[];
  /** What each of them is. */
  readonly kinds: readonly ListedKind[];
}

/** A listing that holds as long as the folder has that fingerprint. */
export interface LastingListing extends Listing {
  readonly print: Fingerprint;
}

/**
 * What stands in folders. To list a folder with a thousand plugins takes as long as to find a hundred of
 * them, so it is listed again only when something was added to it, removed from it or renamed.
 */
export class Listings {
  readonly #lasting = new Map<string, LastingListing>();
  /** What need not be looked at again now; null: all must be. */
  #now: Map<string, Listing> | null = null;

  /** Looks at each folder at most once while `work` runs, which must not wait. */
  during<T>(work: () => T): T {
    if (this.#now !== null) return work();
    this.#now = new Map();
    try {
      return work();
    } finally {
      this.#now = null;
    }
  }

  /**
   * What stands in a folder now.
   * @throws the system's error
   */
  list(folder: string): Listing {
    const known = this.#now?.get(folder);
    if (known !== undefined) return known;
    const lookedAt = Date.now();
    const stats = statSync(folder);
    const listing = this.#last(folder, stats) ?? this.#read(folder, stats, lookedAt);
    this.#now?.set(folder, listing);
    return listing;
  }

  /** The listing of a folder that is known to hold as long as that does not change; null: none is. */
  lasting(folder: string): LastingListing | null {
    return this.#lasting.get(folder) ?? null;
  }

  /** Something that was found out earlier. */
  know(folder: string, listing: LastingListing): void {
    this.#lasting.set(folder, listing);
  }

  #last(folder: string, stats: Stats): Listing | null {
    const last = this.#lasting.get(folder);
    return last !== undefined && isUnchanged(stats, last.print) ? last : null;
  }

  #read(folder: string, stats: Stats, lookedAt: number): Listing {
    const listing = listFolder(folder);
    if (isSettled(stats, lookedAt)) this.know(folder, { ...listing, print: fingerprint(stats) });
    else this.#lasting.delete(folder);
    return listing;
  }
}

function listFolder(folder: string): Listing {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { names: entries.map(({ name }) => name), kinds: entries.map(kindOf) };
}

function kindOf(entry: Dirent): ListedKind {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
