import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { AisopodError } from '../errors/index.js';
import { showPath } from '../toml/index.js';
import type { Home } from './home.js';

/**
 * Makes the private data directory of a plugin, for its owner alone (mode 0700). One that others
 * may enter is mended.
 *
 * @returns its path
 * @throws AisopodError USAGE when `id` is no plugin id, HOME_UNWRITABLE when it cannot be made
 */
export function makeDataDir(home: Home, id: string): string {
  const path = home.dataOf(id);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    // Windows has no such modes; what is under the profile is the user's alone.
    const open = process.platform !== 'win32' && (statSync(path).mode & 0o777) !== 0o700;
    if (open) chmodSync(path, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AisopodError(
      'HOME_UNWRITABLE',
      `The data directory ${showPath(path)} of ${id} cannot be made (${code}). Its parent must ` +
        'be a directory that you may write to; another home can be given by --home DIR.',
      { details: { path, id, errno: code }, cause: error },
    );
  }
  return path;
}
