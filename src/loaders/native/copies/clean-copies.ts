import { randomBytes } from 'node:crypto';
import { lstat, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isOurs } from '../../../base/files/index.js';
import { keysInUse } from './copy-users.js';

/** What cleaning came to. */
export interface Cleaning {
  /** The copies that were removed, as `<sha256>/<generation>`. */
  readonly removed: readonly string[];
  /** What could not be removed, or found out, and why. */
  readonly errors: readonly Error[];
}

const HASH = /^[0-9a-f]{64}$/;
const GENERATION = /^\d{1,16}$/;
/** What a copy is called while it is being removed. */
const GONE = /^\.gone-[0-9a-f]{16}$/;

/**
 * Removes the private copies that no running process uses. Any number of processes may do that at
 * once, and others open libraries meanwhile: a copy goes away in one step, under another name,
 * and who was just about to open it makes it anew. Nothing is touched but directories of this user
 * that have the names of copies; links are not followed.
 *
 * @param copiesDir `cache/copies` of a home; need not exist
 * @returns when all is done; never rejects
 */
export async function cleanCopies(copiesDir: string): Promise<Cleaning> {
  const root = resolve(copiesDir);
  const removed: string[] = [];
  const errors: Error[] = [];
  const attempt = async (step: () => Promise<void>) => {
    await step().catch((error: NodeJS.ErrnoException) => {
      // Another process that cleans was faster.
      if (error.code !== 'ENOENT') errors.push(error);
    });
  };

  await attempt(async () => {
    for (const name of await foldersIn(root, GONE)) {
      await attempt(() => rm(join(root, name), { recursive: true, force: true }));
    }
    const used = await keysInUse(root);
    for (const sha256 of await foldersIn(root, HASH)) {
      const generations = await foldersIn(join(root, sha256), GENERATION);
      for (const key of generations.map((name) => `${sha256}/${name}`)) {
        if (used.has(key)) continue;
        await attempt(async () => {
          if (await remove(root, key)) removed.push(key);
        });
      }
      await rmdir(join(root, sha256)).catch(() => {}); // unless something is left in it
    }
  });
  return { removed, errors };
}

/** Asks once more whether it is in use: much can have been opened since the first time. */
async function remove(root: string, key: string): Promise<boolean> {
  if ((await keysInUse(root)).has(key)) return false;
  const gone = join(root, `.gone-${randomBytes(8).toString('hex')}`);
  await rename(join(root, key), gone);
  await rm(gone, { recursive: true, force: true });
  return true;
}

/** The names in a directory that match and are directories of this user, sorted. */
async function foldersIn(path: string, names: RegExp): Promise<string[]> {
  if (!(await isOurFolder(path))) return [];
  const found: string[] = [];
  for (const name of (await readdir(path)).sort()) {
    if (names.test(name) && (await isOurFolder(join(path, name)))) found.push(name);
  }
  return found;
}

async function isOurFolder(path: string): Promise<boolean> {
  const stat = await lstat(path).catch(() => null);
  return stat?.isDirectory() === true && isOurs(stat);
}
