import { dirname } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { showPath } from '../../../base/text/index.js';
import { type Mount, mountOf } from '../process/mount-of.js';

/** How glibc and musl say that no code may be mapped from a file. */
const UNMAPPED = /failed to map segment|Operation not permitted|Permission denied/;

/**
 * Finds out whether a copy could not be opened since its file system is mounted noexec.
 * @param what how messages name the library
 * @param path of the copy
 * @param words of the system
 * @returns COPY_CACHE; null: it had another reason
 */
export function noexecError(
  what: string,
  path: string,
  words: string,
  find: (path: string) => Mount | null = mountOf,
): AisopodError | null {
  if (!UNMAPPED.test(words)) return null;
  const folder = dirname(path);
  const mount = find(folder);
  if (!mount?.options.includes('noexec')) return null;
  return new AisopodError(
    'COPY_CACHE',
    `${what} cannot be opened: its private copy lies in ${showPath(folder)}, and the file system at ` +
      `${showPath(mount.point)} is mounted noexec. Mount it with exec (docker run --tmpfs ` +
      '/tmp:exec), or use another place: AISOPOD_CACHE=DIR moves the copies, --home DIR everything.',
    {
      details: {
        path: what,
        reason: 'noexec',
        copiesDir: folder,
        mount: mount.point,
        system: words,
      },
    },
  );
}
