import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { type LibraryInfo, readLibrary } from '../../binary/index.js';
import { showPath } from '../../toml/index.js';
import { readLibraryFile } from './library-file.js';
import { inheritedFrom, type Place, placesOf } from './sibling-places.js';

/** A file of an image: where it lies in the plugin's folder, and what it holds. */
export interface ImageFile {
  /** Relative to the folder. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** A library that is copied with another one. */
export interface SiblingFile extends ImageFile {
  /** The name under which the loader knows it once it is open. */
  readonly knownAs: string;
}

/**
 * The libraries in `folder` that a library there needs, and those that they need, as far as they
 * are found through where it lies: by $ORIGIN, by @loader_path, on Windows beside it. A copy needs
 * them at the same place beside it. What is found in any other way is found from the copy as well.
 * (An ELF or Mach-O library that lies beside another is not found for that alone.)
 *
 * @param entry absolute path of the library, inside of `folder`
 * @returns sorted by name, without the entry
 * @throws AisopodError LIBRARY_UNREADABLE, LIBRARY_FORMAT, of any of them
 */
export function siblingsOf(entry: string, info: LibraryInfo, folder: string): SiblingFile[] {
  const found = new Map<string, SiblingFile>();

  const visit = (path: string, library: LibraryInfo, inherited: readonly Place[]) => {
    const entryDirectory = dirname(entry);
    const seeker = { library, directory: dirname(path), entryDirectory, inherited };
    for (const needed of library.needed) {
      const places = placesOf(needed, seeker);
      const sibling = places.find((place) => isAbsolute(place.path) && existsSync(place.path));
      if (sibling === undefined || !sibling.byOrigin) continue;
      const target = resolve(sibling.path);
      if (target === entry || !isInside(folder, target)) continue;
      const name = relative(folder, target);
      if (found.has(name)) continue;
      const bytes = readLibraryFile(target);
      const next = readLibrary(bytes, showPath(target));
      found.set(name, { name, bytes, knownAs: knownAs(name, next) });
      visit(target, next, inheritedFrom(seeker));
    }
  };

  visit(entry, info, []);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether nothing that lies in the folder of a library can become a part of its copy. */
export function looksNowhereBeside(entry: string, library: LibraryInfo): boolean {
  const directory = dirname(entry);
  const seeker = { library, directory, entryDirectory: directory, inherited: [] };
  return library.needed.every((needed) =>
    placesOf(needed, seeker).every(({ byOrigin }) => !byOrigin),
  );
}

/** Windows goes by the name of the file, in any case; the others by what the library says. */
function knownAs(name: string, { format, soname }: LibraryInfo): string {
  return format === 'pe' ? basename(name).toLowerCase() : (soname ?? basename(name));
}

/** Whether `path` lies in `folder` or below it, by name. */
export function isInside(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== '' && inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}
