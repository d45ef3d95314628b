import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { AisopodError } from '../../../base/errors/index.js';
import { shellWord, showPath } from '../../../base/text/index.js';

/** Undefined on Windows, where a home belongs to its user by its access list. */
const uid = process.geteuid?.();

/** Whether only this user (and root) can have put there what `stat` describes. */
export function isOurs(stat: Stats): boolean {
  return uid === undefined || (stat.uid === uid && (stat.mode & 0o022) === 0);
}

/**
 * Makes sure that `path` is a directory, no link, that belongs to this user and is closed to all
 * others (0700); makes it, and what is missing above it, if it isn't there.
 * @throws AisopodError COPY_CACHE
 */
export function ensurePrivateFolder(path: string): void {
  let stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    // Another process may make it meanwhile, which `recursive` doesn't mind.
    mkdirSync(path, { recursive: true, mode: 0o700 });
    stat = lstatSync(path);
  }
  if (!stat.isDirectory()) throw refuse(path, stat.isSymbolicLink() ? 'is a link' : 'is a file');
  if (uid === undefined) return;
  if (stat.uid !== uid) throw refuse(path, `belongs to user ${stat.uid}, not ${uid}`);
  if ((stat.mode & 0o777) !== 0o700) chmodSync(path, 0o700);
}

function refuse(path: string, reason: string): AisopodError {
  return new AisopodError(
    'COPY_CACHE',
    `${showPath(path)} ${reason}, so libraries are not opened from there. It must be a directory of this ` +
      `user. Remove it, it is made again: rm -rf ${shellWord(path)}`,
    { details: { path, reason } },
  );
}
