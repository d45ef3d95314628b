import { link, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AisopodError } from '../errors/index.js';
import { shellWord, showPath } from '../text/index.js';
import { unwritable } from './atomic-write.js';
import { openNewFile } from './private-file.js';
import { makeFolder } from './private-folder.js';
import { isRunning, processName, temporaryPath } from './process-name.js';

export interface LockOptions {
  /** Milliseconds to wait for another process; default 10,000. */
  readonly waitMs?: number;
}

const WAIT_MS = 10_000;
const RETRY_MS = 20;
// A lock is held for moments. One that is this old was left behind by a process that can't be asked
// after: of another machine, or of a system that doesn't say.
const FORGOTTEN_MS = 60_000;

/**
 * Does `work` while no other process, and nothing else in this one, holds the same lock. The lock is
 * the file `<path>.lock`, in which stands who holds it; what a dead process left is taken away.
 *
 * @param path of what is to be protected
 * @throws AisopodError FILE_LOCKED after waitMs, FILE_UNWRITABLE, and what `work` throws
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  { waitMs = WAIT_MS }: LockOptions = {},
): Promise<T> {
  const lock = `${path}.lock`;
  const until = performance.now() + waitMs;
  try {
    makeFolder(dirname(lock));
  } catch (error) {
    throw unwritable(lock, error);
  }
  while (!(await take(lock))) {
    if (await isForgotten(lock)) await removeForgotten(lock);
    else if (performance.now() >= until) throw locked(path, lock, await holderOf(lock));
    else await sleep(RETRY_MS + Math.random() * RETRY_MS);
  }
  try {
    return await work();
  } finally {
    await unlink(lock).catch(() => {}); // someone has removed it by hand
  }
}

/**
 * Makes the lock. It says whose it is from the first moment on, so that a lock of a killed process is known.
 * @returns false: another holds it
 */
async function take(lock: string): Promise<boolean> {
  const own = temporaryPath(lock);
  try {
    await writeName(own);
    try {
      return await placeLink(own, lock);
    } finally {
      await unlink(own).catch(() => {}); // it is gone already
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(lock, error);
  }
}

async function placeLink(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    await writeName(lock); // where the file system has no hard links
  }
  return true;
}

/** Makes a file with the name of this process. */
async function writeName(path: string): Promise<void> {
  const file = await openNewFile(path);
  try {
    await file.writeFile(processName()).finally(() => file.close());
  } catch (error) {
    // It does not say whose it is, so the next change would wait for it.
    await unlink(path).catch(() => {});
    throw error;
  }
}

/** Returns the name of the process; empty when the lock does not say it; null when the lock is gone. */
async function holderOf(lock: string): Promise<string | null> {
  return await readFile(lock, 'utf8').catch((error: NodeJS.ErrnoException) =>
    // Another user's, such as one that root left behind, cannot be read and still has an age.
    error.code === 'ENOENT' ? null : '',
  );
}

/** Whether who made it is gone. */
async function isForgotten(lock: string): Promise<boolean> {
  const holder = await holderOf(lock);
  if (holder === null) return false;
  const running = holder === '' ? null : await isRunning(holder);
  if (running !== null) return !running;
  const made = await stat(lock).catch(() => null);
  // A date in the future is that of a clock that was wrong.
  return made !== null && Math.abs(Date.now() - made.mtimeMs) > FORGOTTEN_MS;
}

/** Takes a lock away if its process has ended. @returns whether it is gone */
export async function takeAway(lock: string): Promise<boolean> {
  while (await isForgotten(lock)) await removeForgotten(lock);
  return (await holderOf(lock)) === null;
}

/**
 * Two who find the same forgotten lock must not both remove one: the second would remove what the
 * first has made since. So the removal has a lock of its own, and looks again.
 */
async function removeForgotten(lock: string): Promise<void> {
  const turn = `${lock}.turn`;
  if (await take(turn)) {
    try {
      if (await isForgotten(lock)) await unlink(lock).catch(() => {}); // it is gone already
    } finally {
      await unlink(turn).catch(() => {});
    }
  } else if (await isForgotten(turn)) {
    await unlink(turn).catch(() => {});
  } else {
    await sleep(RETRY_MS);
  }
}

function locked(path: string, lock: string, holder: string | null): AisopodError {
  const pid = holder?.split('-', 1)[0];
  const who = pid ? `process ${pid}` : 'another process';
  return new AisopodError(
    'FILE_LOCKED',
    `${showPath(path)} is being changed by ${who}. Try again when it is done; if no aisopod runs ` +
      `that could hold it: rm ${shellWord(lock)}`,
    { details: { path, lock, holder } },
  );
}
