import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessName, isRunning, processName, setMode } from '../../../base/files/index.js';
import { ensurePrivateFolder } from './private-folder.js';

// `<copiesDir>/.users/<process>` lists the copies that a process has opened, one in a line, as
// `<sha256>/<generation>`. The process only ever adds to it; who cleans removes it afterwards.

const FOLDER = '.users';
const KEY = /^[0-9a-f]{64}\/\d{1,16}$/;

const APPEND =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/** How long the host assumes that a process runs after it last opened a copy, if it cannot check. */
export const BELIEVED_MS = 7 * 24 * 3600 * 1000;

/** What this thread has noted, by directory of copies. */
const noted = new Map<string, Set<string>>();

/**
 * Notes that this process uses a copy. Called before the copy is made, so that no cleaning removes it.
 *
 * @param copiesDir an absolute path
 * @param key `<sha256>/<generation>`
 */
export function noteUse(copiesDir: string, key: string): void {
  if (noted.get(copiesDir)?.has(key) !== true) noteUses(copiesDir, [key]);
}

/** The same for several, which takes no longer. */
export function noteUses(copiesDir: string, all: readonly string[]): void {
  let keys = noted.get(copiesDir);
  const missing = all.filter((key) => keys?.has(key) !== true);
  if (missing.length === 0) return;
  try {
    const folder = join(copiesDir, FOLDER);
    if (keys === undefined) {
      ensurePrivateFolder(folder);
      keys = new Set();
      noted.set(copiesDir, keys);
    }
    const path = join(folder, processName());
    const file = openSync(path, APPEND, 0o600);
    try {
      setMode(file, path, 0o600);
      writeSync(file, missing.map((key) => `${key}\n`).join(''));
    } finally {
      closeSync(file);
    }
    for (const key of missing) keys.add(key);
  } catch {
    // A cache that can't be written to can't be cleaned either, and what is open stays readable
    // without its file: no reason to refuse the plugin.
  }
}

/**
 * The copies that are in use. Forgets processes that have ended.
 * @throws the system's error when that can't be found out
 */
export async function keysInUse(copiesDir: string): Promise<Set<string>> {
  const used = new Set(noted.get(copiesDir));
  for (const { keys } of await copyUsers(copiesDir)) for (const key of keys) used.add(key);
  return used;
}

/** A process that has opened copies. */
export interface CopyUser {
  /** As processName() gives it. */
  readonly process: string;
  /** null: that can't be told from here. */
  readonly running: boolean | null;
  /** `<sha256>/<generation>` of each copy. */
  readonly keys: readonly string[];
}

/**
 * The processes that use copies, as they have noted themselves. Forgets those that have ended.
 * @throws the system's error when that can't be found out
 */
export async function copyUsers(copiesDir: string): Promise<CopyUser[]> {
  const users: CopyUser[] = [];
  const folder = join(copiesDir, FOLDER);
  for (const process of await namesIn(folder)) {
    if (!isProcessName(process)) continue;
    const file = join(folder, process);
    const user = await readUser(file, process);
    if (user === null) await rm(file, { force: true });
    else users.push(user);
  }
  return users;
}

async function namesIn(folder: string): Promise<string[]> {
  const stat = await lstat(folder).catch(ignoreMissing);
  if (stat === null) return [];
  if (!stat.isDirectory()) throw new Error(`${folder} is not a directory`);
  return readdir(folder);
}

/** What a process has noted; null: it has ended. */
async function readUser(file: string, process: string): Promise<CopyUser | null> {
  const stat = await lstat(file).catch(ignoreMissing);
  if (stat === null || !stat.isFile()) return { process, running: null, keys: [] };
  const running = await isRunning(process);
  if (!(running ?? Date.now() - stat.mtimeMs < BELIEVED_MS)) return null;
  const text = (await readFile(file, 'utf8').catch(ignoreMissing)) ?? '';
  return { process, running, keys: text.split('\n').filter((line) => KEY.test(line)) };
}

/** Another process that cleans may have been faster. */
function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
