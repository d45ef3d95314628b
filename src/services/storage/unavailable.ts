import { lstatSync, type Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { AisopodError } from '../../base/errors/index.js';
import { shellWord, showPath } from '../../base/text/index.js';

/** Why the storage can't be used, and what its user can do about it. */
export interface Fault {
  /** The error of the system: ENOSPC; null when the system reported none. */
  readonly errno: string | null;
  readonly reason: string;
  /** A sentence that begins with a verb, and ends with a command where one helps. */
  readonly advice: string;
}

/**
 * @param file the file of the store, `<home>/state/storage/store.mdb`
 * @param at the file or folder that the fault is about
 * @param cause an error of the file system or of LMDB, whose codes are numbers
 */
export function unavailable(file: string, cause: unknown, at = file): AisopodError {
  const errno = errnoOf(cause);
  const known = errno === null ? undefined : KNOWN[errno]?.(at, errno);
  const advice = `Look for damage with: ${commandFor('storage check', file)}`;
  return unavailableFor(file, known ?? { errno, reason: (cause as Error).message, advice }, cause);
}

export function unavailableFor(file: string, fault: Fault, cause?: unknown): AisopodError {
  const { errno, reason, advice } = fault;
  return new AisopodError(
    'STORAGE_UNAVAILABLE',
    `The storage ${showPath(file)} cannot be used: ${reason}. ${advice}`,
    { details: { file, reason, errno }, cause },
  );
}

/** @param damage what is wrong with the file: `it is cut short` */
export function damagedFault(file: string, damage: string): Fault {
  const advice = `Rescue what can be read with: ${commandFor('storage repair', file)}`;
  return { errno: null, reason: damage, advice };
}

/** A command for the home whose store it is. */
export function commandFor(command: string, file: string): string {
  return `aisopod ${command} --home ${shellWord(homeOf(file))}`;
}

/** The home whose store the file is. */
export function homeOf(file: string): string {
  return dirname(dirname(dirname(file)));
}

type Explain = (at: string, errno: string) => Fault;

const full: Explain = (at, errno) => ({
  errno,
  reason: `the disk is full (${errno})`,
  advice: `Free some space on the disk of that folder: df -h ${shellWord(dirname(at))}`,
});

const tooMany: Explain = (_, errno) => ({
  errno,
  reason: `too many files are open (${errno})`,
  advice: 'Close other programs, or raise the limit for open files: ulimit -n 4096',
});

const refused: Explain = (at, errno) => {
  const foreign = foreignPath(at);
  if (foreign !== null) return belongsTo(foreign.path, foreign.uid, at, errno);
  return {
    errno,
    reason: `the permissions of ${showPath(at)} do not let you read and write it (${errno})`,
    advice: `Give yourself access with: chmod -R u+rwX ${shellWord(dirname(at))}`,
  };
};

const KNOWN: Readonly<Record<string, Explain>> = {
  ENOSPC: full,
  EDQUOT: (at, errno) => ({
    errno,
    reason: `your disk quota is used up (${errno})`,
    advice: `Delete some of your files on the disk of that folder: df -h ${shellWord(dirname(at))}`,
  }),
  EFBIG: (_, errno) => ({
    errno,
    reason: `the file is as large as your limit for files allows (${errno})`,
    advice: 'Raise the limit for the size of files: ulimit -f unlimited',
  }),
  EMFILE: tooMany,
  ENFILE: tooMany,
  EACCES: refused,
  EPERM: refused,
  EROFS: (at, errno) => ({
    errno,
    reason: `the file system of ${showPath(at)} is read-only (${errno})`,
    advice: 'Use a home on another file system: --home DIR',
  }),
  ENOMEM: (_, errno) => ({
    errno,
    reason: `there is not enough memory (${errno})`,
    advice: 'Close other programs, or raise the limit for memory: ulimit -v unlimited',
  }),
};

/** @param at of what the user wants to use; `path` itself or a file below it */
function belongsTo(path: string, uid: number, at: string, errno: string): Fault {
  const me = process.geteuid?.() ?? uid;
  const folder = dirname(at);
  return {
    errno,
    reason: `${showPath(path)} belongs to user ${uid}${uid === 0 ? ' (root)' : ''}, not to you (user ${me}) (${errno})`,
    advice: `Take it over with: sudo chown -R ${me} ${shellWord(path.length < folder.length ? path : folder)}`,
  };
}

/** The file, its folder or one of the two folders above that belongs to another user; null: none. */
function foreignPath(at: string): { readonly path: string; readonly uid: number } | null {
  const me = process.geteuid?.();
  if (me === undefined) return null;
  let path = at;
  for (let level = 0; level < 4; level++, path = dirname(path)) {
    const uid = ownerOf(path);
    if (uid !== null && uid !== me) return { path, uid };
  }
  return null;
}

function ownerOf(path: string): number | null {
  try {
    return lstatSync(path).uid;
  } catch {
    return null;
  }
}

function errnoOf(cause: unknown): string | null {
  const { code } = cause as { code?: unknown };
  if (typeof code === 'string') return code;
  // LMDB passes positive codes of the system on; its own are negative.
  if (typeof code !== 'number' || code <= 0) return null;
  return getSystemErrorName(-code);
}

/** What lies at a path that must be a plain file, if it is something else. */
export function notAFile(at: string, stat: Stats): Fault | null {
  if (stat.isFile()) return null;
  const what = stat.isDirectory()
    ? 'a folder'
    : stat.isSymbolicLink()
      ? 'a link'
      : 'a special file';
  const aside = shellWord(`${at}.aside`);
  return {
    errno: null,
    reason: `${basename(at)} is ${what}, not a file`,
    advice: `Put it aside with: mv ${shellWord(at)} ${aside}`,
  };
}
