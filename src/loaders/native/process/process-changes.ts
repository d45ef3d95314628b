import { isMainThread } from 'node:worker_threads';

/** One thing of the process that is not what it was. */
export interface ProcessChange {
  /** locale, umask, working directory, or handler of SIG... */
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** The library that a handler belongs to, where that is known. */
  readonly library?: string;
}

/** What JavaScript itself has done with the process: that is no plugin's doing. */
export interface OwnState {
  /** The working directory as Node.js knows it: it keeps what process.chdir() was given last. */
  readonly cwd: string;
  /** How many listeners each signal has. */
  readonly listeners: ReadonlyMap<string, number>;
}

const SIGNAL = /^SIG/;

/** What was seen in this run of JavaScript, in which nothing else has run. */
let seen: OwnState | undefined;
let mask: number | undefined;

const NEXT = Promise.resolve();
const forget = () => {
  seen = undefined;
  mask = undefined;
};

export function ownState(): OwnState {
  if (seen === undefined) {
    seen = look();
    // Cheaper than queueMicrotask(), which makes it known to async_hooks.
    void NEXT.then(forget);
  }
  return seen;
}

/**
 * The umask in this run of JavaScript: plugins that begin together need not each look at it, which
 * takes long.
 */
export function ownMask(read: () => number): number {
  ownState();
  mask ??= read();
  return mask;
}

function look(): OwnState {
  const listeners = new Map<string, number>();
  for (const name of process.eventNames()) {
    if (typeof name === 'string' && SIGNAL.test(name)) {
      listeners.set(name, process.listenerCount(name));
    }
  }
  return { cwd: nodeDirectory(), listeners };
}

/**
 * What native code changed between two looks at the process.
 * @param before as the core tells it
 * @param own what JavaScript knew before; a working directory that Node.js knows of, and a signal
 *   whose listeners have come or gone since, are the embedder's own
 */
export function processChanges(before: string, after: string, own: OwnState): ProcessChange[] {
  if (before === after) return [];
  const [old, now, mine] = [parse(before), parse(after), look()];
  const changes: ProcessChange[] = [];
  for (const [name, to] of now) {
    const from = old.get(name) ?? '';
    if (from === to) continue;
    if (name === 'cwd' && own.cwd !== mine.cwd) continue;
    if (SIGNAL.test(name)) {
      // The listeners of the main thread, which alone has any, can't be seen from a Worker.
      if (from === 'host' && !isMainThread) continue;
      if (to === 'host' || own.listeners.get(name) !== mine.listeners.get(name)) continue;
    }
    changes.push({ what: nameOf(name), from, to });
  }
  return changes;
}

/** Lines of a name and a value; the last, `cwd`, is all the rest. */
function parse(state: string): Map<string, string> {
  const cwd = state.indexOf('\ncwd ');
  const lines = (cwd < 0 ? state : state.slice(0, cwd)).split('\n').filter((line) => line !== '');
  const rows = lines.map((line): [string, string] => {
    const blank = line.indexOf(' ');
    return [line.slice(0, blank), line.slice(blank + 1)];
  });
  if (cwd >= 0) rows.push(['cwd', state.slice(cwd + '\ncwd '.length)]);
  return new Map(rows);
}

function nameOf(name: string): string {
  if (name === 'cwd') return 'working directory';
  return SIGNAL.test(name) ? `handler of ${name}` : name;
}

function nodeDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return ''; // it has been removed
  }
}
