import { expect, test } from 'vitest';
import { put } from '../packages/discovery/plugins-directory.js';
import { cliInProcess, homeWith, pluginsOf } from './run-cli.js';

const home = homeWith('calculator', 'ticker', 'wordcount');
const list = async (args: readonly string[], env: Record<string, string> = {}) => {
  const { stdout } = await cliInProcess(['plugins', 'list', '--json', ...args], { home, env });
  const { plugins } = JSON.parse(stdout) as { plugins: { id: string; state: string }[] };
  return Object.fromEntries(plugins.map(({ id, state }) => [id, state]));
};
const ONLY_TICKER = { calculator: 'disabled', ticker: 'active', wordcount: 'disabled' };

test('--only runs the plugins that it names, and says why others do not run', async () => {
  expect(await list(['--only', 'ticker'])).toEqual(ONLY_TICKER);
  const doctor = await cliInProcess(['plugins', 'doctor', '--only', 'ticker'], { home });
  expect(doctor).toMatchObject({ code: 0, stderr: '' });
  expect(doctor.stdout).toContain('calculator is left out: this host runs only chosen plugins');
});

test('--no-plugins runs no plugin', async () => {
  expect(Object.values(await list(['--no-plugins']))).toEqual(['disabled', 'disabled', 'disabled']);
});

test('AISOPOD_ONLY says the same, "-" for none, and the option goes before it', async () => {
  expect(await list([], { AISOPOD_ONLY: 'ticker' })).toEqual(ONLY_TICKER);
  expect(await list(['--only', 'ticker'], { AISOPOD_ONLY: '-' })).toEqual(ONLY_TICKER);
  expect((await list([], { AISOPOD_ONLY: '-' })).ticker).toBe('disabled');
});

test('a plugin that a chosen one needs runs too', async () => {
  const needy = homeWith('calculator', 'ticker');
  const manifest = '[plugin]\nid = "needy"\nversion = "1.0.0"\nentry = "lib.so"\n';
  put(pluginsOf(needy), 'needy/aisopod.plugin.toml', `${manifest}[dependencies]\nticker = "*"\n`);
  put(pluginsOf(needy), 'needy/lib.so', 'no library');
  const { stdout } = await cliInProcess(['plugins', 'list', '--only', 'needy'], { home: needy });
  expect(stdout).toMatch(/^calculator\t1\.0\.0\tdisabled\t.*\n.*\n?ticker\t1\.0\.0\tactive/ms);
});

test('a name that no plugin has is refused, from the option and from the environment', async () => {
  const option = await cliInProcess(['tools', 'list', '--only', 'tickr'], { home });
  expect(option).toMatchObject({ code: 1, stdout: '' });
  expect(option.stderr).toContain('There is no plugin named "tickr"');
  const env = { AISOPOD_ONLY: 'ticker, Not an id' };
  const given = await cliInProcess(['tools', 'list'], { home, env });
  expect(given).toMatchObject({ code: 2, stdout: '' });
  expect(given.stderr).toContain(
    'AISOPOD_ONLY must list ids of plugins, and "Not an id" is not one',
  );
});
