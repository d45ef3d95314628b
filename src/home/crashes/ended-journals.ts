import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessName, isRunning } from '../../base/files/index.js';
import { markedIn } from './journal-format.js';

/** The host reads no larger journal; one of this size marks 32,000 plugins. */
const MOST_BYTES = 4 * 1024 * 1024;
/** How long the host keeps a journal that marks plugins which no start finds. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const uid = process.geteuid?.();

/** The journal of a process that has ended, with the plugins that it was starting then. */
export interface EndedJournal {
  readonly path: string;
  readonly marked: readonly string[];
}

/**
 * Reads the journals of processes that have ended, and removes those that mark no plugin. The system does not
 * tell whether a process of another container, or of another machine, still runs. Its marks count too, since
 * trying a sound plugin only takes time.
 *
 * @param dir absolute path of `state/journal`; need not exist
 * @returns those with marks; none also where the folder can't be read
 */
export async function endedJournals(dir: string): Promise<EndedJournal[]> {
  const ended: EndedJournal[] = [];
  for (const name of namesIn(dir)) {
    const [process = ''] = name.split('.', 1);
    if (!isProcessName(process)) continue;
    const running = await isRunning(process);
    if (running === true) continue;
    const path = join(dir, name);
    const read = readJournal(path);
    if (read === null) continue;
    const { marked, ageMs } = read;
    const isLeft = running === false || ageMs > KEPT_MS;
    if (marked.length > 0 && ageMs <= KEPT_MS) ended.push({ path, marked });
    else if (isLeft) await removeJournal(path);
  }
  return ended;
}

/** Removes a journal whose plugins were tried, if another process has not removed it. */
export async function removeJournal(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {}); // it stays in a home that can't be written to
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // most homes have none
  }
}

/** null: it can't be read, or is not of this user. */
function readJournal(path: string): { marked: string[]; ageMs: number } | null {
  try {
    const fd = openSync(path, READ);
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile() || (uid !== undefined && stats.uid !== uid)) return null;
      const ageMs = Date.now() - stats.mtimeMs;
      return { marked: stats.size > MOST_BYTES ? [] : markedIn(readFileSync(fd)), ageMs };
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}
