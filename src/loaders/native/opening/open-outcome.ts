import { ENTRY_SYMBOL } from '../../../abi/index.js';
import { AisopodError } from '../../../base/errors/index.js';
import { noexecError } from './noexec-error.js';
import { type FoundLibrary, openError } from './open-error.js';

/** OpenOutcome of native/core/opening/wanted_library.h; a test compares the two. */
export const OpenOutcome = {
  opened: 0,
  noEntry: 1,
  refused: 2,
  siblingClash: 3,
  uniqueClash: 4,
  slow: 5,
  slowEntry: 6,
  stuck: 7,
  threw: 8,
  noResources: 9,
  held: 10,
} as const;

/** How an opening ended: the fields of the message `opened`; wanted_library.h says what they are. */
export interface Outcome {
  readonly outcome: number;
  readonly text: string;
  readonly by: string;
  readonly size: number;
  readonly otherSize: number;
}

/** The library that was to be opened. */
export interface Opening {
  /** How messages name it. */
  readonly what: string;
  /** The copy from which it was to be opened. */
  readonly path: string;
  readonly limitMs: number;
  /** As OpenOptions has it. */
  readonly apart: boolean;
  /** Looks for a needed library that the loader did not find. */
  readonly find?: ((missing: string) => FoundLibrary | null) | undefined;
}

/** Why a library is not open. @param end any but `opened` and `held` */
export function outcomeError(opening: Opening, end: Outcome): AisopodError {
  const { what } = opening;
  switch (end.outcome) {
    case OpenOutcome.noEntry:
      return noEntry(what);
    case OpenOutcome.siblingClash:
      return opening.apart ? siblingOfOld(what, end) : siblingClash(what, end);
    case OpenOutcome.uniqueClash:
      return opening.apart ? uniqueOfOld(what, end) : uniqueClash(what, end);
    case OpenOutcome.slow:
    case OpenOutcome.slowEntry:
      return slow(opening, end.outcome === OpenOutcome.slowEntry);
    case OpenOutcome.stuck:
      return stuckError(`${what} cannot be opened`, what, end.text);
    case OpenOutcome.threw:
      return threw(what, end.text);
    case OpenOutcome.noResources:
      return noResources(`${what} cannot be opened`, what, end.text);
    default: {
      const words = withoutPath(opening.path, end.text);
      return noexecError(what, opening.path, words) ?? openError(what, words, opening.find);
    }
  }
}

/**
 * Says that something needs the loader of the operating system, which is held for ever.
 * @param consequence what cannot be done, without a full stop
 * @param path what cannot be loaded
 * @param by how messages name the library that never finished opening
 */
export function stuckError(consequence: string, path: string, by: string): AisopodError {
  return new AisopodError(
    'LOADER_STUCK',
    `${consequence}, because ${by} is still being opened and holds the loader of the ` +
      'operating system. Disable that plugin and start again.',
    { details: { path, by } },
  );
}

/**
 * Says that the machine has too little left for an opening.
 * @param consequence what cannot be done, without a full stop
 * @param path what cannot be loaded
 * @param why what there is none of
 */
export function noResources(consequence: string, path: string, why: string): AisopodError {
  return new AisopodError(
    'NO_RESOURCES',
    `${consequence}: ${why}. End other programs, or raise the limit on threads (ulimit -u).`,
    { details: { path, reason: why } },
  );
}

/** The system's words without the path of the copy, which means nothing to a reader. */
function withoutPath(path: string, words: string): string {
  return words.startsWith(`${path}: `) ? words.slice(path.length + 2) : words;
}

function noEntry(what: string): AisopodError {
  return new AisopodError(
    'LIBRARY_NO_ENTRY',
    `${what} is open, but ${ENTRY_SYMBOL} is not found in it. ` +
      'Define that function with AISOPOD_EXPORT as in aisopod/plugin.h.',
    { details: { path: what, expected: ENTRY_SYMBOL } },
  );
}

function siblingClash(what: string, { text: name, by }: Outcome): AisopodError {
  return new AisopodError(
    'LIBRARY_CLASH',
    `${what} brings a library ${name}. Another ${name}, brought by ${by}, is open in this ` +
      `process already and would be used instead. Link it statically, give it a name of ` +
      'its own (-Wl,-soname), or, if this is a new version of the same plugin, start again.',
    { details: { path: what, library: name, by } },
  );
}

function uniqueClash(what: string, { text: symbol, by, size, otherSize }: Outcome): AisopodError {
  return new AisopodError(
    'LIBRARY_CLASH',
    `${what} has the unique symbol ${symbol} with ${size} bytes. ${by}, which is open in this ` +
      `process already, has it with ${otherSize}, and both would use that one object. ` +
      'Build both with -fno-gnu-unique, as aisopod_add_plugin() does.',
    { details: { path: what, symbol, size, by, otherSize } },
  );
}

function siblingOfOld(what: string, { text: name, by }: Outcome): AisopodError {
  const theOld = by === what ? 'the build before it' : by;
  return new AisopodError(
    'RELOAD_UNSUPPORTED',
    `${what} cannot be reloaded in this process: it brings a library ${name}, and the operating ` +
      `system would use the ${name} that ${theOld} has opened. Link that library statically, give it ` +
      `another name in each build (-Wl,-soname,NAME), or start the process again.`,
    { details: { path: what, library: name, by } },
  );
}

function uniqueOfOld(what: string, { text: symbol, by }: Outcome): AisopodError {
  const theOld = by === what ? 'the build before it' : by;
  return new AisopodError(
    'RELOAD_UNSUPPORTED',
    `${what} cannot be reloaded in this process: it would use the unique symbol ${symbol} ` +
      `(STB_GNU_UNIQUE) of ${theOld} instead of its own. Build it with -fno-gnu-unique, as ` +
      'aisopod_add_plugin() does, and start the process again.',
    { details: { path: what, symbol, by } },
  );
}

function slow({ what, limitMs }: Opening, inEntry: boolean): AisopodError {
  const [doing, code] = inEntry
    ? ['described', `its entry function ${ENTRY_SYMBOL}()`]
    : ['open', 'code that runs while it is opened (a constructor, a static object)'];
  return new AisopodError(
    'LIBRARY_SLOW',
    `${what} was not ${doing} after ${limitMs} ms: ${code} does not return. ` +
      'Move that work to on_init().',
    { details: { path: what, limitMs, in: inEntry ? 'entry' : 'constructor' } },
  );
}

function threw(what: string, how: string): AisopodError {
  return new AisopodError(
    'ENTRY_FAILED',
    `${what} cannot be described: its entry function ${ENTRY_SYMBOL}() ${how}. ` +
      'Catch exceptions in the plugin; no exception may leave a function of the header.',
    { details: { path: what, reason: how } },
  );
}
