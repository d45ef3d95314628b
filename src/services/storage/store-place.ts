import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makePrivateFolder, setMode, temporaryPath } from '../../base/files/index.js';
import { notAFile, unavailable, unavailableFor } from './unavailable.js';

// When LMDB fails to open a store, it uses memory that it has freed. And it maps its lock file into
// memory: a page that the disk has no room for raises SIGBUS. So all that it needs is tried first.

/** Bytes of a lock file: more than LMDB asks for, so that it never extends the file by a hole. */
const LOCK_BYTES = 12_288;

/** Bytes that must fit on the disk before a store is made. */
const FIRST_BYTES = 65_536;

/**
 * Makes the folder of a store, for its owner alone.
 * @throws AisopodError STORAGE_UNAVAILABLE
 */
export function makeStoreFolder(folder: string): void {
  attempt(join(folder, 'store.mdb'), folder, () => makePrivateFolder(folder));
}

/**
 * Makes the file of a store (empty) and the lock file of LMDB, as far as they are missing, and finds out
 * whether LMDB can open them. To be called when this process has no such store open: closing a file takes
 * away the locks that the process has on it.
 *
 * @param file absolute; its folder is there
 * @throws AisopodError STORAGE_UNAVAILABLE
 */
export function prepareFiles(file: string): void {
  prepareData(file);
  prepareLock(file, lockOf(file));
}

/** The file through which processes that use the same store exclude each other. */
export function lockOf(file: string): string {
  return `${file}-lock`;
}

function prepareData(file: string): void {
  attempt(file, file, () => {
    const stat = lookAt(file, file);
    if ((stat?.size ?? 0) === 0) probe(dirname(file));
    if (stat === undefined) makeFile(file, 0);
    else if (hasOtherMode(stat)) chmodSync(file, 0o600);
    closeSync(openSync(file, 'r+'));
  });
}

function prepareLock(file: string, lock: string): void {
  attempt(file, lock, () => {
    const stat = lookAt(file, lock);
    if (stat === undefined) return makeFile(lock, LOCK_BYTES);
    if (hasOtherMode(stat)) chmodSync(lock, 0o600);
    accessSync(lock, constants.R_OK | constants.W_OK);
    if (stat.size < LOCK_BYTES) fill(lock, LOCK_BYTES - stat.size);
  });
}

/** @throws AisopodError STORAGE_UNAVAILABLE unless it is a plain file, or missing */
function lookAt(file: string, at: string): Stats | undefined {
  const stat = lstatSync(at, { throwIfNoEntry: false });
  const fault = stat === undefined ? null : notAFile(at, stat);
  if (fault !== null) throw unavailableFor(file, fault);
  return stat;
}

/** Whether it is ours, and closed to us or open to others. */
function hasOtherMode({ mode, uid }: Stats): boolean {
  return uid === process.geteuid?.() && (mode & 0o777) !== 0o600;
}

/** File systems without hard links refuse to make one with these. */
const NO_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Makes a file of zeros that others see whole or not at all, for its owner alone whatever the umask is.
 * Does nothing when another process was faster.
 */
function makeFile(path: string, bytes: number): void {
  const temporary = temporaryPath(path);
  writeZeros(temporary, bytes);
  try {
    linkSync(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (NO_LINKS.has(code)) unlessThere(() => writeZeros(path, bytes));
    else if (code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(temporary);
  }
}

function unlessThere(make: () => void): void {
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Finds out whether the disk takes what a new store needs. */
function probe(folder: string): void {
  const path = temporaryPath(join(folder, 'probe'));
  writeZeros(path, FIRST_BYTES);
  unlinkSync(path);
}

function writeZeros(path: string, bytes: number): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    setMode(fd, path, 0o600);
    writeAll(fd, bytes);
    fsyncSync(fd);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** Appends, since another process may do the same now: nothing that it wrote is overwritten. */
function fill(path: string, bytes: number): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_APPEND);
  try {
    writeAll(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: number): void {
  for (let left = bytes; left > 0; ) left -= writeSync(fd, Buffer.alloc(left));
}

function attempt(file: string, at: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw (cause as { code?: unknown }).code === 'STORAGE_UNAVAILABLE'
      ? cause
      : unavailable(file, cause, at);
  }
}
