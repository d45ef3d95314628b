import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { unwritable } from '../../../base/files/atomic-write.js';
import { setMode } from '../../../base/files/index.js';
import { shellWord, showPath } from '../../../base/text/index.js';
import type { PageFile, Snapshot } from '../pages/page-file.js';
import { lockOf } from '../store-place.js';
import { damagedFault, unavailableFor } from '../unavailable.js';
import { check } from './check.js';
import { withStableState } from './stable-state.js';

export interface BackupReport {
  /** Where the copy is. */
  readonly path: string;
  readonly bytes: number;
  readonly records: number;
}

/** Bytes that are copied at once. */
const PIECE_BYTES = 1024 * 1024;

/**
 * Copies a store as it was after one commit. The copy is checked before it is there under its name.
 *
 * @param path absolute
 * @param force replace a file that is there
 * @throws AisopodError STORAGE_UNAVAILABLE: there is no store, or it is damaged; USAGE: `path` is taken;
 *   FILE_UNWRITABLE
 * @throws Error of the file system or of LMDB
 */
export async function backup(file: string, path: string, force: boolean): Promise<BackupReport> {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) {
    throw unavailableFor(file, {
      errno: null,
      reason: 'nothing was stored in it yet',
      advice: LATER,
    });
  }
  assertFree(file, path, force);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const fault = await withStableState(file, (pages, state) => copy(pages, state, temporary));
    const { bytes, records, damage } = await check(temporary);
    const reason = fault ?? damage[0];
    if (reason !== undefined) throw unavailableFor(file, damagedFault(file, reason));
    writing(path, () => {
      if (force) renameSync(temporary, path);
      else placeNew(temporary, path);
      syncFolder(dirname(path));
    });
    return { path, bytes, records };
  } finally {
    rmSync(temporary, { force: true });
  }
}

const LATER = 'Back it up when a plugin has stored something.';

/** @throws AisopodError USAGE */
function assertFree(file: string, path: string, force: boolean): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) {
    const folder = dirname(path);
    if (existsSync(folder)) return;
    throw usage(
      path,
      `is in a folder that is missing. Make it with: mkdir -p ${shellWord(folder)}`,
      '',
    );
  }
  const own = [file, lockOf(file)].map((each) => statSync(each, { throwIfNoEntry: false }));
  if (own.some((each) => each?.ino === there.ino && each.dev === there.dev)) {
    throw usage(path, 'is the store itself. Name another file');
  }
  if (!there.isFile()) throw usage(path, 'is not a file. Name a file for the copy');
  if (!force) throw taken(path);
}

function taken(path: string): AisopodError {
  return usage(path, 'is there already, so nothing was written. Name another file, or add --force');
}

function usage(path: string, what: string, end = '.'): AisopodError {
  return new AisopodError('USAGE', `${showPath(path)} ${what}${end}`, { details: { path } });
}

/** Does something with the file of the copy. */
function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw AisopodError.is(cause) ? cause : unwritable(path, cause);
  }
}

function copy(pages: PageFile, state: Snapshot, to: string): undefined {
  const fd = writing(to, () => openSync(to, 'w', 0o600));
  try {
    setMode(fd, to, 0o600);
    const { head, end } = readHead(pages, state);
    writing(to, () => writeAt(fd, head, 0));
    for (let at = head.length; at < end; at += PIECE_BYTES) {
      const piece = pages.readAt(at, Math.min(PIECE_BYTES, end - at));
      if (piece !== null) writing(to, () => writeAt(fd, piece, at));
    }
    writing(to, () => fsyncSync(fd));
  } finally {
    closeSync(fd);
  }
}

/** The meta pages, and where the pages of the state that they describe end. */
function readHead(pages: PageFile, state: Snapshot): { head: Buffer; end: number } {
  for (let at = state; ; ) {
    const head = pages.read(0, at.pageSize, 2);
    const now = pages.newest();
    if (head === null || typeof now === 'string')
      throw new Error('the file was cut short meanwhile');
    const end = Math.min(pages.bytes, (at.lastPage + 1) * at.pageSize);
    if (now.commit === at.commit) return { head, end };
    at = now;
  }
}

function writeAt(fd: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, at + done);
  }
}

/** Unlike renameSync(), replaces nothing. */
function placeNew(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw taken(path);
    // File systems without hard links.
    copyFileSync(temporary, path, constants.COPYFILE_EXCL);
  }
}

/** So that the new name survives a loss of power, where folders can be synchronised. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
