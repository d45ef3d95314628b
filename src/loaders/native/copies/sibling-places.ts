import { join } from 'node:path';
import type { LibraryInfo } from '../../../packages/binary/index.js';

/** Where a loader looks: a directory, or a library that is named with its path. */
export interface Place {
  readonly path: string;
  /** Said relative to a library that is copied, so that it is elsewhere for the copy. */
  readonly byOrigin: boolean;
}

/** A library whose needed ones are looked up. */
export interface Seeker {
  readonly library: Pick<LibraryInfo, 'format' | 'rpath' | 'runpath'>;
  /** Absolute; where it lies. */
  readonly directory: string;
  /** Absolute; where the library lies that is opened, and that needs it in the end. */
  readonly entryDirectory: string;
  /** What inheritedFrom() says of the one that needs it; none for the entry. */
  readonly inherited: readonly Place[];
}

/** How the loader of one operating system looks for what a library needs. */
interface Rules {
  /** The directories that also count for the libraries it needs, and for those that they need. */
  readonly inherited: (seeker: Seeker) => readonly Place[];
  readonly places: (needed: string, seeker: Seeker) => readonly Place[];
}

/** ld.so(8): DT_RUNPATH counts for a library itself, and DT_RPATH without it for all below too. */
const elf: Rules = {
  inherited: ({ library, directory, inherited }) =>
    library.runpath.length > 0
      ? inherited
      : [...library.rpath.map((text) => fromOrigin(text, directory)), ...inherited],
  places(needed, seeker) {
    const { library, directory } = seeker;
    if (needed.includes('/')) return [fromOrigin(needed, directory)];
    const directories =
      library.runpath.length > 0
        ? library.runpath.map((text) => fromOrigin(text, directory))
        : elf.inherited(seeker);
    return within(directories, needed);
  },
};

/**
 * dyld(1): a library is needed by its whole path. `@rpath` stands for each LC_RPATH of the library
 * and of those that need it. What is relative to the executable, or to the working directory, is
 * there for a copy as well.
 */
const macho: Rules = {
  inherited: ({ library, directory, inherited }) => [
    ...library.rpath.flatMap((text) => fromLoader(text, directory)),
    ...inherited,
  ],
  places(needed, seeker) {
    const name = after('@rpath/', needed);
    if (name === null) return fromLoader(needed, seeker.directory);
    return within(macho.inherited(seeker), name);
  },
};

/**
 * LoadLibraryExW with LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR: whatever is needed, directly or not, is
 * looked up beside the library that is opened, and then where it is for a copy as well.
 */
const pe: Rules = {
  inherited: () => [],
  places: (needed, { entryDirectory }) =>
    /[\\/:]/.test(needed) ? [] : [{ path: join(entryDirectory, needed), byOrigin: true }],
};

const RULES: Readonly<Record<LibraryInfo['format'], Rules>> = { elf, macho, pe };

/**
 * Where the loader of the operating system looks for a library that another one needs, in its
 * order, as far as a copy could find something else there.
 * @param needed as the other library says it
 */
export function placesOf(needed: string, seeker: Seeker): readonly Place[] {
  return RULES[seeker.library.format].places(needed, seeker);
}

/** The places that the libraries which it needs inherit. */
export function inheritedFrom(seeker: Seeker): readonly Place[] {
  return RULES[seeker.library.format].inherited(seeker);
}

/** What comes after `prefix` in `text`; null when it doesn't begin so. */
function after(prefix: string, text: string): string | null {
  return text.startsWith(prefix) ? text.slice(prefix.length) : null;
}

function within(directories: readonly Place[], name: string): Place[] {
  return directories.map(({ path, byOrigin }) => ({ path: join(path, name), byOrigin }));
}

function fromOrigin(text: string, origin: string): Place {
  const path = text.replace(/\$(ORIGIN\b|\{ORIGIN\})/g, () => origin);
  return { path, byOrigin: path !== text };
}

function fromLoader(text: string, directory: string): Place[] {
  const inner = text === '@loader_path' ? '' : after('@loader_path/', text);
  if (inner !== null) return [{ path: join(directory, inner), byOrigin: true }];
  return text.startsWith('/') ? [{ path: text, byOrigin: false }] : [];
}
