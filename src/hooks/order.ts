import { AisopodError } from '../errors/index.js';
import type { HookName } from './hook-points.js';
import type { HookOrder } from './tap.js';

/** What has a place in an order. */
export interface Ordered extends HookOrder {
  readonly plugin: string;
}

/** Callbacks in the order in which they are called, and what was wrong with their wishes. */
export interface Ordering<T> {
  readonly taps: readonly T[];
  /** Plugins whose `before` and `after` contradict each other, a circle for each; sorted. */
  readonly cycles: readonly (readonly string[])[];
}

/**
 * By priority, then plugin id, then as given; upon that `before` and `after`: who has to wait for
 * others comes right behind the last of them. A plugin that is not there is nobody to wait for. A
 * circle is cut at the one of its callbacks that would come first without any wishes.
 *
 * @param given in order of registration
 */
export function orderTaps<T extends Ordered>(given: readonly T[]): Ordering<T> {
  const sorted = given
    .map((tap, index) => ({ tap, index }))
    .sort(
      (a, b) =>
        a.tap.priority - b.tap.priority ||
        compareIds(a.tap.plugin, b.tap.plugin) ||
        a.index - b.index,
    )
    .map(({ tap }) => tap);
  if (!sorted.some(({ before, after }) => before.length > 0 || after.length > 0)) {
    return { taps: sorted, cycles: [] };
  }
  return untangle(sorted);
}

function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function untangle<T extends Ordered>(sorted: readonly T[]): Ordering<T> {
  const waitsFor = new Map(
    sorted.map((tap): [T, T[]] => [
      tap,
      sorted.filter(
        (other) =>
          other.plugin !== tap.plugin &&
          (tap.after.includes(other.plugin) || other.before.includes(tap.plugin)),
      ),
    ]),
  );
  const left = new Set(sorted);
  const taps: T[] = [];
  const cycles: (readonly string[])[] = [];
  const take = (tap: T) => {
    left.delete(tap);
    taps.push(tap);
  };
  const isFree = (tap: T) => !waitsFor.get(tap)?.some((other) => left.has(other));
  while (left.size > 0) {
    const free = [...left].find(isFree);
    if (free !== undefined) {
      take(free);
      continue;
    }
    const circle = firstCircle(left, waitsFor);
    cycles.push([...new Set(circle.map(({ plugin }) => plugin))].sort());
    take([...left].find((tap) => circle.includes(tap)) as T);
  }
  return { taps, cycles };
}

/** The circle that is reached from the first one, of those of which each waits for another. */
function firstCircle<T>(left: ReadonlySet<T>, waitsFor: ReadonlyMap<T, readonly T[]>): T[] {
  const path: T[] = [];
  let [at] = left;
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = waitsFor.get(at)?.find((other) => left.has(other));
  }
  return at === undefined ? path : path.slice(path.indexOf(at));
}

/** The fault of plugins that want to be called before each other. */
export function cycleError(hook: HookName, plugins: readonly string[]): AisopodError {
  return new AisopodError(
    'HOOK_CYCLE',
    `The callbacks of ${plugins.join(', ')} for ${hook} want to come before and after each ` +
      'other in a circle. It is cut at the one with the lowest priority number; change `before` ' +
      'and `after` of one of them.',
    { details: { hook, plugins } },
  );
}
