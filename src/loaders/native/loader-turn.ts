import { AisopodError } from '../../errors/index.js';
import { LONGEST_TIMER_MS } from './pending-call.js';

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
 *
 * @param path how messages name what is opened
 * @param limitMs milliseconds that `work` may take once it has begun; more than 0
 * @returns what `work` answers
 * @throws AisopodError LIBRARY_SLOW after the limit; LOADER_STUCK while an earlier work that was
 *   given up still runs
 */
export function inTurn<T>(path: string, limitMs: number, work: () => Promise<T>): Promise<T> {
  const mine = turns.last.then(() => {
    if (turns.stuck !== null) throw stuckError(path, turns.stuck);
    return limited(path, limitMs, work());
  });
  turns.last = mine.then(
    () => {},
    () => {},
  );
  return mine;
}

/**
 * What is being opened and has been given up, or null. As long as there is such a thing, exit()
 * waits for it for ever; only _exit() ends the process.
 */
export function stuckOpening(): string | null {
  return turns.stuck;
}

function limited<T>(path: string, limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      turns.stuck = path;
      reject(slowError(path, limitMs));
    };
    watch(limitMs, giveUp);
    const settle = () => {
      watchOver(giveUp);
      if (turns.stuck === path) turns.stuck = null;
    };
    work.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error) => {
        settle();
        reject(error);
      },
    );
  });
}

/** One timer for all openings, which come one after the other; it is set back for each. */
const watchdog: {
  timer: NodeJS.Timeout | null;
  limitMs: number;
  giveUp: (() => void) | null;
} = { timer: null, limitMs: 0, giveUp: null };

function watch(limitMs: number, giveUp: () => void): void {
  watchdog.giveUp = giveUp;
  if (watchdog.timer !== null && watchdog.limitMs === limitMs) {
    watchdog.timer.refresh().ref();
    return;
  }
  if (watchdog.timer !== null) clearTimeout(watchdog.timer);
  watchdog.limitMs = limitMs;
  watchdog.timer = setTimeout(timeIsUp, Math.min(limitMs, LONGEST_TIMER_MS));
}

function watchOver(giveUp: () => void): void {
  if (watchdog.giveUp !== giveUp) return; // given up before; another is being watched
  watchdog.giveUp = null;
  watchdog.timer?.unref();
}

function timeIsUp(): void {
  watchdog.timer = null;
  const { giveUp } = watchdog;
  if (giveUp === null) return;
  // A busy event loop sees the timer before the answer that came in time: let it look first.
  setImmediate(() => {
    if (watchdog.giveUp !== giveUp) return;
    watchdog.giveUp = null;
    giveUp();
  });
}

function slowError(path: string, limitMs: number): AisopodError {
  return new AisopodError(
    'LIBRARY_SLOW',
    `${path} was not open after ${limitMs} ms: code that runs while it is opened (a constructor, ` +
      'a static object) does not return. Move that work to on_init().',
    { details: { path, limitMs } },
  );
}

function stuckError(path: string, by: string): AisopodError {
  return new AisopodError(
    'LOADER_STUCK',
    `${path} cannot be opened, because ${by} is still being opened and holds the loader of the ` +
      'operating system. Disable that plugin and start again.',
    { details: { path, by } },
  );
}
