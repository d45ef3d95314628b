import { hash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type LibraryInfo, readLibrary } from '../../binary/index.js';
import { AisopodError } from '../../errors/index.js';
import { showPath } from '../../toml/index.js';
import { noteUse } from './image-users.js';
import { readLibraryFile } from './library-file.js';
import type { Sibling } from './open-siblings.js';
import { ensurePrivateFolder, isOurs } from './private-folder.js';
import { type ImageFile, isInside, looksNowhereBeside, siblingsOf } from './siblings.js';

/** What is told of a library and of its copy. */
export interface ImageFacts extends Pick<LibraryInfo, 'format' | 'machine' | 'needed'> {
  /** Over the library and all that was copied with it: 64 hex digits. */
  readonly sha256: string;
  /** The library's path within the copy. */
  readonly name: string;
}

/** The private copy from which a library is opened. */
export interface OpenableImage extends ImageFacts {
  /** The copy. Never changes its content as long as it exists. */
  readonly path: string;
  /** The libraries that were copied with it. */
  readonly siblings: readonly Sibling[];
}

/** One that has just been read. */
export interface Image extends OpenableImage {
  /** The library's bytes; those of the copy, proven equal. */
  readonly bytes: Buffer;
  readonly info: LibraryInfo;
  /** Whether its copy depends on nothing but the library: nothing is looked for beside it. */
  readonly alone: boolean;
}

export interface ImageOptions {
  /** `cache/images` of the home. */
  readonly imagesDir: string;
  /** Counts the reloads of a plugin; each opens from a path of its own. An integer from 0. */
  readonly generation: number;
  /** The plugin's folder, out of which needed libraries are copied too. Default: the entry's. */
  readonly folder?: string | undefined;
  /** Is shown what the library says before anything is copied, and throws to refuse it. */
  readonly check?: ((info: LibraryInfo) => void) | undefined;
}

const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Copies a library, and the libraries beside it that it needs, to
 * `<imagesDir>/<sha256>/<generation>/`, or finds them there. The operating system takes an equal
 * path for the same library, and what lies in a plugin's folder can change while it is open; a copy
 * at a path of its own has neither problem. A copy with other bytes is made anew. Any number of
 * processes can do this at once: each file appears under its name in one step, complete.
 *
 * Reads synchronously: a library of 100 MB holds up the event loop for about 0.1 s.
 *
 * @param entry path of the library
 * @throws AisopodError LIBRARY_UNREADABLE, LIBRARY_FORMAT, IMAGE_CACHE; what `check` throws
 */
export function imageOf(entry: string, options: ImageOptions): Image {
  const path = resolve(entry);
  const wanted = resolve(options.folder ?? dirname(path));
  const folder = isInside(wanted, path) ? wanted : dirname(path);
  const bytes = readLibraryFile(path);
  const info = readLibrary(bytes, showPath(path));
  options.check?.(info);
  const main = { name: relative(folder, path), bytes };
  const others = siblingsOf(path, info, folder);
  const files = [main, ...others];
  const sha256 = digest(files);

  try {
    const imagesDir = resolve(options.imagesDir);
    ensurePrivateFolder(imagesDir);
    noteUse(imagesDir, `${sha256}/${options.generation}`);
    const keyed = join(imagesDir, sha256);
    ensurePrivateFolder(keyed);
    const target = join(keyed, String(options.generation));
    ensurePrivateFolder(target);
    for (const file of files) place(file, target);
    const siblings = others.map((file) => ({
      name: file.knownAs,
      sha256: sha256Of(file.bytes),
    }));
    const { format, machine, needed } = info;
    const { name } = main;
    const alone = looksNowhereBeside(path, info);
    const facts = { sha256, name, format, machine, needed };
    return { ...facts, path: join(target, name), siblings, bytes, info, alone };
  } catch (error) {
    if (AisopodError.is(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AisopodError(
      'IMAGE_CACHE',
      `no private copy of ${showPath(path)} can be made in ${showPath(options.imagesDir)}: ` +
        `${reason}. ` +
        'The directory must be writable for this user, and its disk have room.',
      { details: { path, imagesDir: options.imagesDir, reason }, cause: error },
    );
  }
}

/** The hash of the library; with siblings, of the list of all names and hashes. */
function digest(files: readonly ImageFile[]): string {
  const [main] = files;
  if (files.length === 1 && main !== undefined) return sha256Of(main.bytes);
  return sha256Of(JSON.stringify(files.map(({ name, bytes }) => [name, sha256Of(bytes)])));
}

function sha256Of(data: string | Buffer): string {
  return hash('sha256', data, 'hex');
}

function place(file: ImageFile, target: string): void {
  const folders = file.name.split(sep).slice(0, -1);
  for (let depth = 1; depth <= folders.length; depth++) {
    ensurePrivateFolder(join(target, ...folders.slice(0, depth)));
  }
  const path = join(target, file.name);
  if (holds(path, file.bytes)) return;

  const temporary = join(
    dirname(path),
    `.${basename(path).slice(0, 32)}.${randomBytes(8).toString('hex')}`,
  );
  try {
    writeFileSync(temporary, file.bytes, { flag: 'wx', mode: 0o500 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Whether a file of this user with exactly these bytes lies at `path`. */
function holds(path: string, bytes: Buffer): boolean {
  let file: number;
  try {
    file = openSync(path, READ);
  } catch (error) {
    // A link, or a file that cannot be read, is none of ours: the new copy takes its place.
    const { code } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ELOOP', 'EMLINK', 'EACCES', 'ENXIO'].includes(code ?? '')) return false;
    throw error;
  }
  try {
    const stat = fstatSync(file);
    const plausible = stat.isFile() && stat.size === bytes.length && isOurs(stat);
    return plausible && readFileSync(file).equals(bytes);
  } finally {
    closeSync(file);
  }
}
