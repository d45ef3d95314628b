import { isUtf8 } from 'node:buffer';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readFileSync,
  type Stats,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { shellWord } from '../text/index.js';
import { asClause, systemFault } from './system-fault.js';

// A key or a token; a certificate chain is smaller too.
const MAX_BYTES = 64 * 1024;

/** The content of a private file, or in words what is wrong with the file and what to do. */
export type PrivateFile =
  | {
      readonly text: string;
      /** In words, why other users can read it although it is accepted; null: they cannot. */
      readonly exposed: string | null;
      readonly found: null;
      readonly mend: null;
    }
  | { readonly text: null; readonly found: string; readonly mend: string };

/** The process that reads a file. */
export interface Reader {
  readonly user: number;
  readonly groups: readonly number[];
}

/**
 * Sets the mode of an open file of this user, whatever the umask was when it was made. Windows has no
 * modes.
 * @param path of that file; the permission model of Node.js lets modes be set by paths only
 * @throws the system's error
 */
export function setMode(fd: number, path: string, mode: number): void {
  if (process.platform === 'win32') return;
  try {
    fchmodSync(fd, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') throw error;
    chmodSync(path, mode);
  }
}

/**
 * Makes a file for its owner alone (mode 0600), to be written. A plugin may have set any umask, so the mode
 * is set afterwards.
 * @throws the system's error: EEXIST
 */
export async function openNewFile(path: string): Promise<FileHandle> {
  const file = await open(path, 'wx', 0o600);
  try {
    setMode(file.fd, path, 0o600);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Reads a file that only this user and root may read: UTF-8, at most 64 KiB. The file that is judged is
 * the one that is read, links followed. No message about a fault contains its text.
 *
 * Two kinds of mounted secrets are accepted too, since a container cannot change their modes: a file
 * that one of this process's groups may read (Kubernetes with fsGroup: root, mode 0440), and a file of
 * root on a read-only mount that every user may read (Docker: mode 0444), which is reported as exposed.
 *
 * @param path absolute
 */
export function readPrivateFile(path: string): PrivateFile {
  let fd: number;
  try {
    // Not to wait for a writer, should it be a pipe.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      return wrong('no such file', 'write the secret into it, readable by you alone');
    }
    return unreadable(path, error);
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) {
      return wrong('something that is not a regular file', 'name a file that holds it');
    }
    const judged = judgeReaders(path, stats, thisProcess(), () => isOnReadOnlyMount(fd));
    if (judged !== null && 'mend' in judged) return judged;
    if (stats.size > MAX_BYTES) {
      return wrong(`a file of ${stats.size} bytes`, `keep a secret within ${MAX_BYTES} bytes`);
    }
    const bytes = readFileSync(fd);
    if (!isUtf8(bytes)) {
      return wrong('a file that is not UTF-8 text', 'write the secret into it as text');
    }
    const text = new TextDecoder().decode(bytes);
    return { text, exposed: judged?.exposed ?? null, found: null, mend: null };
  } catch (error) {
    return unreadable(path, error);
  } finally {
    closeSync(fd);
  }
}

function unreadable(path: string, cause: unknown) {
  const { errno, reason, advice } = systemFault(path, cause, 'read');
  const denied = errno === 'EACCES' || errno === 'EPERM';
  const mend = denied
    ? 'its owner must let you read it; mode 0440 and a group of this process are enough'
    : asClause(advice);
  return wrong(`a file that cannot be read (${reason})`, mend);
}

function wrong(found: string, mend: string) {
  return { text: null, found, mend } as const;
}

/** null on Windows, which has no such modes. */
function thisProcess(): Reader | null {
  const [user, group] = [process.getuid?.(), process.getegid?.()];
  if (user === undefined || group === undefined) return null;
  return { user, groups: [group, ...(process.getgroups?.() ?? [])] };
}

/**
 * Judges who may read a file.
 * @param isMountReadOnly asked only when the answer depends on it
 * @returns null when only this user and root may; why it is exposed, when it is accepted all the same;
 *   else the fault
 */
export function judgeReaders(
  path: string,
  { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  reader: Reader | null,
  isMountReadOnly: () => boolean,
): { readonly exposed: string } | (PrivateFile & { readonly text: null }) | null {
  if (reader === null) return null;
  const { user, groups } = reader;
  if (uid !== user && uid !== 0) {
    const chown = `chown ${user} ${shellWord(path)}`;
    return wrong(`a file of user ${uid}`, user === 0 ? chown : `sudo ${chown}`);
  }
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  const others = (mode & 0o004) !== 0 ? 'every user of this machine' : `group ${gid}`;
  const exposed = `${others} may read it (mode ${octal})`;
  if ((mode & 0o022) === 0) {
    if ((mode & 0o077) === 0) return null;
    // Such a file was made for this process: it belongs to root, or is not to be written at all.
    const isGiven = uid !== user || (mode & 0o200) === 0;
    if ((mode & 0o007) === 0 && isGiven && groups.includes(gid)) return null;
    if ((mode & 0o044) !== 0 && uid === 0 && isMountReadOnly()) return { exposed };
  }
  const word = shellWord(path);
  const mend =
    uid === user ? `chmod 600 ${word}` : `sudo chown ${user} ${word} && sudo chmod 600 ${word}`;
  return wrong(`a file that others may open (mode ${octal})`, mend);
}

/** Whether the mount through which a file was opened is read-only; false where the system doesn't say. */
function isOnReadOnlyMount(fd: number): boolean {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
    return isReadOnlyMount(info, readFileSync('/proc/self/mountinfo', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Looks the mount of an open file up in the table of mounts; see proc(5).
 * @param fdinfo of the open file, with a line `mnt_id:`
 * @param mountinfo a line for each mount: id, parent, device, root, mount point, options, ... - type,
 *   source, options of the file system
 */
export function isReadOnlyMount(fdinfo: string, mountinfo: string): boolean {
  const id = /^mnt_id:\s*(\d+)$/m.exec(fdinfo)?.[1];
  const mount = mountinfo.split('\n').find((line) => line.startsWith(`${id} `));
  if (id === undefined || mount === undefined) return false;
  const fields = mount.split(' ');
  const options = `${fields[5]},${fields.at(-1)}`.split(',');
  return options.includes('ro');
}
