import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { AisopodError } from '../../../base/errors/index.js';
import { shellWord, showPath } from '../../../base/text/index.js';
import { type ByteSource, LIMITS, slicedSource } from '../../../packages/binary/index.js';

/** Without O_NONBLOCK, opening a FIFO that has no writer would never return. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** So much is hashed or copied in one turn of the event loop: a millisecond or two. */
const TURN_BYTES = 1024 * 1024;

/** A library on disk, open to be read in pieces. */
export interface LibraryFile {
  readonly stats: Stats;
  /** Its bytes, for readLibrary(). */
  readonly source: ByteSource;
  /** Reads it from its beginning in pieces, each valid until the next one. */
  pieces(): AsyncGenerator<Buffer, void>;
}

/**
 * Opens a library to read it, and closes it when `use` is done.
 * @param flags of open(2), after O_RDONLY
 * @throws AisopodError LIBRARY_UNREADABLE (missing, a dangling link, no permission, a directory,
 *   FIFO or device, over 2 GiB, shorter than it was); what `use` throws
 */
export function useLibraryFile<T>(path: string, use: (file: LibraryFile) => T, flags = 0): T {
  const fd = readable(path, () => openSync(path, FLAGS | flags));
  let result: T;
  try {
    result = use(open(path, fd));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  if (result instanceof Promise) return result.finally(() => closeSync(fd)) as T;
  closeSync(fd);
  return result;
}

function readable<T>(path: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw unreadable(path, (error as NodeJS.ErrnoException).code ?? 'unknown', error);
  }
}

/** The SHA-256 of a library as 64 hex digits. @throws AisopodError LIBRARY_UNREADABLE */
export function hashOfLibrary(path: string): Promise<string> {
  return useLibraryFile(path, hashOf);
}

/** The SHA-256 of an open library as 64 hex digits. */
export async function hashOf(file: LibraryFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of file.pieces()) hash.update(piece);
  return hash.digest('hex');
}

function open(path: string, fd: number): LibraryFile {
  const stats = readable(path, () => fstatSync(fd));
  if (!stats.isFile()) throw unreadable(path, stats.isDirectory() ? 'EISDIR' : 'ENOTREG');
  if (stats.size > LIMITS.fileBytes) throw unreadable(path, 'EFBIG');
  const fill = (into: Buffer, position: number) => {
    for (let done = 0; done < into.length; ) {
      const at = position + done;
      const count = readable(path, () => readSync(fd, into, done, into.length - done, at));
      if (count === 0) throw unreadable(path, 'ESHORT');
      done += count;
    }
  };
  return {
    stats,
    source: slicedSource(showPath(path), stats.size, fill),
    async *pieces() {
      const whole = Buffer.allocUnsafe(Math.min(TURN_BYTES, stats.size));
      for (let at = 0; at < stats.size; at += TURN_BYTES) {
        if (at > 0) await new Promise(setImmediate);
        const piece = whole.subarray(0, Math.min(TURN_BYTES, stats.size - at));
        fill(piece, at);
        yield piece;
      }
    },
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist, or is a link to nothing',
  ELOOP: 'its links lead in a circle',
  EISDIR: 'it is a directory, not a file',
  ENOTREG: 'it is not a regular file',
  ENXIO: 'it is not a regular file',
  EFBIG: 'it is larger than 2 GiB',
  ESHORT: 'it became shorter while it was read',
  ECHANGED: 'it changed while it was copied',
};

const MEND = 'Build or copy the library to that place, or correct plugin.entry.';

/** @param reason what the system says, such as `EACCES`, or a key of REASONS */
export function unreadable(path: string, reason: string, cause?: unknown): AisopodError {
  const denied = `this user has no permission. Its owner must let it: chmod u+r ${shellWord(path)}`;
  const why =
    reason === 'EACCES' ? denied : `${REASONS[reason] ?? `the system says ${reason}`}. ${MEND}`;
  return new AisopodError('LIBRARY_UNREADABLE', `${showPath(path)} cannot be read: ${why}`, {
    details: { path, reason },
    cause,
  });
}
