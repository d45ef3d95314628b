import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopiesHeld } from '../../../instance/index.js';
import { copyUsers } from './copy-users.js';

/** The directories of copies that this thread has opened, by plugin; none is ever closed. */
const opened = new Map<string, readonly string[]>();

/**
 * Notes that a copy of a plugin is open, and counts those that were opened for it before.
 * @param copiesDir of the home
 * @param folder the copy's directory
 * @returns without a promise for the first one
 */
export function holdCopy(
  copiesDir: string,
  plugin: string,
  folder: string,
): CopiesHeld | Promise<CopiesHeld> {
  const owner = `${copiesDir}\0${plugin}`;
  const folders = opened.get(owner);
  if (folders === undefined) {
    opened.set(owner, [folder]);
    return NONE;
  }
  const earlier = folders.filter((each) => each !== folder);
  opened.set(owner, [...earlier, folder]);
  return earlier.length === 0 ? NONE : heldIn(earlier);
}

const NONE: CopiesHeld = Object.freeze({ copies: 0, bytes: 0 });

/** What one process keeps of plugins that it has reloaded. */
export interface ProcessCopies extends CopiesHeld {
  readonly pid: number;
}

/**
 * The copies that reloads have made in each running process. The newest of each plugin is among them.
 * @param copiesDir `cache/copies` of a home; need not exist
 * @returns only processes that have reloaded anything; nothing where that can't be found out
 */
export async function copiesOfReloads(copiesDir: string): Promise<ProcessCopies[]> {
  const users = await copyUsers(copiesDir).catch(() => []);
  const found: ProcessCopies[] = [];
  for (const { process, running, keys } of users) {
    // The one that a start opens has the number 0.
    const own = new Set(keys.filter((key) => !key.endsWith('/0')));
    if (running !== true || own.size === 0) continue;
    const held = await heldIn([...own].map((key) => join(copiesDir, key)));
    if (held.copies > 0) found.push({ pid: Number.parseInt(process, 10), ...held });
  }
  return found;
}

/** Those of them that are there: what failed to open was removed. */
async function heldIn(folders: readonly string[]): Promise<CopiesHeld> {
  const sizes = await Promise.all(folders.map(sizeOf));
  const there = sizes.filter((size) => size !== null);
  return { copies: there.length, bytes: there.reduce((sum, size) => sum + size, 0) };
}

/** Bytes of the files in a directory, without what its links lead to; null: it is gone. */
async function sizeOf(folder: string): Promise<number | null> {
  try {
    const names = await readdir(folder, { recursive: true });
    const stats = await Promise.all(names.map((name) => lstat(join(folder, name))));
    return stats.reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0);
  } catch {
    return null;
  }
}
