import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ALIASES, COMMANDS } from '../../../src/cli/commands.js';
import { RESERVED_NAMES } from '../../../src/index.js';
import { OWN_NAMES } from '../../../src/kinds/commands/reserved.js';
import { openHost } from '../../host/open-host.js';
import { cmds } from './cmds.js';

test('72 names are reserved, each once, and none needs folding', () => {
  expect(RESERVED_NAMES).toHaveLength(72);
  expect(new Set(RESERVED_NAMES).size).toBe(72);
  for (const name of RESERVED_NAMES) expect(name).toMatch(/^[a-z]+$/);
});

test('docs/reference/kinds/command.md names them in their order', () => {
  const page = readFileSync(
    new URL('../../../docs/reference/kinds/command.md', import.meta.url),
    'utf8',
  );
  const quoted = Array.from(page.matchAll(/^> (.*)$/gm), ([, line]) => line).join(' ');
  expect(quoted.split(' ')).toEqual(RESERVED_NAMES);
});

test('the names of the host itself are what its command line begins with', () => {
  const first = COMMANDS.map(({ name }) => name.split(' ', 1)[0] ?? '');
  expect(OWN_NAMES.toSorted()).toEqual([...new Set([...first, ...Object.keys(ALIASES)])].sort());
});

describe('a plugin that takes a reserved name fails, and says which', () => {
  test('of the 72, in whatever case', async () => {
    const host = await openHost({ plugins: [cmds('a', [{ name: 'StaTus' }, { name: 'pop' }])] });
    const { state, error } = host.plugins.get('a') ?? {};
    expect(state).toBe('failed_register');
    expect(error).toMatchObject({
      code: 'REGISTRATION_INVALID',
      message: expect.stringContaining('"StaTus" is reserved for aisopod itself'),
      details: { faults: [{ name: 'StaTus' }, { name: 'pop' }] },
    });
    expect(host.commands.list()).toEqual([]);
  });

  test('of the commands of the host itself, and their aliases', async () => {
    const host = await openHost({ plugins: [cmds('a', [...OWN_NAMES.map((name) => ({ name }))])] });
    expect(host.plugins.get('a')?.error?.details).toMatchObject({
      faults: OWN_NAMES.map((name) => ({ name, message: expect.stringContaining('reserved') })),
    });
  });

  test('as an alias', async () => {
    const host = await openHost({
      plugins: [cmds('a', [{ name: 'mine', spec: { aliases: ['LS', 'Tools'] } }])],
    });
    expect(host.plugins.get('a')?.error).toMatchObject({
      details: { faults: [{ name: 'mine', path: '/aliases/1' }] },
    });
  });
});
