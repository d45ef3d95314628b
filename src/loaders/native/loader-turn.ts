/**
 * One opening at a time. The operating system holds a lock while a constructor runs; whoever opens
 * or looks up anything meanwhile waits for it, and on the event loop that would be the whole host.
 */
interface Turns {
  /** Settled when the last opening that was asked for is done, or has been given up. */
  last: Promise<void>;
  /** What has been given up and still runs. */
  stuck: string | null;
}

// The lock is the process's, so two copies of this package share the state.
const KEY = Symbol.for('aisopod.loader-turns');
const shared = globalThis as { [KEY]?: Turns };
shared[KEY] ??= { last: Promise.resolve(), stuck: null };
const turns = shared[KEY];

/**
 * Runs `work` when all that was asked for earlier is done.
 * @returns what `work` answers
 */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turns.last.then(work);
  turns.last = mine.then(
    () => {},
    () => {},
  );
  return mine;
}

/** What was being opened has been given up: it holds the loader of the system until `returned`. */
export function giveUpOpening(path: string, returned: Promise<unknown>): void {
  turns.stuck = path;
  const free = () => {
    if (turns.stuck === path) turns.stuck = null;
  };
  returned.then(free, free);
}

/**
 * What is being opened and has been given up, or null. As long as there is such a thing, exit()
 * waits for it for ever; only _exit() ends the process.
 */
export function stuckOpening(): string | null {
  return turns.stuck;
}
