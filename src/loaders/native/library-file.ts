import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { AisopodError } from '../../errors/index.js';
import { shellWord, showPath } from '../../toml/index.js';

/** Without O_NONBLOCK, opening a FIFO that nobody writes to would never return. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a library from disk in one piece.
 * @throws AisopodError LIBRARY_UNREADABLE (missing, a dangling link, no permission, a directory,
 *   FIFO or device, over 2 GiB)
 */
export function readLibraryFile(path: string): Buffer {
  try {
    const file = openSync(path, FLAGS);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw unreadable(path, stat.isDirectory() ? 'EISDIR' : 'ENOTREG');
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (AisopodError.is(error)) throw error;
    throw unreadable(path, (error as NodeJS.ErrnoException).code ?? 'unknown', error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist, or is a link to nothing',
  ELOOP: 'its links lead in a circle',
  EISDIR: 'it is a directory, not a file',
  ENOTREG: 'it is no regular file',
  ENXIO: 'it is no regular file',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB',
};

const MEND = 'Build or copy the library to that place, or correct plugin.entry.';

function unreadable(path: string, reason: string, cause?: unknown): AisopodError {
  const denied = `this user has no permission. Its owner must let it: chmod u+r ${shellWord(path)}`;
  const why =
    reason === 'EACCES' ? denied : `${REASONS[reason] ?? `the system says ${reason}`}. ${MEND}`;
  return new AisopodError('LIBRARY_UNREADABLE', `${showPath(path)} cannot be read: ${why}`, {
    details: { path, reason },
    cause,
  });
}
