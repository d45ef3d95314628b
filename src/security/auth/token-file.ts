import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { makeFolder, setMode, systemFault, temporaryPath } from '../../base/files/index.js';
import { shellWord, showPath } from '../../base/text/index.js';

// What people put there themselves is taken too, if it can't be guessed by its length alone.
const TOKEN = /^[\x21-\x7e]{32,512}$/;

/** Whether a text is long enough for a token, and can be sent as one. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Makes a token that is not kept. */
export function makeToken(): string {
  return `aisopod_${randomBytes(32).toString('base64url')}`;
}
const LONGEST_FILE = 4096;

/** A token that was read, and when it was made. */
export interface Token {
  readonly text: string;
  readonly madeAt: Date;
}

/**
 * The file with the home's token (mode 0600, of the user's own): whoever can read it is the owner of
 * the home. It is read anew each time, so that a rotated token counts at once in every process.
 */
export class TokenFile {
  readonly path: string;
  readonly #renew: string;

  /** @param renew the command that makes a new token */
  constructor(path: string, renew = 'aisopod auth rotate') {
    this.path = path;
    this.#renew = renew;
  }

  /**
   * @returns null when there is none yet
   * @throws AisopodError TOKEN_UNUSABLE: someone else could have read or written it, it can't be
   *   read, or holds no token
   */
  read(): Token | null {
    let fd: number;
    try {
      fd = openSync(this.path, constants.O_RDONLY | noFollow() | nonBlocking());
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return null;
      throw code === 'ELOOP' ? this.#replace('is a link') : this.#unreadable(error);
    }
    try {
      const stats = fstatSync(fd);
      this.#refuseUnsafe(stats);
      const text = stats.size > LONGEST_FILE ? '' : readFileSync(fd, 'latin1').trim();
      if (!isToken(text)) throw this.#replace('holds no token');
      return { text, madeAt: stats.mtime };
    } finally {
      closeSync(fd);
    }
  }

  /**
   * The token, made when there is none. Of several processes that make it, all get the same.
   * @throws AisopodError TOKEN_UNUSABLE, HOME_UNWRITABLE
   */
  ensure(): Token {
    const token = this.read();
    if (token !== null) return token;
    const made = this.#write();
    try {
      // Unlike a rename, a link never takes the place of what another process has just made.
      linkSync(made, this.path);
    } catch (error) {
      // A file system without links has to do with a rename.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') this.#rename(made);
    } finally {
      discard(made);
    }
    return this.ensure();
  }

  /**
   * Makes a new token in the place of the old one, which counts no more from that moment on. It is
   * also what mends a file that is unusable.
   * @throws AisopodError HOME_UNWRITABLE
   */
  rotate(): Token {
    this.#rename(this.#write());
    return this.ensure();
  }

  /**
   * Whether that is the token; takes as long for a good guess as for a bad one.
   * @throws AisopodError TOKEN_UNUSABLE
   */
  matches(text: string): boolean {
    const token = this.read();
    return token !== null && timingSafeEqual(digest(text), digest(token.text));
  }

  /** A new token in a file of its own beside the other; safely on the disk. */
  #write(): string {
    const path = temporaryPath(this.path);
    const text = `${makeToken()}\n`;
    try {
      makeFolder(dirname(path));
      const fd = openSync(path, 'wx', 0o600);
      try {
        setMode(fd, path, 0o600);
        writeSync(fd, text);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      discard(path);
      throw this.#unwritable(error);
    }
    return path;
  }

  #rename(made: string): void {
    try {
      renameSync(made, this.path);
    } catch (error) {
      discard(made);
      throw this.#unwritable(error);
    }
  }

  #refuseUnsafe(stats: Stats): void {
    const { uid, mode } = stats;
    if (!stats.isFile()) throw this.#replace('is not a file');
    const user = process.getuid?.();
    if (user === undefined) return;
    const path = shellWord(this.path);
    if (uid !== user) {
      throw this.#unusable(
        `belongs to user ${uid}, not to you (user ${user})`,
        `If the home is yours, a new one is made after: rm ${path}`,
      );
    }
    if ((mode & 0o077) === 0) return;
    const octal = (mode & 0o7777).toString(8).padStart(4, '0');
    throw this.#unusable(
      `may be used by others (mode ${octal}, not 0600)`,
      `If no other user has read it, run: chmod 600 ${path}\nElse make a new one: ${this.#renew}`,
    );
  }

  #replace(why: string): AisopodError {
    return this.#unusable(why, `Make a new one: ${this.#renew}`);
  }

  #unreadable(cause: unknown): AisopodError {
    const { reason, advice } = systemFault(this.path, cause, 'read');
    return this.#unusable(`cannot be read (${reason})`, advice, cause);
  }

  #unusable(why: string, advice: string, cause?: unknown): AisopodError {
    return new AisopodError(
      'TOKEN_UNUSABLE',
      `The token file ${showPath(this.path)} ${why}. ${advice}`,
      { details: { path: this.path }, ...(cause !== undefined && { cause }) },
    );
  }

  #unwritable(error: unknown): AisopodError {
    const { errno, reason, advice } = systemFault(this.path, error, 'write');
    return new AisopodError(
      'HOME_UNWRITABLE',
      `The token file ${showPath(this.path)} cannot be made (${reason}). ${advice}`,
      { details: { path: this.path, errno }, cause: error },
    );
  }
}

/** Removes what is not needed any more, or was never made: then the reason for that counts. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

// Windows has neither.
function noFollow(): number {
  return constants.O_NOFOLLOW ?? 0;
}

/** A named pipe in its place would hold up the event loop. */
function nonBlocking(): number {
  return constants.O_NONBLOCK ?? 0;
}
