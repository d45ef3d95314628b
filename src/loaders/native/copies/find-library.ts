import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readLibrary } from '../../../packages/binary/index.js';
import type { FoundLibrary } from '../opening/open-error.js';
import { useLibraryFile } from './library-file.js';
import { placeOf } from './place-of.js';
import { siblingsOf } from './siblings.js';

/**
 * Looks for a needed library that the loader has not found from the copy, for a message.
 * @param missing as the loader calls it
 * @param entry path of the original library
 * @param wanted the plugin's folder
 */
export function findLibrary(
  missing: string,
  entry: string,
  wanted: string | undefined,
): FoundLibrary | null {
  const { folder, name } = placeOf(entry, wanted);
  const path = join(folder, name);
  try {
    const { outside } = useLibraryFile(path, ({ source }) =>
      siblingsOf(path, readLibrary(source), folder),
    );
    const found = outside.get(missing);
    if (found !== undefined) return { path: found, folder: dirname(path), outside: true };
  } catch {
    // It has changed since it was opened.
  }
  const own = dirname(path);
  const beside = join(own, missing);
  return existsSync(beside) ? { path: beside, folder: own, outside: false } : null;
}
