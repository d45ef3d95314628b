import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type LibraryInfo, readLibrary } from '../../binary/index.js';
import { showPath } from '../../toml/index.js';
import { readLibraryFile } from './library-file.js';

/** A file of an image: where it lies in the plugin's folder, and what it holds. */
export interface ImageFile {
  /** Relative to the folder. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The name that the file gives itself, under which the loader knows it; null: its file name. */
  readonly soname: string | null;
}

/**
 * The libraries in `folder` that a library there needs, and those that they need, as far as they
 * are found through $ORIGIN: a copy needs them at the same place beside it. What is found in any
 * other way is found from the copy as well. (A library that lies beside another is not found for
 * that alone.)
 *
 * @param entry absolute path of the library, inside of `folder`
 * @returns sorted by name, without the entry
 * @throws AisopodError LIBRARY_UNREADABLE, LIBRARY_FORMAT, of any of them
 */
export function siblingsOf(entry: string, info: LibraryInfo, folder: string): ImageFile[] {
  const found = new Map<string, ImageFile>();

  const visit = (path: string, library: LibraryInfo, inherited: readonly Place[]) => {
    const here = (text: string) => placeOf(text, dirname(path));
    const rpath = [...library.rpath.map(here), ...inherited];
    const directories = library.runpath.length > 0 ? library.runpath.map(here) : rpath;

    for (const needed of library.needed) {
      const places = needed.includes('/')
        ? [here(needed)]
        : directories.map((place) => ({ ...place, path: join(place.path, needed) }));
      const sibling = places.find((place) => isAbsolute(place.path) && existsSync(place.path));
      if (sibling === undefined || !sibling.byOrigin) continue;
      const target = resolve(sibling.path);
      if (target === entry || !isInside(folder, target)) continue;
      const name = relative(folder, target);
      if (found.has(name)) continue;
      const bytes = readLibraryFile(target);
      const next = readLibrary(bytes, showPath(target));
      found.set(name, { name, bytes, soname: next.soname });
      visit(target, next, rpath);
    }
  };

  visit(entry, info, []);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where a loader looks: a directory, or a library that is named with its path. */
interface Place {
  readonly path: string;
  /** Said relative to the library, so that it is elsewhere for a copy. */
  readonly byOrigin: boolean;
}

function placeOf(text: string, origin: string): Place {
  const path = text.replace(/\$(ORIGIN\b|\{ORIGIN\})/g, () => origin);
  return { path, byOrigin: path !== text };
}

/** Whether `path` lies in `folder` or below it, by name. */
export function isInside(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== '' && inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}
