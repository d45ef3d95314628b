import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import type { CopyOptions } from './copies.js';
import { type CopyOpening, type OpenedCopy, openCopy } from './open-copy.js';

/** Codes of a library whose code may run, or be open, although it cannot be used. */
const MAY_BE_OPEN = new Set(['LIBRARY_SLOW', 'LIBRARY_NO_ENTRY', 'ENTRY_FAILED', 'NO_RESOURCES']);

/** randomInt() makes numbers below this. */
const NUMBERS = 2 ** 48 - 1;

/**
 * Makes a private copy of a library that nothing else opens, and opens it. The system takes an equal
 * path for the same library, so a reload must open another file, also when the bytes are those of an
 * earlier build. The number is random: threads of one process, and copies of this module in them, need
 * not agree on the next one.
 *
 * @param entry path of the library
 * @throws AisopodError as openCopy(); then the copy is removed, unless its code may run
 */
export async function openOwnCopy(
  entry: string,
  copying: Omit<CopyOptions, 'generation'>,
  opening: CopyOpening,
): Promise<OpenedCopy> {
  const generation = randomInt(1, NUMBERS);
  try {
    const own = { ...copying, generation };
    return await openCopy(entry, () => own, { ...opening, apart: true });
  } catch (error) {
    const mayBeOpen = AisopodError.is(error) && MAY_BE_OPEN.has(error.code);
    if (!mayBeOpen) await discard(copying.copiesDir, generation);
    throw error;
  }
}

/** Which directory it lies in is known only once everything in it has been read. */
async function discard(copiesDir: string, generation: number): Promise<void> {
  const keys = await readdir(copiesDir).catch(() => []);
  const key = keys.find((each) => existsSync(join(copiesDir, each, String(generation))));
  if (key === undefined) return;
  const folder = join(copiesDir, key);
  // What can't be removed now, the cleaning removes once this process has ended.
  await rm(join(folder, String(generation)), { recursive: true, force: true }).catch(() => {});
  await rmdir(folder).catch(() => {}); // unless it holds other copies
}
