import { AisopodError } from '../../../base/errors/index.js';
import type { Accepted } from '../../../config/index.js';
import { libraryAt } from './library-at.js';
import { type OwnState, type ProcessChange, processChanges } from './process-changes.js';

/** A change of the process that the core has seen while code of a plugin ran. */
export interface SeenChange {
  /** The plugin whose code ran. */
  readonly plugin: string;
  /**
   * Its function, such as `on_init()`, then plugin and function of each other one that ran meanwhile:
   * separated by NUL. A plugin without a name stands for more of them.
   */
  readonly ran: string;
  /** What the process was and is, as the core reports it. */
  readonly before: string;
  readonly after: string;
  /** What JavaScript knew when it began. */
  readonly own: OwnState;
  /** What the user lets the plugin change. */
  readonly accept: readonly Accepted[];
}

interface Ran {
  readonly plugin: string;
  readonly in: string;
}

/**
 * Finds out whether code of a plugin changed what belongs to the whole process (locale, umask, working
 * directory, signal handlers). Nothing is set back: the change may be the program's own.
 *
 * @returns PROCESS_STATE_CHANGED, none if no native code changed anything; two when the umask is among
 *   the changes, since JavaScript can't see that the program itself set that one
 */
export function changeWarnings({ plugin, ...seen }: SeenChange): AisopodError[] {
  const changes = processChanges(seen.before, seen.after, seen.own)
    .filter(({ what }) => !(isHandler(what) && seen.accept.includes('signals')))
    .map((change) => withLibrary(change));
  const ran = ranOf(plugin, seen.ran);
  const masks = changes.filter(({ what }) => what === 'umask');
  const others = changes.filter(({ what }) => what !== 'umask');
  const about = { plugin, in: ran[0]?.in ?? '', ran };
  const warnings: AisopodError[] = [];
  if (others.length > 0) warnings.push(warning(`${subjectOf(ran)}: ${list(others)}`, others));
  for (const { from, to } of masks) {
    const text =
      `The umask of the process changed from ${from} to ${to} while code of plugins ran. Either a ` +
      'plugin or the program itself has set it, and the host cannot distinguish the two';
    warnings.push(warning(text, masks));
  }
  return warnings;

  function warning(text: string, which: readonly ProcessChange[]): AisopodError {
    return new AisopodError('PROCESS_STATE_CHANGED', text, {
      details: { ...about, changes: which },
    });
  }
}

/** How many of the plugins that ran at once a message names; details have them all. */
const MOST_NAMED = 8;

function isHandler(what: string): boolean {
  return what.startsWith('handler of ');
}

function ranOf(plugin: string, text: string): Ran[] {
  const [own = '', ...rest] = text.split('\0');
  const ran = [{ plugin, in: own }];
  for (let i = 0; i < rest.length; i += 2) {
    ran.push({ plugin: rest[i] ?? '', in: rest[i + 1] ?? '' });
  }
  return ran;
}

function subjectOf([own, ...others]: readonly Ran[]): string {
  const did = 'changed what belongs to the whole process';
  if (others.length === 0) return `Plugin ${own?.plugin} ${did}, in ${own?.in}`;
  const names = [own, ...others]
    .slice(0, MOST_NAMED)
    .map((ran) => (ran?.plugin === '' ? 'others' : `${ran?.plugin} in ${ran?.in}`));
  const more = 1 + others.length - names.length;
  if (more > 0) names.push(`${more} more`);
  return `One of the plugins ${names.join(', ')} ${did}`;
}

function list(changes: readonly ProcessChange[]): string {
  return changes
    .map(({ what, from, to, library }) => {
      const where = library === undefined ? '' : ` in ${library}`;
      return `${what} from ${from} to ${to}${where}`;
    })
    .join('; ');
}

function withLibrary(change: ProcessChange): ProcessChange {
  const library = isHandler(change.what) ? libraryAt(change.to) : null;
  return library === null ? change : { ...change, library };
}
