import type { Home } from './home.js';
import { makePrivateDir } from './private-dir.js';

/**
 * Makes the private data directory of a plugin, for its owner alone (mode 0700). One that others
 * may enter is mended.
 *
 * @returns its path
 * @throws AisopodError USAGE when `id` is no plugin id, HOME_UNWRITABLE when it cannot be made
 */
export function makeDataDir(home: Home, id: string): string {
  const path = home.dataOf(id);
  makePrivateDir(path, `the data directory of ${id}`);
  return path;
}
