import {
  closeSync,
  constants,
  type Dir,
  lstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fingerprint } from '../../../home/state/index.js';
import { HEAD_BYTES, isSameKind } from '../../../packages/binary/index.js';
import { MANIFEST_NAME } from '../../../packages/manifest/index.js';
import { isInside } from './siblings.js';

/** A library that no other one needs, which code may open by name at run time. */
export interface FreeLibrary {
  /** Its path in the plugin's folder, relative to that, as of all that is named here. */
  readonly name: string;
  readonly stats: Stats;
}

/** A file next to a copy that is a symbolic link. */
export interface LinkBeside {
  readonly name: string;
  /** As in the link: absolute, or relative to the link for what has a copy of its own. */
  readonly target: string;
}

/** The files next to the copy of a library, except the libraries that it needs. */
export interface FolderFiles {
  readonly folders: readonly string[];
  readonly libraries: readonly FreeLibrary[];
  readonly links: readonly LinkBeside[];
  /** Libraries that are links, since all together have more bytes than may be copied. */
  readonly linked: readonly string[];
  /** Folders that are links without a look into them, since there are more files than are looked at. */
  readonly unread: readonly string[];
  /** All that was looked at, the folder itself as ''. */
  readonly seen: ReadonlyMap<string, Stats>;
}

export interface FolderOptions {
  /** Real path of the plugin's folder. */
  readonly folder: string;
  /** What is copied anyway: the library and those that it needs. */
  readonly copied: ReadonlySet<string>;
  /** The first bytes of the plugin's library. */
  readonly head: Uint8Array;
  /** Where the copies are made, which is left out should it lie in the folder. */
  readonly copiesDir: string;
  /** Bytes that libraries may have together to be copied. */
  readonly bytes: number;
  /** Files and folders that are looked at. */
  readonly files: number;
}

/** Of a plugin that has no folder of its own. */
export const NOTHING: FolderFiles = {
  folders: [],
  libraries: [],
  links: [],
  linked: [],
  unread: [],
  seen: new Map(),
};

/** Folders of version control: large, and without libraries that anything opens. */
const VERSION_CONTROL = new Set(['.git', '.hg', '.svn', '.jj']);

/** So many are looked at in one turn of the event loop: a millisecond or two. */
const TURN_FILES = 128;

const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Finds out which files belong next to the copy of a library, so that its code finds there what lies next to
 * the original: libraries for the same machine as files of their own, since a file that is mapped must
 * not change, and everything else as links. A folder without such a library is one link. A manifest alone needs no link.
 */
export async function filesBeside(options: FolderOptions): Promise<FolderFiles> {
  const { folder, copied } = options;
  const { seen, libraries, unread } = await look(options);
  const free = { libraries: [] as FreeLibrary[], linked: [] as string[] };
  let bytes = 0;
  for (const library of libraries) {
    bytes += library.stats.size;
    if (bytes <= options.bytes) free.libraries.push(library);
    else free.linked.push(library.name);
  }
  const made = foldersOf([...copied, ...free.libraries.map(({ name }) => name)]);
  const files = new Set([...copied, ...free.libraries.map(({ name }) => name)]);
  const links: LinkBeside[] = [];
  for (const [name, stats] of seen) {
    if (name === '' || made.has(name) || files.has(name) || !made.has(folderOf(name))) continue;
    const target = targetOf(folder, name, stats);
    if (target !== null) links.push({ name, target });
  }
  const needed = links.some(({ name }) => name !== MANIFEST_NAME) || free.libraries.length > 0;
  return {
    folders: [...made].filter((name) => name !== ''),
    libraries: free.libraries,
    links: needed ? links : [],
    linked: free.linked,
    unread,
    seen,
  };
}

/**
 * What one copy differs by from another of the same folder: its libraries. Links are not in it: what they
 * lead to changes in place too, and a file that is new gets its link in the copy that is there.
 */
export function identityOf({ folders, libraries }: FolderFiles): unknown {
  return [folders, libraries.map(({ name, stats }) => [name, ...fingerprint(stats)])];
}

/** Nearest first, so that a limit leaves out what lies deepest. */
async function look({ folder, copied, head, copiesDir, files }: FolderOptions) {
  const seen = new Map<string, Stats>([['', lstatSync(folder)]]);
  const libraries: FreeLibrary[] = [];
  const unread: string[] = [];
  const inner = [''];
  let turn = 0;
  for (const name of inner) {
    const path = join(folder, name);
    const most = files + 1 - seen.size;
    const names = namesIn(path, most);
    if (names.length > most) {
      unread.push(name);
      continue;
    }
    for (const each of names) {
      const below = join(name, each);
      const stats = lstatSync(join(folder, below), { throwIfNoEntry: false });
      if (stats === undefined || holds(join(folder, below), copiesDir)) continue;
      seen.set(below, stats);
      if (stats.isDirectory() && !VERSION_CONTROL.has(each)) inner.push(below);
      else if (!copied.has(below) && isLibrary(join(folder, below), stats, head)) {
        libraries.push({ name: below, stats });
      }
      if (++turn % TURN_FILES === 0) await new Promise(setImmediate);
    }
  }
  return { seen, libraries, unread };
}

/** The names in a folder, sorted, of which one more than `most` are read; none if it can't be read. */
function namesIn(path: string, most: number): string[] {
  const names: string[] = [];
  let entries: Dir | undefined;
  try {
    entries = opendirSync(path);
    let entry = entries.readSync();
    for (; entry !== null && names.length <= most; entry = entries.readSync()) {
      names.push(entry.name);
    }
  } catch {
    // Its code can't look into it either.
  } finally {
    entries?.closeSync();
  }
  return names.sort();
}

function isLibrary(path: string, stats: Stats, like: Uint8Array): boolean {
  if (!stats.isFile() || stats.size < HEAD_BYTES) return false;
  try {
    const file = openSync(path, READ);
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      return readSync(file, head, 0, HEAD_BYTES, 0) === HEAD_BYTES && isSameKind(head, like);
    } finally {
      closeSync(file);
    }
  } catch {
    return false; // no code of this user can open it either
  }
}

function holds(path: string, inner: string): boolean {
  return path === inner || isInside(path, inner);
}

function folderOf(name: string): string {
  const folder = dirname(name);
  return folder === '.' ? '' : folder;
}

/** The folders that lead to these files, outer ones first. */
function foldersOf(names: readonly string[]): Set<string> {
  const folders = new Set(['']);
  for (const name of names) {
    const parts = name.split(sep).slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      folders.add(parts.slice(0, depth).join(sep));
    }
  }
  return folders;
}

/** A link within the folder leads to the same place within the copy. null: it is gone meanwhile. */
function targetOf(folder: string, name: string, stats: Stats): string | null {
  const path = join(folder, name);
  if (!stats.isSymbolicLink()) return path;
  try {
    const target = resolve(dirname(path), readlinkSync(path));
    return isInside(folder, target) ? relative(dirname(path), target) : target;
  } catch {
    return null;
  }
}
