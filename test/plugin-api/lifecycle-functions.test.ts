import { describe, expect, test } from 'vitest';
import { lifecycleFunctionsOf, manifestOf, type Plugin } from '../../src/plugin-api/index.js';

function plugin(more: object = {}): Plugin {
  return { id: 'mine', version: '1.0.0', register: () => {}, ...more };
}

const save = () => ({ n: 1 });
const restore = () => {};

describe('the state of a plugin', () => {
  test('is none without its two functions', () => {
    expect(lifecycleFunctionsOf(plugin()).state).toBeNull();
  });

  test.each([
    ['saveState', 'restoreState'],
    ['save_state', 'restore_state'],
  ])('has the functions %s and %s', (saves, restores) => {
    const { state } = lifecycleFunctionsOf(
      plugin({ [saves]: save, [restores]: restore, stateFormat: 3 }),
    );
    expect(state?.format).toBe(3);
    expect(state?.save()).toEqual({ n: 1 });
  });

  test('has the functions of a class, bound to it', () => {
    class Counter implements Plugin {
      readonly id = 'counter';
      #count = 7;
      register() {}
      saveState() {
        return { count: this.#count };
      }
      restoreState(state: unknown) {
        this.#count = (state as { count: number }).count;
      }
    }
    const { state } = lifecycleFunctionsOf(new Counter());
    state?.restore({ count: 8 }, { format: 0, version: '1.0.0', build: '' });
    expect(state?.save()).toEqual({ count: 8 });
  });

  test('has the format 0 when none is stated', () => {
    const { state } = lifecycleFunctionsOf(plugin({ saveState: save, restoreState: restore }));
    expect(state?.format).toBe(0);
  });

  test.each<[string, object, string, string]>([
    ['saveState alone', { saveState: save }, 'plugin', 'saveState() and no restoreState()'],
    ['save_state alone', { save_state: save }, 'plugin', 'saveState() and no restoreState()'],
    ['restoreState alone', { restoreState: restore }, 'plugin', 'and no saveState()'],
    ['stateFormat alone', { stateFormat: 1 }, 'stateFormat', 'neither saveState() nor'],
    ['two functions that save', { saveState: save, save_state: () => 1 }, 'plugin', 'Keep one'],
    [
      'a state in place of a function',
      { saveState: {}, restoreState: restore },
      'plugin',
      'object',
    ],
  ])('is refused: %s', (_, more, option, text) => {
    expect(() => lifecycleFunctionsOf(plugin(more))).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining(text),
        details: { option },
      }),
    );
  });

  test.each([1.5, -1, 2 ** 32, Number.NaN, '1', null])(
    'is refused with the format %j',
    (format) => {
      const more = { saveState: save, restoreState: restore, stateFormat: format };
      expect(() => lifecycleFunctionsOf(plugin(more))).toThrow(
        expect.objectContaining({ code: 'USAGE', details: { option: 'stateFormat' } }),
      );
    },
  );

  test.each([0, 1, 2 ** 32 - 1])('is taken with the format %j', (format) => {
    const more = { saveState: save, restoreState: restore, stateFormat: format };
    expect(lifecycleFunctionsOf(plugin(more)).state?.format).toBe(format);
  });
});

describe('single', () => {
  test.each([
    [{}, false],
    [{ single: undefined }, false],
    [{ single: false }, false],
    [{ single: true }, true],
  ])('is what a plugin says of itself: %j', (more, single) => {
    expect(manifestOf(plugin(more)).single).toBe(single);
  });

  test.each([1, 'true', null])('is refused when it is %j', (single) => {
    expect(() => manifestOf(plugin({ single }))).toThrow(
      expect.objectContaining({ code: 'USAGE', details: { option: 'plugin.single' } }),
    );
  });
});
