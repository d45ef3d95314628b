import type { Crash, StartStep } from '../../home/crashes/index.js';
import { endedBy } from './crashed-error.js';
import type { ChildEnd } from './watched-child.js';

/**
 * Starts plugins in a child process, one after the other, without those of `without`, and reports how the
 * process ended.
 */
export type RunTrial = (ids: readonly string[], without: readonly string[]) => Promise<ChildEnd>;

/** What trials found out, by id: the crash of a plugin, or null where it started without one. */
export type Tried = ReadonlyMap<string, Crash | null>;

/** Signals of faults. Any other signal may come from outside of the process. */
const FAULTS = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP', 'SIGSYS']);

/**
 * Finds out which of some plugins end a process that starts them. One process tries all of them. A plugin that
 * ends it comes first in the next process, since a plugin before it may have spoilt this one. A plugin that
 * ends a process as the first has crashed. So n crashes take 2n + 1 processes at most.
 *
 * @param ids those that are tried
 * @returns what is known then; it may name a plugin that one of `ids` needs
 * @throws Error when a process ends before it has begun; what `run` throws
 */
export async function findCrashers(ids: readonly string[], run: RunTrial): Promise<Tried> {
  const tried = new Map<string, Crash | null>();
  const accused = new Set<string>();
  let rest = ids;
  while (rest.length > 0) {
    const without = [...tried].flatMap(([id, crash]) => (crash === null ? [] : [id]));
    const end = await run(rest, without);
    for (const id of end.cleared) if (!tried.has(id)) tried.set(id, null);
    const found = crashIn(end);
    if (end.done === null && found === null && end.cleared.length === 0) {
      throw new Error(`the child process ${endedBy(end.end)} before it had begun`);
    }
    const isFirst = end.cleared.length === 0 && found !== null && isFault(found.crash);
    if (found !== null && (isFirst || accused.has(found.id))) tried.set(found.id, found.crash);
    const left = rest.filter((id) => !tried.has(id));
    // A plugin that never returns ends a trial early; the next process tries the others.
    if (found === null && left.length === rest.length) break;
    if (found !== null) accused.add(found.id);
    rest = found === null || tried.has(found.id) ? left : first(found.id, left);
  }
  return tried;
}

function first(id: string, ids: readonly string[]): readonly string[] {
  return [id, ...ids.filter((each) => each !== id)];
}

/** null: the child has finished its work, or it ended between two plugins. */
function crashIn({ done, open, end }: ChildEnd): { id: string; crash: Crash } | null {
  const last = open.at(-1);
  if (done !== null || last === undefined) return null;
  const { plugin: id, sha256 } = last;
  const step: StartStep = last.step;
  return { id, crash: { sha256, step, end, at: Date.now() } };
}

function isFault({ end }: Crash): boolean {
  return !('signal' in end) || FAULTS.has(end.signal);
}
