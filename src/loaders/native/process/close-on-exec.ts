import { loadAddon } from '../../../abi/addon.js';
import { AisopodError } from '../../../base/errors/index.js';

/**
 * Keeps child processes from inheriting a file that native code has opened: sets close-on-exec on each
 * descriptor of this process that leads to it. Node.js does so for the files that it opens itself. Does
 * nothing where the addon is not built, since no plugin runs there.
 *
 * @param file absolute path
 */
export function closeOnExec(file: string): void {
  try {
    loadAddon().closeOnExec(file);
  } catch (error) {
    if (!AisopodError.is(error) || error.code !== 'ADDON_MISSING') throw error;
  }
}
