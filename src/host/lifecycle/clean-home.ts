import { join } from 'node:path';
import { removeLeft } from '../../base/files/remove-left.js';
import type { Logger } from '../../base/logging/index.js';
import { showPath } from '../../base/text/index.js';
import type { Home } from '../../home/paths/index.js';

/**
 * Removes what processes have left in a home that were killed while they wrote to it.
 *
 * @returns when all is done; never rejects
 */
export async function cleanHome(home: Home, logger: Logger): Promise<void> {
  const { root, plugins, state, copies } = home;
  const removed: string[] = [];
  for (const folder of [root, plugins, state, join(state, 'storage'), copies]) {
    for (const name of await removeLeft(folder)) removed.push(showPath(join(folder, name)));
  }
  if (removed.length === 0) return;
  const text = 'A process was killed while it changed the home. The host removed what it left:';
  logger.info({ removed }, `${text} ${removed.join(', ')}`);
}
