import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isInside } from './siblings.js';

/** Where a library lies. */
export interface LibraryPlace {
  /** The plugin's folder: absolute, and no part of it is a link. */
  readonly folder: string;
  /** The library's path in that folder. */
  readonly name: string;
}

/**
 * Finds out where a library lies in the plugin's folder.
 * @param wanted that folder; if the library lies elsewhere, or without it, the library's own counts
 */
export function placeOf(entry: string, wanted: string | undefined): LibraryPlace {
  const own = realFolder(dirname(resolve(entry)));
  const path = join(own, basename(entry));
  const folder = wanted === undefined ? own : realFolder(resolve(wanted));
  const home = isInside(folder, path) ? folder : own;
  return { folder: home, name: relative(home, path) };
}

/** One that is missing is reported when the library is opened. */
function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
