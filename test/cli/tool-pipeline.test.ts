import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePlugin } from '../support/plugin-folder.js';
import { cli, cliInProcess, homeWith, pluginsOf } from './run-cli.js';

describe('aisopod tools call', () => {
  const home = homeWith('calculator', 'guard');
  const call = (...args: string[]) =>
    cliInProcess(['tools', 'call', 'calculate', ...args], { home });
  writeFileSync(
    join(home, '.aisopod', 'config.toml'),
    `[[plugins.guard.rules]]
tool = "calculator:*"
argument = "expression"
matches = "*2*"
action = "refuse"
reason = "no twos"
`,
  );

  test('passes the hooks', async () => {
    expect(await call('{"expression":"1 + 3"}')).toMatchObject({ code: 0, stdout: '4\n' });
    const { code, stdout, stderr } = await call('{"expression":"2 + 2"}');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(
      'error: guard blocked the call of calculator:calculate: no twos (TOOL_BLOCKED)\n',
    );
  });

  test('says with --json who blocked it', async () => {
    const { code, stdout } = await call('{"expression":"2 + 2"}', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'TOOL_BLOCKED',
      details: { tool: 'calculator:calculate', by: 'guard', reason: 'no twos' },
    });
  });
});

describe('aisopod middleware list', () => {
  test('shows the chains in order', async () => {
    const home = homeWith();
    makePlugin(pluginsOf(home), { id: 'later', source: 'middleware.c', flags: ['-DORDER="200"'] });
    makePlugin(pluginsOf(home), { id: 'around', source: 'middleware.c' });
    const list = (...args: string[]) => cli(['middleware', 'list', ...args], { home });
    expect((await list()).stdout).toBe(
      'tool\taround\taround\t100\ntool\tlater\taround\t200\n' +
        'message\taround\taround\t100\nmessage\tlater\taround\t200\n',
    );
    const { middleware } = JSON.parse((await list('--json')).stdout);
    expect(middleware[0]).toEqual({ chain: 'tool', plugin: 'around', name: 'around', order: 100 });
    expect(middleware).toHaveLength(4);
  });

  test('shows nothing where there is nothing', async () => {
    const home = homeWith();
    const list = (...args: string[]) => cliInProcess(['middleware', 'list', ...args], { home });
    expect(await list()).toMatchObject({ code: 0, stdout: '' });
    expect((await list('--json')).stdout).toBe('{"middleware":[]}\n');
  });
});
