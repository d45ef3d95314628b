import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { AisopodError } from '../../base/errors/index.js';
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
    // One that is there, as most are, costs no more than this look.
    const there = statSync(path, { throwIfNoEntry: false });
    if (!there?.isDirectory()) mkdirSync(path, { recursive: true, mode: 0o700 });
    // Windows has no such modes; what is under the profile is the user's alone.
    if (process.platform === 'win32') return;
    const { mode } = there ?? statSync(path);
    if ((mode & 0o777) !== 0o700) chmodSync(path, 0o700);
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
