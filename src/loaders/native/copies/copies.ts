import { createHash, hash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { isOurs } from '../../../base/files/index.js';
import { jsonText } from '../../../base/json/index.js';
import { showPath } from '../../../base/text/index.js';
import {
  type LibraryInfo,
  readLibrary,
  type UniqueSymbol,
} from '../../../packages/binary/index.js';
import type { Sibling } from '../opening/open-library.js';
import { type Sanitizer, sanitizerOf } from '../opening/sanitizers.js';
import { noteUse } from './copy-users.js';
import { hashOf, hashOfLibrary, unreadable, useLibraryFile } from './library-file.js';
import { ensurePrivateFolder } from './private-folder.js';
import { isInside, type SiblingFile, siblingsOf } from './siblings.js';

/** What is known of a library and of its copy. */
export interface CopyFacts extends Pick<LibraryInfo, 'format' | 'machine' | 'needed'> {
  /** Over the library and all that was copied with it: 64 hex digits. */
  readonly sha256: string;
  /** The library's path within the copy. */
  readonly name: string;
  /** What it, and what was copied with it, share with all other libraries of the process. */
  readonly unique: readonly UniqueSymbol[];
  /** The sanitizer that it, or what was copied with it, was built with. */
  readonly sanitizer: Sanitizer | null;
}

/** The private copy from which a library is opened. */
export interface LibraryCopy extends CopyFacts {
  /** The copy. Never changes its content as long as it exists. */
  readonly path: string;
  /** The libraries that were copied with it. */
  readonly siblings: readonly Sibling[];
}

/** One that has just been read. */
export interface FreshCopy extends LibraryCopy {
  /** Whether its copy depends on nothing but the library: nothing is looked for next to it. */
  readonly alone: boolean;
}

export interface CopyOptions {
  /** `cache/copies` of the home. */
  readonly copiesDir: string;
  /** Counts the reloads of a plugin; each opens from a path of its own. An integer from 0. */
  readonly generation: number;
  /** The plugin's folder, out of which needed libraries are copied too. Default: the entry's. */
  readonly folder?: string | undefined;
  /**
   * Receives what the library says, and throws to refuse it: before anything is copied, and once
   * more with what the copy says.
   */
  readonly check?: ((info: LibraryInfo) => void) | undefined;
  /** The same for each library that is copied with it. */
  readonly checkSibling?: ((info: LibraryInfo, path: string) => void) | undefined;
  /** Aborted when the copy is no longer wanted: it is left before the next file. */
  readonly signal?: AbortSignal | undefined;
}

/** A file of a copy, by its path in the plugin's folder, relative to that. */
interface CopiedFile {
  readonly name: string;
  readonly sha256: string;
}

const NO_LINK = constants.O_NOFOLLOW ?? 0;

/**
 * Copies a library, and the libraries next to it that it needs, to
 * `<copiesDir>/<sha256>/<generation>/`, or finds them there. The operating system takes an equal
 * path for the same library, and what lies in a plugin's folder can change while it is open; a copy
 * at a path of its own has neither problem. A copy with other bytes is made again. Any number of
 * processes can do this at once: each file appears under its name in one step, complete.
 *
 * What libraries say is read at once, which LIMITS bound; they are hashed and copied in pieces, and
 * the event loop turns between two of them. No library is in memory as a whole.
 *
 * @param entry path of the library
 * @throws AisopodError LIBRARY_UNREADABLE, LIBRARY_FORMAT, COPY_CACHE; what the checks throw
 */
export async function copyLibrary(entry: string, options: CopyOptions): Promise<FreshCopy> {
  const path = resolve(entry);
  const wanted = resolve(options.folder ?? dirname(path));
  const folder = isInside(wanted, path) ? wanted : dirname(path);
  const { files: siblings, alone } = useLibraryFile(path, ({ source }) => {
    const info = readLibrary(source, showPath(path));
    options.check?.(info);
    return siblingsOf(path, info, folder, options.checkSibling);
  });
  const name = relative(folder, path);
  const files: CopiedFile[] = [];
  for (const file of [{ name }, ...siblings]) {
    options.signal?.throwIfAborted();
    files.push({ name: file.name, sha256: await hashOfLibrary(join(folder, file.name)) });
  }
  const sha256 = digest(files);

  try {
    const copiesDir = resolve(options.copiesDir);
    ensurePrivateFolder(copiesDir);
    noteUse(copiesDir, `${sha256}/${options.generation}`);
    const keyed = join(copiesDir, sha256);
    ensurePrivateFolder(keyed);
    const target = join(keyed, String(options.generation));
    ensurePrivateFolder(target);
    for (const file of files) await place(file, folder, target);
    return {
      sha256,
      name,
      ...factsOf(path, { name, siblings, folder, target }, options),
      path: join(target, name),
      siblings: siblings.map(({ knownAs }, i) => ({
        name: knownAs,
        sha256: (files[i + 1] as CopiedFile).sha256,
      })),
      alone,
    };
  } catch (error) {
    if (AisopodError.is(error) && !isOfCopy(error, options.copiesDir)) throw error;
    const cause = AisopodError.is(error) ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AisopodError(
      'COPY_CACHE',
      `no private copy of ${showPath(path)} can be made in ${showPath(options.copiesDir)}: ` +
        `${reason}. ` +
        'The directory must be writable for this user, and its disk have room.',
      { details: { path, copiesDir: options.copiesDir, reason }, cause },
    );
  }
}

/** Whether a copy could not be read: another process that cleans may have taken it away. */
function isOfCopy({ code, details }: AisopodError, copiesDir: string): boolean {
  if (code !== 'LIBRARY_UNREADABLE') return false;
  return isInside(resolve(copiesDir), (details as { path: string }).path);
}

interface Copied {
  readonly name: string;
  readonly siblings: readonly SiblingFile[];
  readonly folder: string;
  readonly target: string;
}

/** What the copies say. They don't change any more, as the files that they were made of can. */
function factsOf(
  path: string,
  { name, siblings, folder, target }: Copied,
  { check, checkSibling }: CopyOptions,
): Pick<CopyFacts, 'format' | 'machine' | 'needed' | 'unique' | 'sanitizer'> {
  const facts = useLibraryFile(join(target, name), ({ source }) => {
    const info = readLibrary(source, showPath(path));
    check?.(info);
    const { format, machine, needed } = info;
    return { format, machine, needed, ...sharedFacts(info) };
  });
  const unique = [...facts.unique];
  let sanitizer = facts.sanitizer;
  for (const sibling of siblings) {
    useLibraryFile(join(target, sibling.name), ({ source }) => {
      const original = join(folder, sibling.name);
      const info = readLibrary(source, showPath(original));
      checkSibling?.(info, original);
      const its = sharedFacts(info);
      unique.push(...its.unique);
      sanitizer ??= its.sanitizer;
    });
  }
  return { ...facts, unique, sanitizer };
}

function sharedFacts(info: LibraryInfo): Pick<CopyFacts, 'unique' | 'sanitizer'> {
  return { unique: info.uniqueSymbols, sanitizer: sanitizerOf(info) };
}

/** The hash of the library; with siblings, of the list of all names and hashes. */
function digest(files: readonly CopiedFile[]): string {
  const [main] = files;
  if (files.length === 1 && main !== undefined) return main.sha256;
  const list = jsonText(files.map(({ name, sha256 }) => [name, sha256]));
  return hash('sha256', list, 'hex');
}

async function place(file: CopiedFile, folder: string, target: string): Promise<void> {
  const folders = file.name.split(sep).slice(0, -1);
  for (let depth = 1; depth <= folders.length; depth++) {
    ensurePrivateFolder(join(target, ...folders.slice(0, depth)));
  }
  const path = join(target, file.name);
  if (await holds(path, file.sha256)) return;

  const temporary = join(
    dirname(path),
    `.${basename(path).slice(0, 32)}.${randomBytes(8).toString('hex')}`,
  );
  try {
    const original = join(folder, file.name);
    if ((await copy(original, temporary)) !== file.sha256) throw unreadable(original, 'ECHANGED');
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes what is in `from` to a new file, and returns its hash. */
function copy(from: string, to: string): Promise<string> {
  return useLibraryFile(from, async (file) => {
    const hash = createHash('sha256');
    const fd = openSync(to, 'wx', 0o500);
    try {
      if (process.platform !== 'win32') fchmodSync(fd, 0o500); // whatever the umask is
      for await (const piece of file.pieces()) {
        hash.update(piece);
        for (let done = 0; done < piece.length; ) done += writeSync(fd, piece, done);
      }
    } finally {
      closeSync(fd);
    }
    return hash.digest('hex');
  });
}

/** Whether a file of this user with exactly these bytes lies at `path`. */
async function holds(path: string, sha256: string): Promise<boolean> {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
  try {
    return await useLibraryFile(
      path,
      async (file) => isOurs(file.stats) && (await hashOf(file)) === sha256,
      NO_LINK,
    );
  } catch (error) {
    // A link, or a file that can't be read, is not a copy: the new one takes its place.
    if (AisopodError.is(error) && error.code === 'LIBRARY_UNREADABLE') return false;
    throw error;
  }
}
