import { AisopodError } from '../../../base/errors/index.js';
import { systemFault } from '../../../base/files/index.js';
import { showPath } from '../../../base/text/index.js';

/**
 * Says that no private copy of a library can be made.
 * @param path of the library
 * @param cause the error of the system
 * @returns COPY_CACHE
 */
export function cacheError(path: string, copiesDir: string, cause: unknown): AisopodError {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const { reason, advice } = systemFault(copiesDir, error, 'write');
  return new AisopodError(
    'COPY_CACHE',
    `no private copy of ${showPath(path)} can be made in ${showPath(copiesDir)}: ${reason}. ` +
      `AISOPOD_CACHE=DIR moves the copies to another place. ${advice}`,
    { details: { path, copiesDir, reason }, cause },
  );
}
