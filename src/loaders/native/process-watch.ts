import { AisopodError } from '../../errors/index.js';
import { bridge } from './bridge.js';
import { type OwnState, type ProcessChange, processChanges } from './process-changes.js';

/**
 * Looks whether code of a plugin changed what belongs to the whole process (locale, umask, working
 * directory, signal handlers), and sets umask and working directory back.
 *
 * @param moment what ran, such as `on_init()`
 * @param before and `after`: as the core tells them
 * @param own what JavaScript knew when it began
 * @returns PROCESS_STATE_CHANGED, or null when no native code changed anything
 */
export function mendProcess(
  plugin: string,
  moment: string,
  before: string,
  after: string,
  own: OwnState,
): AisopodError | null {
  const found = processChanges(before, after, own);
  if (found.length === 0) return null;
  const changes = setBack(found);
  const list = changes.map(
    ({ what, from, to, restored }) =>
      `${what} from ${from} to ${to}${restored ? ' (set back)' : ''}`,
  );
  return new AisopodError(
    'PROCESS_STATE_CHANGED',
    `Plugin ${plugin} changed what belongs to the whole process, in ${moment}: ${list.join('; ')}`,
    { details: { plugin, moment, changes } },
  );
}

/** Which of them are what they were again. */
function setBack(changes: readonly ProcessChange[]): (ProcessChange & { restored: boolean })[] {
  const from = (name: string) => changes.find(({ what }) => what === name)?.from;
  const mask = from('umask');
  const directory = from('working directory') ?? '';
  const done = bridge().restoreProcess(
    mask === undefined ? -1 : Number.parseInt(mask, 8),
    directory,
  );
  return changes.map((change) => ({
    ...change,
    restored: change.what === 'umask' || (change.what === 'working directory' && done),
  }));
}
