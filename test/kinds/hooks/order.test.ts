import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HookOptions } from '../../../src/kinds/hooks/index.js';
import { orderTaps } from '../../../src/kinds/hooks/order.js';
import { CALL, makeHooks } from './make-hooks.js';

/** Registers these, and gives the order in which they are called. */
function called(...taps: HookOptions[]): string[] {
  const { hooks } = makeHooks();
  const order: string[] = [];
  for (const tap of taps) {
    hooks.register('ConfigLoaded', () => void order.push(tap.plugin ?? '?'), tap);
  }
  hooks.current.ConfigLoaded?.({}, CALL);
  expect(hooks.list('ConfigLoaded').map(({ plugin }) => plugin)).toEqual(order);
  return order;
}

describe('callbacks are called', () => {
  test('by priority, lower earlier, 100 unless they say', () => {
    const order = called(
      { plugin: 'a', priority: 101 },
      { plugin: 'b' },
      { plugin: 'c', priority: 99 },
      { plugin: 'd', priority: -5 },
    );
    expect(order).toEqual(['d', 'c', 'b', 'a']);
  });

  test('at one priority by plugin id, then in order of registration', () => {
    const { hooks } = makeHooks();
    const seen: number[] = [];
    const add = (plugin: string, n: number) =>
      hooks.register('ConfigLoaded', () => void seen.push(n), { plugin });
    add('b', 3);
    add('a', 1);
    add('b', 4);
    add('a', 2);
    hooks.current.ConfigLoaded?.({}, CALL);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test('after the plugins that they name, right behind the last of them', () => {
    const order = called(
      { plugin: 'a', priority: 1, after: ['c', 'b'] },
      { plugin: 'b', priority: 2 },
      { plugin: 'c', priority: 3 },
      { plugin: 'd', priority: 4 },
    );
    expect(order).toEqual(['b', 'c', 'a', 'd']);
  });

  test('before the plugins that they name', () => {
    expect(called({ plugin: 'a' }, { plugin: 'b', before: 'a' })).toEqual(['b', 'a']);
  });

  test('whatever plugins they name that are not there', () => {
    expect(called({ plugin: 'a', after: 'nobody' }, { plugin: 'b', before: 'none' })).toEqual([
      'a',
      'b',
    ]);
  });
});

test('every wish is met where the wishes do not contradict each other', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const tap = record({
    plugin: constantFrom(...ids),
    priority: integer({ min: 0, max: 3 }),
    names: array(constantFrom(...ids), { maxLength: 2 }),
  });
  assert(
    property(array(tap, { maxLength: 12 }), (taps) => {
      // Nobody waits for a plugin with a later id, so there is no circle.
      const options = taps.map(({ plugin, priority, names }) => ({
        plugin,
        priority,
        after: names.filter((name) => name < plugin),
        before: names.filter((name) => name > plugin),
      }));
      const { hooks } = makeHooks();
      for (const each of options) hooks.register('ConfigLoaded', () => {}, each);
      const listed = hooks.list();
      expect(listed).toHaveLength(taps.length);
      for (const [i, { after, before }] of listed.entries()) {
        const later = listed.slice(i + 1).map(({ plugin }) => plugin);
        const earlier = listed.slice(0, i).map(({ plugin }) => plugin);
        expect(later.filter((plugin) => after.includes(plugin))).toEqual([]);
        expect(earlier.filter((plugin) => before.includes(plugin))).toEqual([]);
      }
    }),
  );
});

describe('a circle of before and after', () => {
  test('is refused where the embedder closes it, naming the plugins', () => {
    const { hooks } = makeHooks();
    hooks.register('ConfigLoaded', () => {}, { plugin: 'a', after: 'c' });
    hooks.register('ConfigLoaded', () => {}, { plugin: 'b', after: 'a' });
    expect(() => hooks.register('ConfigLoaded', () => {}, { plugin: 'c', after: 'b' })).toThrow(
      expect.objectContaining({
        code: 'HOOK_CYCLE',
        message: expect.stringContaining('callbacks of a, b, c for ConfigLoaded is circular'),
        details: { hook: 'ConfigLoaded', plugins: ['a', 'b', 'c'] },
      }),
    );
    expect(hooks.list().map(({ plugin }) => plugin)).toEqual(['a', 'b']);
  });

  test('is cut at the lowest priority number, and the others keep their wishes', () => {
    const tap = (plugin: string, priority: number, after: string[]) => ({
      plugin,
      priority,
      before: [],
      after,
    });
    const { taps, cycles } = orderTaps([
      tap('a', 3, ['b']),
      tap('b', 2, ['c']),
      tap('c', 1, ['a']),
      tap('d', 0, ['a']),
      tap('e', 0, []),
      tap('y', 9, ['z']),
      tap('z', 9, ['y']),
    ]);
    expect(taps.map(({ plugin }) => plugin)).toEqual(['e', 'c', 'b', 'a', 'd', 'y', 'z']);
    expect(cycles).toEqual([
      ['a', 'b', 'c'],
      ['y', 'z'],
    ]);
  });

  test('is one of one hook only', () => {
    const { hooks } = makeHooks();
    hooks.register('ConfigLoaded', () => {}, { plugin: 'a', after: 'b' });
    hooks.register('PrePreload', () => {}, { plugin: 'b', after: 'a' });
    expect(hooks.list()).toHaveLength(2);
  });
});

describe('register() refuses', () => {
  test.each([
    ['a priority that is no integer', { priority: 1.5 }],
    ['a priority that is no number', { priority: '1' as unknown as number }],
    ['a plugin that can be none', { plugin: 'Not An Id' }],
    ['a before that names no plugin', { before: ['Ä'] }],
    ['an after that names no plugin', { after: [7 as unknown as string] }],
  ])('%s', (_, options) => {
    const { hooks } = makeHooks();
    expect(() => hooks.register('ConfigLoaded', () => {}, options)).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
    expect(hooks.list()).toEqual([]);
  });

  test('a callback that is no function, and so do wrap() and monitor()', () => {
    const { hooks } = makeHooks();
    const none = null as unknown as () => void;
    const wrong = expect.objectContaining({ code: 'USAGE' });
    expect(() => hooks.register('ConfigLoaded', none)).toThrow(wrong);
    expect(() => hooks.wrap('ConfigLoaded', none)).toThrow(wrong);
    expect(() => hooks.monitor(none)).toThrow(wrong);
  });
});
