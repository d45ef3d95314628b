import { AisopodError } from '../../../base/errors/index.js';
import { makeOwnFolder } from '../../../base/files/index.js';
import { shellWord, showPath } from '../../../base/text/index.js';

/**
 * Makes sure that `path` is a directory, no link, that belongs to this user and is closed to all
 * others (0700); makes it, and what is missing above it, if it isn't there.
 * @throws AisopodError COPY_CACHE
 */
export function ensurePrivateFolder(path: string): void {
  const reason = makeOwnFolder(path);
  if (reason !== null) throw refuse(path, reason);
}

function refuse(path: string, reason: string): AisopodError {
  return new AisopodError(
    'COPY_CACHE',
    `${showPath(path)} ${reason}, so libraries are not opened from there. It must be a directory of this ` +
      `user. Remove it, it is made again: rm -rf ${shellWord(path)}`,
    { details: { path, reason } },
  );
}
