import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Reads a file of a folder. Its path may have links in it, as long as they stay in the folder.
 * @param file path from the folder on
 * @param most bytes that the file may have
 * @throws Error whose message is a clause about the file: `it leaves the folder`
 */
export function readInside(folder: string, file: string, most: number): Buffer {
  const real = realpathSync.native(join(folder, file));
  if (!real.startsWith(realpathSync.native(folder) + sep)) throw new Error('it leaves the folder');
  const stat = statSync(real);
  if (!stat.isFile()) throw new Error('it is not a regular file');
  if (stat.size > most) throw new Error(`it is larger than ${most} bytes`);
  return readFileSync(real);
}
