import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  linkSync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { isOurs, setMode, temporaryPath } from '../../../base/files/index.js';
import { fingerprint, isUnchanged } from '../../../home/state/index.js';
import type { FolderFiles, FreeLibrary, LinkBeside } from './folder-files.js';
import { hashOf, unreadable, useLibraryFile } from './library-file.js';
import { ensurePrivateFolder } from './private-folder.js';

/** A file of a copy, by its path in the plugin's folder, relative to that. */
export interface CopiedFile {
  readonly name: string;
  readonly sha256: string;
}

const NO_LINK = constants.O_NOFOLLOW ?? 0;

/** Only its user may read it, and nothing may write to it. */
const MODE = 0o500;

/**
 * Sees to it that a library of the plugin's folder lies in the copy, with exactly these bytes. It appears
 * under its name in one step, complete.
 * @throws AisopodError LIBRARY_UNREADABLE; the system's error
 */
export async function placeFile(file: CopiedFile, folder: string, target: string): Promise<void> {
  const folders = file.name.split(sep).slice(0, -1);
  for (let depth = 1; depth <= folders.length; depth++) {
    ensurePrivateFolder(join(target, ...folders.slice(0, depth)));
  }
  const path = join(target, file.name);
  if (await holds(path, file.sha256)) return;
  await inOneStep(file.name, target, async (temporary) => {
    const original = join(folder, file.name);
    if ((await copy(original, temporary)) !== file.sha256) throw unreadable(original, 'ECHANGED');
  });
}

/**
 * Places the files that lie next to a library next to its copy, too.
 * @param signal aborted when it is no longer wanted
 * @returns the names for which that file system has neither symbolic nor hard links
 * @throws AisopodError LIBRARY_UNREADABLE; the system's error
 */
export async function placeBeside(
  { folders, libraries, links }: FolderFiles,
  folder: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  for (const name of folders) ensurePrivateFolder(join(target, name));
  for (const library of libraries) {
    signal?.throwIfAborted();
    await placeLibrary(library, folder, target);
  }
  const missing: string[] = [];
  for (const link of links) if (!(await placeLink(link, target))) missing.push(link.name);
  return missing;
}

/** The directory is named after the times of the library, so a copy with its size is up to date. */
async function placeLibrary({ name, stats }: FreeLibrary, folder: string, target: string) {
  const path = join(target, name);
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isFile() && isOurs(there) && there.size === stats.size) return;
  const original = join(folder, name);
  await inOneStep(name, target, async (temporary) => {
    await copyFile(original, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    chmodSync(temporary, MODE);
    if (!isSame(original, stats)) throw unreadable(original, 'ECHANGED');
  }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? unreadable(original, 'ECHANGED', error) : error;
  });
}

function isSame(path: string, before: Stats): boolean {
  const now = lstatSync(path, { throwIfNoEntry: false });
  return now !== undefined && isUnchanged(now, fingerprint(before));
}

/** What systems and file systems say that make no such links for this user. */
const NO_LINKS = new Set([
  'EPERM',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ERR_ACCESS_DENIED',
  'EXDEV',
]);

/** A symbolic link, or a hard one where these can't be made. */
async function placeLink({ name, target }: LinkBeside, folder: string): Promise<boolean> {
  const path = join(folder, name);
  if (isLinkTo(path, target)) return true;
  const original = resolve(dirname(path), target);
  try {
    await inOneStep(name, folder, async (temporary) => {
      try {
        symlinkSync(target, temporary, typeOf(original));
      } catch (error) {
        if (!isWithoutLinks(error)) throw error;
        linkSync(original, temporary);
      }
    });
    return true;
  } catch (error) {
    if (isWithoutLinks(error)) return false;
    throw error;
  }
}

/** Windows alone asks; a junction needs no privilege. */
function typeOf(original: string): 'junction' | 'file' {
  if (process.platform !== 'win32') return 'file';
  return statSync(original, { throwIfNoEntry: false })?.isDirectory() ? 'junction' : 'file';
}

function isWithoutLinks(error: unknown): boolean {
  return NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '');
}

function isLinkTo(path: string, target: string): boolean {
  try {
    return readlinkSync(path) === target;
  } catch {
    return false;
  }
}

/**
 * Makes a file under another name, and then gives it its own. It is made in the folder of all copies, where what
 * a killed process leaves is removed; another process may use this copy for ever.
 * @param target `<copiesDir>/<key>/<generation>`
 */
async function inOneStep(name: string, target: string, make: (temporary: string) => Promise<void>) {
  const path = join(target, name);
  const temporary = temporaryPath(join(dirname(dirname(target)), basename(name)));
  try {
    await make(temporary);
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
    const fd = openSync(to, 'wx', MODE);
    try {
      setMode(fd, to, MODE);
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
