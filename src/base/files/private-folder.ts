import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Undefined on Windows, where a home belongs to its user by its access list. */
const uid = process.geteuid?.();

/** Returns whether only this user (and root) can have put there what `stat` describes. */
export function isOurs(stat: Stats): boolean {
  return uid === undefined || (stat.uid === uid && (stat.mode & 0o022) === 0);
}

/**
 * Makes a directory and what is missing above it, each with mode 0700, whatever umask a plugin has set.
 * `recursive` of mkdir() turns a read-only file system (EROFS) into a missing folder (ENOENT).
 * @throws the system's error; EEXIST when something else stands there
 */
export function makeFolder(path: string): void {
  const error = tryToMake(path);
  if (error === null) return;
  const parent = dirname(path);
  if (error.code !== 'ENOENT' || parent === path) throw error;
  makeFolder(parent);
  const again = tryToMake(path);
  if (again !== null) throw again;
}

/** null: it is there. */
function tryToMake(path: string): NodeJS.ErrnoException | null {
  try {
    mkdirSync(path, { mode: 0o700 });
    if (uid !== undefined) chmodSync(path, 0o700);
    return null;
  } catch (error) {
    const there = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    return there ? null : (error as NodeJS.ErrnoException);
  }
}

/**
 * Makes a directory for its owner alone (mode 0700), and what is missing above it. Closes one that others
 * may enter. A link to a directory counts as that directory.
 * @throws the system's error
 */
export function makePrivateFolder(path: string): void {
  // One that is there, as most are, costs no more than this look.
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there?.isDirectory()) makeFolder(path);
  const stat = there ?? statSync(path);
  closeToOthers(path, stat);
  // With the home of a user, root may have made it for itself.
  if (uid !== undefined && stat.uid !== uid) accessSync(path, constants.W_OK | constants.X_OK);
}

/**
 * Makes a directory as makePrivateFolder() does, but accepts no link and nothing of another user.
 * @returns null, or why the path is refused: `is a link`
 * @throws the system's error
 */
export function makeOwnFolder(path: string): string | null {
  let stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    // Another process may make it meanwhile.
    makeFolder(path);
    stat = lstatSync(path);
  }
  if (!stat.isDirectory()) return stat.isSymbolicLink() ? 'is a link' : 'is a file';
  if (uid !== undefined && stat.uid !== uid) return `belongs to user ${stat.uid}, not ${uid}`;
  closeToOthers(path, stat);
  return null;
}

function closeToOthers(path: string, { mode }: Stats): void {
  if (uid !== undefined && (mode & 0o777) !== 0o700) chmodSync(path, 0o700);
}
