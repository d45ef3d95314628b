import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { shellWord, showPath } from '../text/index.js';

/** An error of the operating system about a path, in words. */
export interface SystemFault {
  /** Such as `EACCES`; null when the error is not one of the system. */
  readonly errno: string | null;
  /** What is in the way: `EACCES: /home/ada/.aisopod belongs to user 0 (mode 0700)`. */
  readonly reason: string;
  /** What to do: a sentence without its full stop when it ends in a command. */
  readonly advice: string;
}

/** What was to be done with a path; to make a file or a folder is to write. */
export type Access = 'read' | 'write';

/**
 * Explains an error of the system. All messages about files take their words from here, so that a full
 * disk has the same advice wherever it is noticed. Only a refused permission makes it look at the disk.
 *
 * @param path absolute; what could not be read, written or made
 * @param cause the error that was thrown
 */
export function systemFault(path: string, cause: unknown, access: Access): SystemFault {
  const { code, message } = cause as NodeJS.ErrnoException;
  const errno = code ?? null;
  if (code === 'EACCES' || code === 'EPERM') {
    const { reason, advice } = denied(path, access);
    return { errno, reason: `${code}: ${reason}`, advice };
  }
  const known = KNOWN.get(code ?? '');
  if (known === undefined) return { errno, reason: code ?? message, advice: UNKNOWN };
  return { errno, reason: `${code}: ${known[0]}`, advice: known[1] };
}

/** A sentence of advice as it stands in the brackets of a problem in a file. */
export function asClause(advice: string): string {
  return (advice[0] ?? '').toLowerCase() + advice.slice(1).replace(/\.$/, '');
}

const UNKNOWN = 'Check that it and its folder are in order.';
const SPACE = 'Free some space, or use another home (--home DIR).';
const OPEN = 'End other programs, or raise the limit (ulimit -n).';

/** Reason and advice, by the error of the system. */
const KNOWN: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['ENOSPC', ['the disk is full', SPACE]],
  ['EDQUOT', ['the disk quota of this user is used up', SPACE]],
  [
    'EFBIG',
    [
      'the file would be larger than the limit for files allows',
      'Raise the limit: ulimit -f unlimited',
    ],
  ],
  ['ENOMEM', ['there is not enough memory', 'End other programs, or raise the limit (ulimit -v).']],
  ['EMFILE', ['this process has too many files open', OPEN]],
  ['ENFILE', ['the system has too many files open', OPEN]],
  [
    'EROFS',
    [
      'the file system is read-only',
      'Use another home for what is written (--home DIR), and name the plugins of this one by ' +
        'AISOPOD_PLUGIN_PATHS.',
    ],
  ],
  ['EIO', ['the disk reports an error', 'Look at the log of the system, and check the disk.']],
  ['ENOTDIR', ['something on the way is a file, not a folder', 'Move that file away.']],
  ['EEXIST', ['something else stands there', 'Move it away.']],
  ['ENXIO', ['it is a socket or a device, not a file', 'Move it away.']],
  ['EISDIR', ['it is a folder', 'Move the folder away.']],
  ['ELOOP', ['its links lead in a circle', 'Remove the link, or correct it.']],
  ['ENAMETOOLONG', ['the path is too long', 'Use another home with a shorter path (--home DIR).']],
]);

/** Names the folder or file that keeps this user out, its owner, and the command that mends it. */
function denied(path: string, access: Access): Pick<SystemFault, 'reason' | 'advice'> {
  const user = process.geteuid?.();
  const found = blocker(path, access);
  if (user === undefined || found === null) {
    const advice = `Its owner must let you ${access} it, or use another home (--home DIR).`;
    return { reason: 'this user has no permission', advice };
  }
  const { at, stats } = found;
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
  if (stats.uid === user) {
    if (found.allowed) {
      const advice = `Look for what forbids it, such as a lock on the file: lsattr -d ${shellWord(at)}`;
      return { reason: 'the system does not permit it', advice };
    }
    const right = `u+r${access === 'write' ? 'w' : ''}${stats.isDirectory() ? 'X' : ''}`;
    const reason = `the mode of ${showPath(at)} is ${mode}`;
    return { reason, advice: `Change it: chmod ${right} ${shellWord(at)}` };
  }
  const reason = `${showPath(at)} belongs to user ${stats.uid} (mode ${mode}), not to you (user ${user})`;
  // What lies in a folder of their own is theirs to take; anything else, such as /root, is not.
  const theirs = statSync(dirname(at), { throwIfNoEntry: false })?.uid === user;
  const advice = theirs
    ? `If it is to be yours: sudo chown -R ${user} ${shellWord(at)}`
    : `Its owner must let you ${access} it, or use another home (--home DIR).`;
  return { reason, advice };
}

interface Blocker {
  readonly at: string;
  readonly stats: Stats;
  /** Whether modes allow what was refused, so that something else forbids it. */
  readonly allowed: boolean;
}

/** The first folder on the way that this user may not pass, else the end of the way. */
function blocker(path: string, access: Access): Blocker | null {
  let last: { readonly at: string; readonly stats: Stats } | null = null;
  const { R_OK, W_OK, X_OK } = constants;
  for (const at of wayTo(path)) {
    const stats = look(at);
    if (stats === null) break;
    last = { at, stats };
    if (at !== path && !may(at, X_OK)) return { ...last, allowed: false };
  }
  if (last === null) return null;
  const { at, stats } = last;
  if (access === 'read' || at !== path) {
    const wanted = access === 'read' ? R_OK | (stats.isDirectory() ? X_OK : 0) : W_OK | X_OK;
    return { at, stats, allowed: may(at, wanted) };
  }
  // A file is replaced by another one, so that its folder decides.
  const folder = dirname(at);
  const around = look(folder);
  if (around !== null && !may(folder, W_OK | X_OK)) {
    return { at: folder, stats: around, allowed: false };
  }
  return { at, stats, allowed: may(at, W_OK) };
}

/** The folders down to a path, and the path itself. */
function wayTo(path: string): string[] {
  const way = [path];
  for (let at = dirname(path); at !== way[0]; at = dirname(at)) way.unshift(at);
  return way;
}

function look(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null; // missing, or hidden by the folder around it
  }
}

function may(path: string, wanted: number): boolean {
  try {
    accessSync(path, wanted);
    return true;
  } catch {
    return false;
  }
}
