import { lstatSync, statSync } from 'node:fs';
import { loadedAddon } from '../../abi/addon.js';
import { isUnchanged } from './fingerprint.js';

/**
 * Whether a file or folder is there and nothing has happened to it. Once the addon is loaded it is
 * asked, since it makes no Stats, which take longer than to ask the system.
 *
 * @param prints one or several fingerprints in a row
 * @param at where in them its own begins
 * @param follow whether what a link leads to is looked at, and not the link
 * @throws the system's error when it is missing; or returns false then
 */
export function isUnchangedFile(
  path: string,
  prints: readonly number[],
  at = 0,
  follow = false,
): boolean {
  const ask = loadedAddon()?.isUnchanged;
  if (ask !== undefined) return ask(path, prints, at, follow);
  return isUnchanged(follow ? statSync(path) : lstatSync(path), prints, at);
}
