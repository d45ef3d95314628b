import { lstatSync } from 'node:fs';
import { loadAddon } from '../../abi/addon.js';
import { type Fingerprint, isUnchanged } from '../../state/index.js';

/**
 * Whether a file is there, links not followed, and nothing has happened to it. For a library that is
 * about to be opened: it needs the addon, which looks twice as fast as Node.js.
 * @throws AisopodError ADDON_MISSING; on Windows the system's error when the file is missing
 */
export function isUnchangedFile(path: string, print: Fingerprint): boolean {
  const addon = loadAddon();
  if (addon.isUnchanged !== undefined) return addon.isUnchanged(path, print);
  return isUnchanged(lstatSync(path), print);
}
