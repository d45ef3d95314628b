import { hash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

// A process in one word, `<pid>-<start>-<place>`. A pid alone comes back after a while; together
// with the time of the start it doesn't, until the system starts anew. Place is a hash of what
// pids belong to: this start of the system and, in containers, the pid namespace.

const NAME = /^(\d{1,10})-(\d{1,20})-([0-9a-f]{16})$/;

/** The name of a temporary file, with the process that makes it. */
const TEMPORARY = /^\..*\.(\d{1,10}-\d{1,20}-[0-9a-f]{16})\.[0-9a-f]{12}\.tmp$/s;
/** Names of files have at most 255 bytes, which these leave room for. */
const NAME_UNITS = 48;

/** Where the system says nothing of its processes in files: everywhere but on Linux. */
const NOWHERE = '0'.repeat(16);

let own: string | undefined;

/** The name of this process; the same in all its threads. */
export function processName(): string {
  own ??= `${process.pid}-${ownStart()}-${placeHere()}`;
  return own;
}

/** Whether `text` has the form of a process's name. */
export function isProcessName(text: string): boolean {
  return NAME.test(text);
}

/**
 * The path of a new file in the same folder, to be renamed to `path` when it is complete. Its name says which
 * process makes it, so that removeLeft() finds what a killed process has left.
 */
export function temporaryPath(path: string): string {
  const name = basename(path).slice(0, NAME_UNITS);
  const random = randomBytes(6).toString('hex');
  return join(dirname(path), `.${name}.${processName()}.${random}.tmp`);
}

/** The name of the process that has made a temporary file; null: the name is not that of one. */
export function makerOf(name: string): string | null {
  return TEMPORARY.exec(name)?.[1] ?? null;
}

/**
 * Whether the process of that name still runs.
 * @returns null when that can't be told from here: it is or was on another machine, in another
 *   container or before the system started anew, or the system doesn't say
 */
export async function isRunning(name: string): Promise<boolean | null> {
  const [, pid, start, place] = NAME.exec(name) ?? [];
  if (place === NOWHERE || place !== placeHere()) return null;
  try {
    const stat = parse(await readFile(`/proc/${pid}/stat`, 'utf8'));
    // A zombie has ended; only its parent hasn't asked for its status yet.
    return stat.start === start && stat.state !== 'Z' && stat.state !== 'X';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH' ? false : null;
  }
}

function ownStart(): string {
  if (placeHere() === NOWHERE) return String(Math.trunc(performance.timeOrigin));
  return parse(readFileSync('/proc/self/stat', 'utf8')).start;
}

let here: string | undefined;

/** What pids here belong to: 16 hex digits, all 0 where the system doesn't say. */
export function placeHere(): string {
  here ??= findPlace();
  return here;
}

function findPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
    return hash('sha256', boot + readlinkSync('/proc/self/ns/pid'), 'hex').slice(0, 16);
  } catch {
    return NOWHERE;
  }
}

/** State and time of the start (in ticks since the system's) of /proc/<pid>/stat; see proc(5). */
function parse(stat: string): { state: string; start: string } {
  // The second field is a name in brackets, in which anything may stand.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', start = ''] = [fields[0], fields[19]];
  return { state, start };
}
