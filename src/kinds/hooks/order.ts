import { AisopodError } from '../../base/errors/index.js';
import type { HookName } from './hook-types.js';
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
 * others comes right behind the last of them. No callback waits for a plugin that is not there. A
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

/** Takes the first one that waits for nobody, again and again. */
function untangle<T extends Ordered>(sorted: readonly T[]): Ordering<T> {
  const waitsFor = predecessors(sorted);
  const followers: number[][] = sorted.map(() => []);
  for (const [i, those] of waitsFor.entries()) for (const j of those) followers[j]?.push(i);
  const open = waitsFor.map((those) => those.length);
  const left = new Set(sorted.keys());
  const free = new Queue();
  for (const i of left) if (open[i] === 0) free.add(i);
  const taps: T[] = [];
  const cycles: (readonly string[])[] = [];
  while (left.size > 0) {
    let next = free.take();
    if (next === undefined) {
      const circle = firstCircle(left, waitsFor);
      cycles.push([...new Set(circle.map((i) => (sorted[i] as T).plugin))].sort());
      next = Math.min(...circle);
    }
    left.delete(next);
    taps.push(sorted[next] as T);
    for (const i of followers[next] as number[]) {
      open[i] = (open[i] as number) - 1;
      if (open[i] === 0 && left.has(i)) free.add(i);
    }
  }
  return { taps, cycles };
}

/** For each, the positions of those that it waits for; one may stand there twice. */
function predecessors(sorted: readonly Ordered[]): number[][] {
  const byPlugin = new Map<string, number[]>();
  for (const [i, { plugin }] of sorted.entries()) {
    const those = byPlugin.get(plugin);
    if (those) those.push(i);
    else byPlugin.set(plugin, [i]);
  }
  const waitsFor: number[][] = sorted.map(() => []);
  for (const [i, { plugin, before, after }] of sorted.entries()) {
    for (const id of after) {
      if (id !== plugin) for (const j of byPlugin.get(id) ?? []) waitsFor[i]?.push(j);
    }
    for (const id of before) {
      if (id !== plugin) for (const j of byPlugin.get(id) ?? []) waitsFor[j]?.push(i);
    }
  }
  return waitsFor;
}

/** Numbers, of which the smallest comes first. */
class Queue {
  /** The largest first. */
  readonly #numbers: number[] = [];

  add(number: number): void {
    let low = 0;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] as number) > number) low = middle + 1;
      else high = middle;
    }
    this.#numbers.splice(low, 0, number);
  }

  take(): number | undefined {
    return this.#numbers.pop();
  }
}

/** A circle of those of which each waits for another: the one that is reached from the first. */
function firstCircle(
  left: ReadonlySet<number>,
  waitsFor: readonly (readonly number[])[],
): number[] {
  const path: number[] = [];
  const seen = new Set<number>();
  let [at] = left as ReadonlySet<number | undefined>;
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    path.push(at);
    at = waitsFor[at]?.find((other) => left.has(other));
  }
  return at === undefined ? path : path.slice(path.indexOf(at));
}

/** The fault of plugins that want to be called before each other. */
export function cycleError(hook: HookName, plugins: readonly string[]): AisopodError {
  return new AisopodError(
    'HOOK_CYCLE',
    `The before/after order of the callbacks of ${plugins.join(', ')} for ${hook} is circular. ` +
      'The host cuts it at the callback with the lowest priority number. Change `before` and `after` ' +
      'of one of them.',
    { details: { hook, plugins } },
  );
}
