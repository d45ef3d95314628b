import { describe, expect, test } from 'vitest';
import { type InstanceSettingsOptions, loadAddon } from '../../src/abi/addon.js';
import { DEFAULT_LIMITS } from '../../src/config/index.js';

/** @param kinds anything, as a caller without TypeScript could give it */
function settingsWith(kinds: unknown) {
  const { InstanceSettings } = loadAddon();
  const common = { hostName: 'test', hostVersion: '1.0.0', limits: DEFAULT_LIMITS };
  return new InstanceSettings({ ...common, kinds } as InstanceSettingsOptions);
}

describe('InstanceSettings of the addon', () => {
  test('takes kinds of any name, with each of the rules', () => {
    const kinds = ['unique', 'repeatable', 'single'].map((names) => ({
      kind: `a ${names}`,
      names,
    }));
    expect(settingsWith(kinds)).toBeInstanceOf(loadAddon().InstanceSettings);
  });

  test('takes no kinds', () => {
    expect(settingsWith([])).toBeInstanceOf(loadAddon().InstanceSettings);
  });

  test('reads nothing else of a kind', () => {
    const kind = {
      kind: 'tool',
      names: 'unique',
      get spec() {
        throw new Error('spec was read');
      },
    };
    expect(settingsWith([kind])).toBeInstanceOf(loadAddon().InstanceSettings);
  });

  test('throws what a getter throws', () => {
    const error = new TypeError('no luck');
    const kind = {
      get kind() {
        throw error;
      },
    };
    expect(() => settingsWith([kind])).toThrow(error);
  });

  const tool = { kind: 'tool', names: 'unique' };
  test.each([
    ['no list', undefined, 'kinds is not an array of {kind, names}'],
    ['an object instead of a list', { tool }, 'kinds is not an array of {kind, names}'],
    ['a name instead of an entry', [tool, 'hook'], 'kinds[1] is not an object: {kind, names}'],
    ['an entry that is null', [null], 'kinds[0] is not an object: {kind, names}'],
    [
      'a kind that is a number',
      [{ ...tool, kind: 1 }],
      'kinds[0].kind is not a string, or is empty',
    ],
    ['a kind of no letters', [{ ...tool, kind: '' }], 'kinds[0].kind is not a string, or is empty'],
    ['no rule', [{ kind: 'tool' }], 'kinds[0].names is not a string'],
    ['a rule that is a number', [{ ...tool, names: 0 }], 'kinds[0].names is not a string'],
    [
      'an unknown rule',
      [tool, { kind: 'hook', names: 'Repeatable' }],
      'kinds[1].names is "Repeatable", which this addon does not know. Use "unique", "repeatable" or "single".',
    ],
    ['one kind twice', [tool, { ...tool }], 'kinds[1] lists the kind "tool" a second time'],
  ])('refuses %s', (_, kinds, message) => {
    expect(() => settingsWith(kinds)).toThrow(new TypeError(message));
  });
});
