import { lstat, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessName, isRunning, makerOf } from './process-name.js';

/** How long the host keeps the files of a process of which the system does not say whether it runs. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/**
 * Removes what processes that were killed have left in a folder: files that they were writing, and locks that
 * they held. Any number of processes may do this at once.
 *
 * @param folder need not exist
 * @returns the names of what was removed; what can't be removed stays
 */
export async function removeLeft(folder: string): Promise<string[]> {
  const removed: string[] = [];
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const path = join(folder, name);
    const maker = makerOf(name) ?? (await holderIn(path));
    if (maker === null || !(await hasEnded(maker, path))) continue;
    const done = await remove(path).catch(() => false);
    if (done) removed.push(name);
  }
  return removed;
}

/** The process that holds a lock; null: it is not a lock, or does not say whose. */
async function holderIn(path: string): Promise<string | null> {
  if (!/\.lock(\.turn)?$/.test(path)) return null;
  const text = await readFile(path, 'utf8').catch(() => '');
  return isProcessName(text) ? text : null;
}

async function hasEnded(process: string, path: string): Promise<boolean> {
  const running = await isRunning(process);
  if (running !== null) return !running;
  const stat = await lstat(path).catch(() => null);
  return stat !== null && Date.now() - stat.mtimeMs > KEPT_MS;
}

/** @returns whether it is gone */
async function remove(path: string): Promise<boolean> {
  if (path.endsWith('.lock')) {
    const { takeAway } = await import('./file-lock.js'); // few processes leave one
    return takeAway(path);
  }
  await unlink(path);
  return true;
}
