/** One thing of the process that is not what it was. */
export interface ProcessChange {
  /** locale, umask, working directory, or handler of SIG... */
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** What JavaScript itself has done with the process: that is no plugin's doing. */
export interface OwnState {
  /** The working directory as Node.js knows it: it keeps what process.chdir() was given last. */
  readonly cwd: string;
  /** How many listeners each signal has. */
  readonly listeners: ReadonlyMap<string, number>;
}

const SIGNAL = /^SIG/;

export function ownState(): OwnState {
  const names = process.eventNames().filter((name) => SIGNAL.test(String(name))) as string[];
  return {
    cwd: nodeDirectory(),
    listeners: new Map(names.map((name) => [name, process.listenerCount(name)])),
  };
}

/**
 * What native code changed between two looks at the process.
 * @param before as the addon's processState() gives it
 * @param own what JavaScript knew before; a working directory that Node.js knows of, and a signal
 *   whose listeners have come or gone since, are the embedder's own
 */
export function processChanges(before: string, after: string, own: OwnState): ProcessChange[] {
  if (before === after) return [];
  const [old, now, mine] = [parse(before), parse(after), ownState()];
  const changes: ProcessChange[] = [];
  for (const [name, to] of now) {
    const from = old.get(name) ?? '';
    if (from === to) continue;
    if (name === 'cwd' && own.cwd !== mine.cwd) continue;
    if (SIGNAL.test(name)) {
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
