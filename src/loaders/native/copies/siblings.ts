import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { showPath } from '../../../base/text/index.js';
import { LIMITS, type LibraryInfo, readLibrary } from '../../../packages/binary/index.js';
import { useLibraryFile } from './library-file.js';
import { inheritedFrom, type Place, placesOf } from './sibling-places.js';

/** A library that is copied with another one. */
export interface SiblingFile {
  /** Its path in the plugin's folder, relative to that. */
  readonly name: string;
  /** The name under which the loader knows it once it is open. */
  readonly knownAs: string;
}

type Needing = Pick<LibraryInfo, 'format' | 'needed' | 'rpath' | 'runpath'>;

/** What the libraries that one needs come to. */
export interface Siblings {
  /** Sorted by name, without the library itself. */
  readonly files: readonly SiblingFile[];
  /** Where in the folder the loader looks for what is needed, relative to that. */
  readonly places: ReadonlySet<string>;
  /** Where a needed library was found outside of the folder, by what the other one calls it. */
  readonly outside: ReadonlyMap<string, string>;
}

/**
 * Finds the libraries in `folder` that a library there needs, and those that they need, as far as
 * they are found through where it lies: by $ORIGIN, by @loader_path, on Windows next to it. A copy
 * needs them at the same place next to it. What is found in any other way is found from the copy as
 * well. (An ELF or Mach-O library that lies next to another is not found for that alone.)
 *
 * @param entry absolute path of the library, inside of `folder`
 * @param check receives what each of them says, and throws to refuse it
 * @throws AisopodError LIBRARY_UNREADABLE, LIBRARY_FORMAT, of any of them; what `check` throws
 */
export function siblingsOf(
  entry: string,
  info: LibraryInfo,
  folder: string,
  check: (sibling: LibraryInfo, path: string) => void = () => {},
): Siblings {
  const found = new Map<string, SiblingFile>();
  const inside = new Set<string>();
  const outside = new Map<string, string>();
  let looked = 0;

  const visit = (path: string, library: Needing, inherited: readonly Place[]) => {
    const entryDirectory = dirname(entry);
    const seeker = { library, directory: dirname(path), entryDirectory, inherited };
    for (const needed of new Set(library.needed)) {
      const places = placesOf(needed, seeker);
      looked += places.length;
      if (looked > LIMITS.places)
        throw tooMany(entry, 'places to look for libraries', LIMITS.places);
      for (const { path, byOrigin } of places) {
        if (byOrigin && isInside(folder, resolve(path)))
          inside.add(relative(folder, resolve(path)));
      }
      const sibling = places.find((place) => isAbsolute(place.path) && existsSync(place.path));
      if (sibling === undefined || !sibling.byOrigin) continue;
      const target = resolve(sibling.path);
      if (target === entry) continue;
      if (!isInside(folder, target)) {
        outside.set(needed, target);
        continue;
      }
      const name = relative(folder, target);
      if (found.has(name)) continue;
      if (found.size === LIMITS.siblings)
        throw tooMany(entry, 'libraries with it', LIMITS.siblings);
      const next = useLibraryFile(target, ({ source }) => {
        const sibling = readLibrary(source, showPath(target));
        check(sibling, target);
        const { format, soname, needed, rpath, runpath } = sibling;
        return { format, soname, needed, rpath, runpath };
      });
      found.set(name, { name, knownAs: knownAs(name, next) });
      visit(target, next, inheritedFrom(seeker));
    }
  };

  visit(entry, info, []);
  const files = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files, places: inside, outside };
}

function tooMany(path: string, things: string, limit: number): AisopodError {
  const reason = `it brings more than ${limit} ${things}`;
  return new AisopodError(
    'LIBRARY_FORMAT',
    `${showPath(path)} is over a limit for libraries: ${reason}. Link libraries statically, or give ` +
      'it a shorter run path.',
    { details: { path, reason, limit } },
  );
}

/** Windows goes by the name of the file, in any case; the others by what the library says. */
function knownAs(name: string, { format, soname }: Pick<LibraryInfo, 'format' | 'soname'>): string {
  return format === 'pe' ? basename(name).toLowerCase() : (soname ?? basename(name));
}

/** Whether `path` lies in `folder` or below it, by name. */
export function isInside(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== '' && inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}
