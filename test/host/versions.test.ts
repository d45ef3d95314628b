import { chmodSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { makePlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeHome, newFolder } from './open-host.js';

/** The options of a home in which several versions of the plugin `calc` lie side by side. */
function homeWithVersions(versions: readonly string[], toml = '') {
  const options = makeHome({ toml });
  const folder = join(options.home, 'plugins', 'calc');
  mkdirSync(folder, { mode: 0o755 });
  chmodSync(folder, 0o755);
  for (const version of versions) {
    const made = makePlugin(newFolder(), { id: 'calc', source: 'lifecycle.c', version });
    renameSync(made, join(folder, version));
  }
  return options;
}

async function openWith(options: object): Promise<PluginHost> {
  const host = await PluginHost.open(options);
  closeAfterTest(host);
  return host;
}

/** Version and state of each finding. */
const states = (host: PluginHost) =>
  host.plugins.list().map(({ version, state }) => `${version} ${state}`);

const THREE = ['1.0.0', '1.10.0', '1.9.0'];

test('the highest version runs, and the others say which one shadows them', async () => {
  const host = await openWith(homeWithVersions(THREE));
  expect(states(host)).toEqual(['1.0.0 shadowed', '1.10.0 active', '1.9.0 shadowed']);
  expect(host.plugins.list()[0]?.reason).toMatch(/1\.0\.0\) is shadowed by .*\/1\.10\.0 /);
});

test('a pin of config.toml may be a range', async () => {
  const toml = '[plugins.settings.calc]\nversion = "~1.9"\n';
  const host = await openWith(homeWithVersions(THREE, toml));
  expect(states(host)).toEqual(['1.0.0 shadowed', '1.10.0 shadowed', '1.9.0 active']);
});

test('the option versions overrides the pin of config.toml', async () => {
  const toml = '[plugins.settings.calc]\nversion = "1.9.0"\n';
  const options = { ...homeWithVersions(THREE, toml), versions: { calc: '1.0.0' } };
  expect(states(await openWith(options))).toEqual([
    '1.0.0 active',
    '1.10.0 shadowed',
    '1.9.0 shadowed',
  ]);
});

test('a pin that no version meets is an error that lists the versions', async () => {
  const host = await openWith({ ...homeWithVersions(THREE), versions: { calc: '^2' } });
  const [failed] = host.plugins.list().filter(({ error }) => error?.code === 'VERSION_PINNED');
  expect(failed?.reason).toContain('pins calc at "^2"');
  expect(failed?.reason).toContain('the versions found are 1.0.0, 1.9.0, 1.10.0.');
  expect(host.plugins.isActive('calc')).toBe(false);
});

test('the option versions holds for plugins of the program too', async () => {
  const options = { ...makeHome(), versions: { own: '^2' } };
  const host = await openWith(options);
  const own = await host.register({
    id: 'own',
    version: '1.5.0',
    register() {},
  });
  expect(own.error?.code).toBe('VERSION_PINNED');
});

test('a version for a plugin that is not there is a warning of the host', async () => {
  const host = await openWith({ ...homeWithVersions(['1.0.0']), versions: { clac: '^1' } });
  expect(host.warnings).toMatchObject([{ code: 'CONFIG_UNUSED', details: { similar: 'calc' } }]);
});

test.each([
  ['a text', '^1', 'The option versions is "^1", but it must be an object of ids and ranges.'],
  ['null', null, 'The option versions is null'],
  [
    'a number for a range',
    { calc: 1.2 },
    'The option versions for "calc" is the number 1.2, but it must be a',
  ],
  ['what is not a range', { calc: 'newest' }, 'The option versions for "calc" is "newest"'],
  ['an empty range', { calc: ' ' }, 'The option versions for "calc" is " "'],
  ['what is not an id', { 'No Id': '1' }, 'The option versions for the key is "No Id"'],
])('the option versions refuses %s', async (_, versions, message) => {
  const opening = PluginHost.open({ ...makeHome(), versions: versions as never });
  await expect(opening).rejects.toMatchObject({ code: 'USAGE', details: { option: 'versions' } });
  await expect(opening).rejects.toThrow(message);
});
