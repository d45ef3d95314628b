import { chmodSync, lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';

/** Undefined on Windows, where a home belongs to its user by its access list. */
const uid = process.geteuid?.();

/** Returns whether only this user (and root) can have put there what `stat` describes. */
export function isOurs(stat: Stats): boolean {
  return uid === undefined || (stat.uid === uid && (stat.mode & 0o022) === 0);
}

/**
 * Makes a directory for its owner alone (mode 0700), and what is missing above it. Closes one that others
 * may enter. A link to a directory counts as that directory.
 * @throws the system's error
 */
export function makePrivateFolder(path: string): void {
  // One that is there, as most are, costs no more than this look.
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there?.isDirectory()) mkdirSync(path, { recursive: true, mode: 0o700 });
  closeToOthers(path, there ?? statSync(path));
}

/**
 * Makes a directory as makePrivateFolder() does, but accepts no link and nothing of another user.
 * @returns null, or why the path is refused: `is a link`
 * @throws the system's error
 */
export function makeOwnFolder(path: string): string | null {
  let stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    // Another process may make it meanwhile, which `recursive` doesn't mind.
    mkdirSync(path, { recursive: true, mode: 0o700 });
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
