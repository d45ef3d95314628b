import { constants, type Stats } from 'node:fs';
import { type FileHandle, link, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AisopodError } from '../errors/index.js';
import { showPath } from '../text/index.js';
import { openNewFile, setMode } from './private-file.js';
import { makeFolder } from './private-folder.js';
import { temporaryPath } from './process-name.js';
import { systemFault } from './system-fault.js';

/**
 * Replaces a file at once: who reads it sees the old text or the new one, whatever happens. Mode and
 * owner of the old one are kept; behind a link, the file that it leads to is replaced. Missing
 * folders are made.
 *
 * @param text UTF-8
 * @throws AisopodError FILE_UNWRITABLE; the old file is then untouched
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  try {
    makeFolder(dirname(path));
    const { real, before } = await existing(path);
    const temporary = temporaryPath(real);
    try {
      await writeNew(temporary, text, before);
      await rename(temporary, real);
    } catch (error) {
      await unlink(temporary).catch(() => {}); // it may never have been made
      throw error;
    }
    await syncFolder(dirname(real));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Makes a file at once, with mode 0644: a reader sees all of it or none. A file that is there stays.
 * @param text UTF-8
 * @returns false when there is one of that name already
 * @throws AisopodError FILE_UNWRITABLE
 */
export async function writeIfMissing(path: string, text: string): Promise<boolean> {
  const temporary = temporaryPath(path);
  try {
    const file = await openNewFile(temporary);
    try {
      setMode(file.fd, temporary, 0o644);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    // Unlike a renaming, it fails where a file of that name is.
    await link(temporary, path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(path, error);
  } finally {
    await unlink(temporary).catch(() => {}); // it may never have been made
  }
}

/** What went wrong when a file of the home was to be written. */
export function unwritable(path: string, cause: unknown): AisopodError {
  const { errno, reason, advice } = systemFault(path, cause, 'write');
  return new AisopodError(
    'FILE_UNWRITABLE',
    `${showPath(path)} cannot be written (${reason}), so nothing was changed. ${advice}`,
    { details: { path, errno }, cause },
  );
}

async function existing(path: string): Promise<{ real: string; before: Stats | null }> {
  try {
    const real = await realpath(path);
    return { real, before: await stat(real) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { real: path, before: null };
    throw error;
  }
}

async function writeNew(path: string, text: string, before: Stats | null): Promise<void> {
  // A file that may hold secrets is made for its owner alone.
  const file = await openNewFile(path);
  try {
    if (before !== null) await takeAfter(file, before);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Owner first: changing it takes set-id bits away. */
async function takeAfter(file: FileHandle, before: Stats): Promise<void> {
  if (process.platform === 'win32') return;
  const now = await file.stat();
  if (now.uid !== before.uid || now.gid !== before.gid) await file.chown(before.uid, before.gid);
  await file.chmod(before.mode & 0o7777);
}

/** So that the new name survives a loss of power, where folders can be synchronised. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
