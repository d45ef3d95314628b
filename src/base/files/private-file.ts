import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { shellWord } from '../text/index.js';

// A key or a token; a certificate chain is smaller too.
const MAX_BYTES = 64 * 1024;

/** What a private file holds, or in words what is wrong with it and what to do. */
export type PrivateFile =
  | { readonly text: string; readonly found: null; readonly mend: null }
  | { readonly text: null; readonly found: string; readonly mend: string };

/**
 * Reads a file that only this user, and root, may read: UTF-8, at most 64 KiB. What is judged is
 * what is read, links followed. Its text never stands in what is answered about a fault.
 *
 * @param path absolute
 */
export function readPrivateFile(path: string): PrivateFile {
  const wrong = (found: string, mend: string) => ({ text: null, found, mend }) as const;
  let fd: number;
  try {
    // Not to wait for a writer, should it be a pipe.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? wrong('no such file', 'write the secret into it, readable by you alone')
      : wrong(
          `a file that cannot be read (${code})`,
          'let its owner give you the right to read it',
        );
  }
  try {
    const stats: Stats = fstatSync(fd);
    const { uid, mode, size } = stats;
    if (!stats.isFile())
      return wrong('something that is no plain file', 'name a file that holds it');
    const user = process.getuid?.() ?? null;
    if (user !== null && uid !== user && uid !== 0) {
      return wrong(`a file of user ${uid}`, `chown ${user} ${shellWord(path)}`);
    }
    if (user !== null && (mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0');
      return wrong(`a file that others may open (mode ${octal})`, `chmod 600 ${shellWord(path)}`);
    }
    if (size > MAX_BYTES) {
      return wrong(`a file of ${size} bytes`, `keep a secret within ${MAX_BYTES} bytes`);
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(fd));
    return { text, found: null, mend: null };
  } catch {
    return wrong('a file that is no UTF-8 text', 'write the secret into it as text');
  } finally {
    closeSync(fd);
  }
}
