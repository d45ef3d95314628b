import { constants, copyFileSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadAddon } from '../../../abi/addon.js';
import { AisopodError } from '../../../base/errors/index.js';
import { showPath } from '../../../base/text/index.js';
import { PageFile } from '../pages/page-file.js';
import { lockOf, prepareFiles } from '../store-place.js';
import { commandFor, unavailable } from '../unavailable.js';
import { syncFolder } from './backup.js';
import { check, type StoreReport } from './check.js';
import { rescue } from './rescue.js';

export interface RepairReport {
  readonly file: string;
  /** What was wrong, in words; none: nothing was changed. */
  readonly damage: readonly string[];
  /** Where the damaged file is kept; null: nothing was changed. */
  readonly keptAs: string | null;
  readonly records: number;
  /** Of these, records that no page of the store led to: they may be older than what is lost. */
  readonly loose: number;
}

/**
 * Makes a new store of what can be read of a damaged one, which is kept next to it. No host can open the
 * store until this process ends.
 *
 * @throws AisopodError FILE_LOCKED: a process uses the store; STORAGE_UNAVAILABLE, ADDON_MISSING
 * @throws Error of the file system or of LMDB
 */
export async function repair(file: string): Promise<RepairReport> {
  const untouched = { file, keptAs: null, loose: 0 };
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) {
    return { ...untouched, damage: [], records: 0 };
  }
  prepareFiles(file);
  keepOthersAway(file);
  const { damage, records } = await check(file);
  if (damage.length === 0) return { ...untouched, damage, records };
  const temporary = `${file}.new`;
  // A repair that was killed has left it, and no other one runs now.
  for (const each of [temporary, lockOf(temporary)]) rmSync(each, { force: true });
  try {
    prepareFiles(temporary);
    const pages = new PageFile(file);
    const { kept, found } = await rescue(pages, temporary).finally(() => pages.close());
    await assertGood(temporary);
    const keptAs = keepAside(file);
    renameSync(temporary, file);
    syncFolder(dirname(file));
    return { file, damage, keptAs, records: kept + found, loose: found };
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** @throws AisopodError FILE_LOCKED, STORAGE_UNAVAILABLE, ADDON_MISSING */
function keepOthersAway(file: string): void {
  const lock = lockOf(file);
  const answer = loadAddon().lockFile(lock);
  if (answer === -1) return;
  if (answer < -1)
    throw unavailable(file, Object.assign(new Error('lock'), { code: -answer - 1 }), lock);
  const who = answer === 0 ? 'a process of another container' : `process ${answer}`;
  throw new AisopodError(
    'FILE_LOCKED',
    `${showPath(file)} is in use by ${who}. End it, then repair the store with: ` +
      commandFor('storage repair', file),
    { details: { path: file, lock, holder: answer === 0 ? null : answer } },
  );
}

/** @throws Error when the new store isn't good */
async function assertGood(file: string): Promise<void> {
  const { damage }: StoreReport = await check(file);
  if (damage[0] !== undefined) throw new Error(`the new store is damaged: ${damage[0]}`);
}

/** Gives the file a second name, so that there is a store at any moment. */
function keepAside(file: string): string {
  const day = new Date().toISOString().slice(0, 10);
  for (let number = 1; ; number++) {
    const path = `${file}.damaged-${day}${number === 1 ? '' : `-${number}`}`;
    try {
      linkSync(file, path);
      return path;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      // File systems without hard links.
      copyFileSync(file, path, constants.COPYFILE_EXCL);
      return path;
    }
  }
}
