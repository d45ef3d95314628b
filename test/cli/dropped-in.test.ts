import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { builtPlugin } from '../support/built.js';
import { temporaryFolder } from '../support/compile-library.js';
import { cli, cliInProcess, homeWith, pluginsOf } from './run-cli.js';

test('a folder dropped into ~/.aisopod/plugins of an empty HOME is listed and called', async () => {
  const home = temporaryFolder();
  expect(await cli(['plugins', 'list', '--json'], { home })).toMatchObject({
    code: 0,
    stdout: '{"plugins":[]}\n',
  });

  cpSync(builtPlugin('calculator'), join(pluginsOf(home), 'calculator'), { recursive: true });
  chmodSync(pluginsOf(home), 0o755);

  const listed = await cliInProcess(['plugins', 'list', '--json'], { home });
  expect(JSON.parse(listed.stdout)).toEqual({
    plugins: [
      {
        id: 'calculator',
        version: '1.0.0',
        state: 'active',
        reason: null,
        path: join(pluginsOf(home), 'calculator'),
        loader: 'native',
        tools: ['calculate'],
      },
    ],
  });
  const called = await cliInProcess(['tools', 'call', 'calculate', '{"expression":"2 + 2"}'], {
    home,
  });
  expect(called).toMatchObject({ code: 0, stdout: '4\n', stderr: '' });
});

test('what is broken never stops what is good, and is listed with its reason', async () => {
  const home = homeWith('calculator', 'ticker');
  const broken = (name: string) => {
    mkdirSync(join(pluginsOf(home), name), { mode: 0o755 });
    return join(pluginsOf(home), name);
  };
  writeFileSync(join(broken('a-bad-manifest'), 'aisopod.plugin.toml'), 'id = = 1');
  const noLibrary = broken('broken-library');
  writeFileSync(
    join(noLibrary, 'aisopod.plugin.toml'),
    '[plugin]\nid = "broken-library"\nversion = "1.0.0"\nentry = "broken.so"\n',
  );
  writeFileSync(join(noLibrary, 'broken.so'), 'no library at all');
  symlinkSync('/nowhere/at/all', join(pluginsOf(home), 'leads-nowhere'));
  const unreadable = broken('unreadable');
  chmodSync(unreadable, 0); // Which says nothing to root: then it has no manifest.
  onTestFinished(() => chmodSync(unreadable, 0o755));

  const { code, stdout } = await cliInProcess(['plugins', 'list', '--json'], { home });
  const plugins: Record<string, string>[] = JSON.parse(stdout).plugins;
  const states = plugins.map(({ path, state }) => [path?.split('/').at(-1), state]);
  expect(code).toBe(0);
  expect(Object.fromEntries(states)).toMatchObject({
    'a-bad-manifest': 'failed_manifest',
    'broken-library': 'failed_load',
    'leads-nowhere': 'failed_manifest',
    unreadable: 'failed_manifest',
    calculator: 'active',
    ticker: 'active',
  });
  for (const { state, reason } of plugins) {
    if (state !== 'active') expect(reason).toMatch(/\S/);
  }
  expect(plugins.find(({ path }) => path?.endsWith('a-bad-manifest'))).toMatchObject({ id: null });

  const called = await cliInProcess(
    ['tools', 'call', 'calculator:calculate', '{"expression":"6*7"}'],
    {
      home,
    },
  );
  expect(called).toMatchObject({ code: 0, stdout: '42\n', stderr: '' });
});

test('without HOME the failure names the variable and what to do', async () => {
  const { code, stdout, stderr } = await cliInProcess(['plugins', 'list'], {
    env: { HOME: undefined },
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: .*HOME.*--home DIR.* \(NO_HOME\)\n$/s);
});

test('--home and AISOPOD_HOME name a home without HOME', async () => {
  const root = join(homeWith('calculator'), '.aisopod');
  for (const [args, env] of [
    [['--home', root], {}],
    [[], { AISOPOD_HOME: root }],
  ] as const) {
    const { stdout } = await cliInProcess(['tools', 'list', ...args], {
      env: { HOME: undefined, ...env },
    });
    expect(stdout).toMatch(/^calculator\tcalculate\t/);
  }
});

test('--plugin loads folders without installing them, before those of the home', async () => {
  const home = homeWith('calculator');
  const copy = join(temporaryFolder(), 'copy');
  cpSync(builtPlugin('calculator'), copy, { recursive: true });
  const { stdout } = await cliInProcess(
    ['--plugin', copy, 'plugins', 'list', '--json', '--plugin', builtPlugin('ticker')],
    { home },
  );
  const plugins: Record<string, string>[] = JSON.parse(stdout).plugins;
  expect(plugins.map(({ path, state }) => [path, state])).toEqual([
    [copy, 'active'],
    [builtPlugin('ticker'), 'active'],
    [join(pluginsOf(home), 'calculator'), 'shadowed'],
  ]);
  expect(plugins[2]?.reason).toMatch(/shadowed by/);
});
