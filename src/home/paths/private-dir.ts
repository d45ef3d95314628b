import { AisopodError } from '../../base/errors/index.js';
import { makePrivateFolder } from '../../base/files/index.js';
import { showPath } from '../../base/text/index.js';

/**
 * Makes a directory for its owner alone (mode 0700), and what is missing above it. One that others
 * may enter is mended.
 *
 * @param what as it stands in the message, such as "the data directory of calculator"
 * @throws AisopodError HOME_UNWRITABLE when it cannot be made
 */
export function makePrivateDir(path: string, what: string): void {
  try {
    makePrivateFolder(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AisopodError(
      'HOME_UNWRITABLE',
      `${showPath(path)}, ${what}, cannot be made (${code}). Its parent must be a directory that ` +
        'you may write to; another home can be given by --home DIR.',
      { details: { path, errno: code }, cause: error },
    );
  }
}
