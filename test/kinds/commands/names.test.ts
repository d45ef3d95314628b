import { describe, expect, test } from 'vitest';
import { openHost } from '../../host/open-host.js';
import { cmds } from './cmds.js';

const faultsOf = async (...extra: Parameters<typeof cmds>[1] & {}) => {
  const host = await openHost({ plugins: [cmds('a', extra)] });
  const { state, error } = host.plugins.get('a') ?? {};
  expect(state).toBe('failed_register');
  expect(host.commands.list()).toEqual([]);
  return error?.message ?? '';
};

describe('a name is refused', () => {
  // The first has a letter of another alphabet that only looks right.
  test.each(['hеlpme', '', 'with blank', '-x', 'a:b', 'x'.repeat(65), 'ünder', 'a\tb'])(
    'as %j',
    async (name) => {
      expect(await faultsOf({ name })).not.toBe('');
    },
  );

  test('that differs from another of the plugin in case only', async () => {
    expect(await faultsOf({ name: 'Foo' }, { name: 'foo' })).toMatch(/case does not matter/);
  });
});

describe('an alias is refused', () => {
  test.each([
    ['that is no name', ['hеlpme'], /U\+0435/],
    ['that another command of the plugin has as its name', ['TOLD'], /means "told"/],
    ['that is the name itself', ['more'], /is there already/],
    ['that is there twice', ['x1', 'X1'], /is there already/],
    ['that is no text', [5], /must be a legal name/],
  ])('%s', async (_, aliases, said) => {
    expect(await faultsOf({ name: 'more', spec: { aliases } })).toMatch(said);
  });
});

describe('a command is found', () => {
  test('by its short and its full name and by its aliases, whatever the case', async () => {
    const host = await openHost({ plugins: [cmds('a')] });
    for (const name of ['told', 'TOLD', 'a:told', 'A:Told', 'what', 'WHAT', 'a:what']) {
      expect(host.commands.get(name)?.fullName).toBe('a:told');
    }
    for (const name of ['', 'a:', ':told', 'b:told', 'tolԁ', 'K', 'x'.repeat(1e5)]) {
      expect(host.commands.get(name)).toBeUndefined();
    }
  });

  test('never by the name of a tool', async () => {
    const host = await openHost({ plugins: [{ id: 'c', source: 'calls.c' }] });
    expect(host.tools.get('echo')).toBeDefined();
    await expect(host.commands.run('echo')).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' });
  });
});

describe('of two plugins with one name', () => {
  test('the first by id owns the short one, and the other is warned with both names', async () => {
    const host = await openHost({ plugins: [cmds('b'), cmds('a')] });
    expect(host.commands.get('told')?.fullName).toBe('a:told');
    expect(host.commands.get('what')?.fullName).toBe('a:told');
    expect(host.commands.get('b:told')).toMatchObject({ plugin: 'b', shortName: 'b:told' });
    expect((await host.commands.run('b:what')).metadata.plugin).toBe('b');
    const warnings = host.plugins.get('b')?.warnings ?? [];
    expect(warnings).toContainEqual({
      code: 'NAME_TAKEN',
      message:
        'The command "told" of plugin b is available as b:told only: the short name belongs to a:told.',
      details: { owner: 'a', fullName: 'b:told' },
    });
    expect(
      warnings.filter(({ code }) => code === 'NAME_TAKEN').map((w) => w.details),
    ).toContainEqual({ owner: 'a', fullName: 'b:what' });
    expect(host.plugins.get('a')?.warnings.filter(({ code }) => code === 'NAME_TAKEN')).toEqual([]);
  });

  test('an earlier level goes before an earlier id', async () => {
    const needing = { ...cmds('a'), manifest: '[dependencies]\nb = "*"\n' };
    const host = await openHost({ plugins: [needing, cmds('b')] });
    expect(host.commands.get('told')?.fullName).toBe('b:told');
  });

  test('case makes no difference, nor that it is an alias', async () => {
    const a = cmds('a', [{ name: 'Mine', spec: { aliases: ['m'] } }]);
    const b = cmds('b', [{ name: 'mINE' }, { name: 'M' }]);
    const host = await openHost({ plugins: [a, b] });
    expect(host.commands.get('mine')?.fullName).toBe('a:Mine');
    expect(host.commands.get('m')?.fullName).toBe('a:Mine');
    expect(host.commands.get('b:m')?.fullName).toBe('b:M');
    const details = host.plugins.get('b')?.warnings.map((warning) => warning.details);
    expect(details).toContainEqual({ owner: 'a', fullName: 'b:mINE' });
    expect(details).toContainEqual({ owner: 'a', fullName: 'b:M' });
  });

  test('the short name passes on when its owner is gone', async () => {
    const host = await openHost({ plugins: [cmds('a'), cmds('b')] });
    await host.plugins.unloadPlugin('a');
    expect(host.commands.get('what')?.fullName).toBe('b:told');
    expect(host.commands.get('a:told')).toBeUndefined();
  });
});
