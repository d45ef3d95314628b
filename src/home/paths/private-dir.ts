import { loadedAddon } from '../../abi/addon.js';
import { AisopodError } from '../../base/errors/index.js';
import { makePrivateFolder, systemFault } from '../../base/files/index.js';
import { showPath } from '../../base/text/index.js';
import type { Home } from './home.js';

/**
 * Makes a directory for its owner alone (mode 0700), and what is missing above it. One that others
 * may enter is mended.
 *
 * @param what as it stands in the message, such as "the data directory of calculator"
 * @throws AisopodError HOME_UNWRITABLE when it cannot be made
 */
function makePrivateDir(path: string, what: string): void {
  try {
    makePrivateFolder(path);
  } catch (error) {
    const { errno, reason, advice } = systemFault(path, error, 'write');
    throw new AisopodError(
      'HOME_UNWRITABLE',
      `${showPath(path)}, ${what}, cannot be made (${reason}). ${advice}`,
      { details: { path, errno }, cause: error },
    );
  }
}

/**
 * Makes the private data directory of a plugin, for its owner alone (mode 0700). One that others
 * may enter is mended.
 *
 * @returns its path
 * @throws AisopodError USAGE when `id` is no plugin id, HOME_UNWRITABLE when it cannot be made
 */
export function makeDataDir(home: Home, id: string): string {
  const path = home.dataOf(id);
  // Most are there as they should be. The addon makes no Stats, which take longer than to ask the system.
  if (loadedAddon()?.isPrivateFolder?.(path) === true) return path;
  makePrivateDir(path, `the data directory of ${id}`);
  return path;
}
