import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { shellWord, showPath } from '../../base/text/index.js';

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
  /** The folder itself (under an empty name) and all that is in it, by names relative to it. */
  readonly tree: ReadonlyMap<string, Stats>;
  /** Whether what is in it says all about it: false when there is a link that leads elsewhere, or nowhere. */
  readonly closed: boolean;
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
    const chown = `chown ${user} ${shellWord(path)}`;
    return { path, reason, command: user === 0 ? chown : `sudo ${chown}` };
  }
  const octal = (mode & 0o7777).toString(8).padStart(4, '0');
  if (mode & 0o002) {
    const reason = `can be written by everyone (mode ${octal})`;
    return { path, reason, command: `chmod go-w ${shellWord(path)}` };
  }
  const privateGroup = gid === uid && (uid === 0 || uid >= 1000);
  if (mode & 0o020 && !privateGroup) {
    const reason = `can be written by group ${gid} (mode ${octal})`;
    return { path, reason, command: `chmod g-w ${shellWord(path)}` };
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
  const unsafe = new Map<string, UnsafePath>();
  const tree = new Map<string, Stats>();
  /** What links lead to, by its name in the folder; null: it is elsewhere. */
  const targets = new Set<string | null>();
  const see = (name: string, stats: Stats, fault: UnsafePath | null) => {
    tree.set(name, stats);
    if (fault) unsafe.set(fault.path, fault);
  };
  const check = (complete: boolean) => {
    const closed = [...targets].every((name) => name !== null && tree.has(name));
    return { unsafe: [...unsafe.values()], complete, tree, closed };
  };
  const own = statSync(dir);
  see('', own, judge(dir, own, user));
  const folders = [{ within: '', names }];
  let left = MOST_FILES;
  for (let folder = folders.shift(); folder; folder = folders.shift()) {
    for (const each of folder.names) {
      if (each === '.git') continue;
      if (left-- === 0) return check(false);
      const name = folder.within + each;
      const path = below(dir, name);
      const stats = lstatSync(path);
      const link = stats.isSymbolicLink();
      if (link) targets.add(targetWithin(path, dir));
      see(name, stats, link ? judgeLink(path, dir, user) : judge(path, stats, user));
      if (stats.isDirectory()) folders.push({ within: name + sep, names: readdirSync(path) });
    }
  }
  return check(true);
}

/** The name within a folder of what a link in it leads to; null: it is elsewhere, or not there. */
function targetWithin(link: string, dir: string): string | null {
  try {
    const name = relative(realpathSync.native(dir), realpathSync.native(link));
    return name === '..' || name.startsWith(`..${sep}`) || isAbsolute(name) ? null : name;
  } catch {
    return null;
  }
}

/** What join() makes of an absolute path and a name, without looking at each character of them. */
export function below(dir: string, name: string): string {
  return dir.endsWith(sep) ? dir + name : dir + sep + name;
}

/**
 * Judges the file or folder that a link leads to. One that leads nowhere, or to a device, brings
 * nothing into the plugin. A folder elsewhere may be anyone's, such as /tmp: what mends that is to
 * remove the link, never to change the folder.
 */
function judgeLink(link: string, dir: string, user: number): UnsafePath | null {
  let target: string;
  let stats: Stats;
  try {
    target = realpathSync.native(link);
    stats = statSync(target);
  } catch {
    return null;
  }
  if (!stats.isFile() && !stats.isDirectory()) return null;
  const fault = judge(target, stats, user);
  if (fault === null || stats.isFile()) return fault;
  if (`${target}${sep}`.startsWith(realpathSync.native(dir) + sep)) return fault;
  const reason = `is a link to ${showPath(target)}, which ${fault.reason}`;
  return { path: link, reason, command: `rm ${shellWord(link)}` };
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
