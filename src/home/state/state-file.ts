import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  type Stats,
} from 'node:fs';
import { chmod, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openNewFile, temporaryPath } from '../../base/files/index.js';
import { jsonText, readJson } from '../../base/json/index.js';

/** What a file's content depends on: one that was written under any other is not read. */
export type StateHeader = Readonly<Record<string, string | number | readonly string[] | null>>;

/** Far above what is ever written. */
const MOST_BYTES = 64 * 1024 * 1024;

const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Undefined on Windows, where a home belongs to its user by its access list. */
const uid = process.geteuid?.();

/**
 * Reads what writeState() has written. It says what was found out earlier and can be found out
 * again, so whatever is wrong with it (missing, cut short, of another version, in a folder or with
 * a mode that lets someone else write to it) only means that there is none.
 *
 * @param file absolute path in the `state` folder of a home
 * @returns parsed JSON, not judged; null when there is none
 */
export function readState(file: string, header: StateHeader): unknown {
  try {
    const text = readStateText(file, header);
    return text === null ? null : readJson(text);
  } catch {
    return null;
  }
}

/** As readState(), for what writeStateText() has written. @returns the text, not judged */
export function readStateText(file: string, header: StateHeader): string | null {
  try {
    if (!isOurs(lstatSync(dirname(file)), 'folder')) return null;
    const text = readOwn(file);
    const end = text.indexOf('\n');
    return text.slice(0, end) === jsonText(header) ? text.slice(end + 1) : null;
  } catch {
    return null;
  }
}

/**
 * Replaces the file in one step, so that any number of processes may do this and none ever reads a
 * part. Makes the folder, if the one around it is there.
 * @throws the system's error, and nothing has changed then
 */
export function writeState(file: string, header: StateHeader, body: unknown): Promise<void> {
  return writeStateText(file, header, jsonText(body));
}

/** As writeState(), with a text of any form. @throws the system's error, and nothing has changed then */
export async function writeStateText(
  file: string,
  header: StateHeader,
  body: string,
): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { mode: 0o700 }).then(
    () => chmod(folder, 0o700), // the umask may have taken more than it should
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  if (!isOurs(await lstat(folder), 'folder')) {
    throw new Error(`${folder} is not a folder that only its user can write to`);
  }
  const temporary = temporaryPath(file);
  try {
    const made = await openNewFile(temporary);
    await made.writeFile(`${jsonText(header)}\n${body}`).finally(() => made.close());
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function readOwn(file: string): string {
  const fd = openSync(file, READ);
  try {
    const stats = fstatSync(fd);
    if (!isOurs(stats, 'file') || stats.size > MOST_BYTES) return '';
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** Whether only this user (and root) can write to it. */
function isOurs(stats: Stats, kind: 'file' | 'folder'): boolean {
  if (kind === 'file' ? !stats.isFile() : !stats.isDirectory()) return false;
  return uid === undefined || (stats.uid === uid && (stats.mode & 0o022) === 0);
}
