import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { AisopodError } from '../errors/index.js';
import { showPath } from '../toml/index.js';

/** A file or folder that someone else could change, and the command that mends it. */
export interface UnsafePath {
  readonly path: string;
  readonly reason: string;
  readonly command: string;
}

// A plugin with more than this is checked as far as this goes, and says so.
const MOST_FILES = 512;

/** What a check of a folder found. */
export interface TreeCheck {
  readonly unsafe: readonly UnsafePath[];
  /** False when there were more files than are checked. */
  readonly complete: boolean;
  /** Names of the plain files, no links, that lie directly in the folder. */
  readonly files: ReadonlySet<string>;
}

/** The user whose files are trusted beside root's; null where there are no such modes (Windows). */
export function currentUser(): number | null {
  return process.getuid?.() ?? null;
}

/**
 * Judges one file or folder: it must belong to `user` or to root, and must not be writable by
 * others or by a group. The owner's private group is let pass, which is the one that has the
 * number of its owner: root's, or that of an ordinary user (from 1000), as Linux systems with a
 * umask of 002 make them.
 *
 * @returns null when it is safe
 */
export function judge(
  path: string,
  { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  user: number,
): UnsafePath | null {
  if (uid !== user && uid !== 0) {
    const reason = `belongs to user ${uid}, not to you (user ${user}) or root`;
    return { path, reason, command: `sudo chown ${user} ${quote(path)}` };
  }
  const octal = (mode & 0o7777).toString(8).padStart(4, '0');
  if (mode & 0o002) {
    const reason = `can be written by everyone (mode ${octal})`;
    return { path, reason, command: `chmod go-w ${quote(path)}` };
  }
  const privateGroup = gid === uid && (uid === 0 || uid >= 1000);
  if (mode & 0o020 && !privateGroup) {
    const reason = `can be written by group ${gid} (mode ${octal})`;
    return { path, reason, command: `chmod g-w ${quote(path)}` };
  }
  return null;
}

/**
 * Judges a folder of a plugin and everything in it, links by what they lead to. `.git` is left out:
 * nothing in it is ever opened.
 *
 * @param names what stands directly in `dir`
 * @throws the error of the file system when the folder cannot be looked at
 */
export function judgeTree(dir: string, names: readonly string[], user: number): TreeCheck {
  const unsafe: UnsafePath[] = [];
  const files = new Set<string>();
  const add = (path: string, stats: Stats) => {
    const fault = judge(path, stats, user);
    if (fault) unsafe.push(fault);
  };
  add(dir, statSync(dir));
  const folders: { path: string; names: readonly string[] }[] = [{ path: dir, names }];
  let left = MOST_FILES;
  for (let folder = folders.shift(); folder; folder = folders.shift()) {
    for (const name of folder.names) {
      if (name === '.git') continue;
      if (left-- === 0) return { unsafe, complete: false, files };
      const path = join(folder.path, name);
      const own = lstatSync(path);
      const stats = own.isSymbolicLink() ? followed(path) : own;
      if (stats) add(path, stats);
      if (own.isFile() && folder.path === dir) files.add(name);
      if (own.isDirectory()) folders.push({ path, names: readdirSync(path) });
    }
  }
  return { unsafe, complete: true, files };
}

/** What a link leads to; null when it leads nowhere, which nobody can open either. */
function followed(link: string): Stats | null {
  try {
    return statSync(link);
  } catch {
    return null;
  }
}

/** @param what how the message calls the whole: `The plugin in /x` */
export function unsafeError(what: string, unsafe: readonly UnsafePath[]): AisopodError {
  const [first, ...more] = unsafe as [UnsafePath, ...UnsafePath[]];
  const commands = [...new Set(unsafe.slice(0, 5).map(({ command }) => command))].join(' && ');
  const others = more.length > 0 ? ` So are ${more.length} more files.` : '';
  return new AisopodError(
    'PATH_UNSAFE',
    `${what} could be changed by someone else: ${showPath(first.path)} ${first.reason}.${others} ` +
      `If you trust what is in it now, run: ${commands}`,
    { details: { unsafe } },
  );
}

/** For a POSIX shell. */
function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
