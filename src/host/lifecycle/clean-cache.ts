import type { Logger } from '../../base/logging/index.js';
import { showPath } from '../../base/text/index.js';
import { cleanCopies } from '../../loaders/native/copies/clean-copies.js';

/**
 * Removes private copies that no process uses, when the event loop has done what is due now.
 * Whatever goes wrong costs disk space only, so it is told to who debugs.
 *
 * @returns when all is done; never rejects
 */
export async function cleanCacheSoon(copiesDir: string, logger: Logger): Promise<void> {
  await new Promise(setImmediate);
  const { removed, errors } = await cleanCopies(copiesDir);
  if (removed.length > 0) {
    logger.debug({ removed }, `Unused copies of libraries are removed: ${removed.length}`);
  }
  for (const { message } of errors) {
    logger.debug({}, `${showPath(copiesDir)} is not all cleaned: ${message}`);
  }
}
