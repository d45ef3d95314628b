import { ENTRY_SYMBOL } from '../../abi/index.js';
import type { UniqueSymbol } from '../../binary/index.js';
import { AisopodError } from '../../errors/index.js';
import { giveUpOpening } from './loader-turn.js';
import { openError } from './open-error.js';
import { rememberSiblings, type Sibling } from './open-siblings.js';
import { type OwnState, ownState } from './process-changes.js';
import { type OpenRun, openForGood } from './system-loader.js';
import { rememberUnique } from './unique-symbols.js';

/** A library that a caller waits for. */
export interface WantedLibrary {
  readonly path: string;
  /** How messages name it. */
  readonly what: string;
  /** The libraries that were copied with it. */
  readonly siblings: readonly Sibling[];
  /** What it and these share with other libraries of the process. */
  readonly unique: readonly UniqueSymbol[];
  /** Milliseconds that its code may run while it is opened; more than 0. */
  readonly limitMs: number;
  /** Its code has changed the process; as mendProcess() takes it. */
  readonly onChange?: ((before: string, after: string, own: OwnState) => void) | undefined;
  /** Called once, with the address of the entry point. */
  readonly opened: (entry: bigint) => void;
  readonly refused: (why: unknown) => void;
}

/** How often libraries that are open are reported while another is being opened; milliseconds. */
const LOOK_MS = 50;

/**
 * Opens libraries one after the other, and reports the result of each.
 * @param wanted at least one
 * @returns those that nothing was done about, because of one before them; at the end of the turn
 */
export async function openTogether(
  wanted: readonly WantedLibrary[],
): Promise<readonly WantedLibrary[]> {
  const own = ownState();
  let run: OpenRun;
  try {
    run = openForGood(
      wanted.map(({ path }) => path),
      ENTRY_SYMBOL,
    );
  } catch (error) {
    for (const each of wanted) each.refused(error);
    return [];
  }
  let reported = 0;
  const report = (upTo: number) => {
    for (; reported < upTo; reported++) reportOne(wanted[reported], run.entry(reported));
  };
  const reportChange = (of: WantedLibrary | undefined) => {
    const changes = run.changes();
    if (changes !== null) of?.onChange?.(...changes, own);
  };
  try {
    const late = await endOrLimit(run, wanted, report);
    if (late !== null) {
      const at = wanted.indexOf(late);
      report(at);
      giveUpOpening(
        late.what,
        run.ended.then(() => remember(late, run.entry(at))),
      );
      reportChange(late);
      late.refused(slowError(late));
      return wanted.slice(at + 1);
    }
    const done = run.done();
    report(done - 1);
    reportChange(wanted[done - 1]);
    report(done);
  } catch (error) {
    for (const each of wanted.slice(reported)) each.refused(openError(each.what, error));
    return [];
  }
  return wanted.slice(reported);
}

/** @returns null when the run has ended, or the one that it was given up for */
function endOrLimit(
  run: OpenRun,
  wanted: readonly WantedLibrary[],
  report: (upTo: number) => void,
): Promise<WantedLibrary | null> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const at = run.done();
      const running = wanted[at];
      const ms = run.runningMs();
      // Nothing runs behind one that has changed the process, which is to be reported first.
      if (ms > 0) report(at);
      const left = running === undefined ? LOOK_MS : running.limitMs - ms;
      if (running !== undefined && left <= 0 && run.giveUp(at)) resolve(running);
      else timer = setTimeout(look, Math.max(1, Math.min(left, LOOK_MS)));
    };
    let timer = setTimeout(look, Math.min(wanted[0]?.limitMs ?? LOOK_MS, LOOK_MS));
    run.ended.then(
      () => {
        clearTimeout(timer);
        resolve(null);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** The address of its entry point; null: it has none; or why it is not open. */
type Entry = bigint | null | string;

function reportOne(wanted: WantedLibrary | undefined, entry: Entry): void {
  if (wanted === undefined) return;
  remember(wanted, entry);
  if (typeof entry === 'bigint') wanted.opened(entry);
  else
    wanted.refused(entry === null ? noEntry(wanted) : openError(wanted.what, own(wanted, entry)));
}

/** The system's words without the path of the copy, which means nothing to a reader. */
function own({ path }: WantedLibrary, words: string): string {
  return words.startsWith(`${path}: `) ? words.slice(path.length + 2) : words;
}

/** What came with a library is open when that one is. */
function remember({ path, what, siblings, unique }: WantedLibrary, entry: Entry): void {
  if (typeof entry === 'string') return;
  rememberSiblings(what, siblings);
  rememberUnique(path, what, unique);
}

function noEntry({ what }: WantedLibrary): AisopodError {
  return new AisopodError(
    'LIBRARY_NO_ENTRY',
    `${what} is open, but ${ENTRY_SYMBOL} is not found in it. ` +
      'Define that function with AISOPOD_EXPORT as in aisopod/plugin.h.',
    { details: { path: what, expected: ENTRY_SYMBOL } },
  );
}

function slowError({ what, limitMs }: WantedLibrary): AisopodError {
  return new AisopodError(
    'LIBRARY_SLOW',
    `${what} was not open after ${limitMs} ms: code that runs while it is opened (a constructor, ` +
      'a static object) does not return. Move that work to on_init().',
    { details: { path: what, limitMs } },
  );
}
