import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PluginHost } from '../../src/host/index.js';
import { temporaryFolder } from '../support/compile-library.js';
import { recordingLogger } from './open-host.js';

const MANIFEST = '[plugin]\nid = "good"\nversion = "1.0.0"\nentry = "good.so"\n';

/** A host that found the plugin `good` (which has no library), and what it logged on the way. */
function hostWith(config: string, files: Readonly<Record<string, string>> = {}) {
  const home = temporaryFolder();
  const folder = join(home, 'plugins', 'good');
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(join(folder, 'aisopod.plugin.toml'), MANIFEST);
  writeFileSync(join(home, 'config.toml'), config);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
  const logged: [string, string][] = [];
  const log = (level: string) => (data: object) => {
    logged.push([level, (data as { code: string }).code]);
  };
  const logger = {
    trace: log('trace'),
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
  };
  const host = PluginHost.create({ home, env: {}, logger });
  host.discover();
  return { home, host, logged, found: host.warnings.map(({ message }) => message) };
}

test.each([
  ['[plugins.goood]\nname = "x"\n', 'config.toml:1:10: plugins.goood'],
  ['\n[plugins.settings.goood]\nenabled = false\n', 'config.toml:2:19: plugins.settings.goood'],
  ['[trust]\ngoood = "trusted"\n', 'config.toml:2:1: trust.goood'],
])('configuration of a plugin that is not there is reported: %j', (config, place) => {
  const { found, logged } = hostWith(config);
  expect(found).toEqual([expect.stringMatching(/Did you mean "good"\?$/)]);
  expect(found[0]).toContain(`${place} is for a plugin "goood"`);
  expect(logged).toEqual([['warn', 'CONFIG_UNUSED']]);
});

test('a file of configuration without its plugin is reported', () => {
  const { home, host } = hostWith('', {
    'plugins/goood.toml': 'name = "x"\n',
    'plugins/good.toml': '',
  });
  expect(host.warnings.map(({ details }) => details)).toEqual([
    { plugin: 'goood', similar: 'good', file: join(home, 'plugins', 'goood.toml') },
  ]);
});

test('an option for a plugin that is not there is reported, and not logged', () => {
  const home = temporaryFolder();
  const { logger, lines } = recordingLogger();
  const host = PluginHost.create({ home, env: {}, logger, config: { app: { name: 'x' } } });
  host.discover();
  // The program may register it later.
  expect(lines).toEqual([]);
  expect(host.warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^PluginHost\.open\(\{ config \}\) is for a plugin "app", which was not found/,
    ),
  ]);
});

test('a plugin that is away is information, not a warning, for the log', () => {
  const { found, logged } = hostWith('[plugins.weather]\ncity = "Bonn"\n');
  expect(found).toEqual([expect.stringMatching(/install the plugin\.$/)]);
  expect(logged).toEqual([['info', 'CONFIG_UNUSED']]);
});

test('configuration of plugins that are there is not reported, broken ones too', () => {
  const files = { 'plugins/good/aisopod.plugin.toml': '[plugin' };
  expect(hostWith('[plugins.good]\nname = "x"\n').found).toEqual([]);
  expect(hostWith('[plugins.good]\nname = "x"\n', files).found).toEqual([]);
});

test('a plugin that the program registers later is no longer missing', async () => {
  const { host } = hostWith('[plugins.app]\nname = "x"\n');
  expect(host.warnings).toHaveLength(1);
  await host.register({ id: 'app', version: '1.0.0', register() {} });
  expect(host.warnings).toEqual([]);
  await host.close();
});

test('a search path that is missing is reported, and logged as a warning', () => {
  const { host, logged } = hostWith('[plugins.settings]\npaths = ["typo"]\n');
  expect(host.warnings.map(({ code }) => code)).toEqual(['SEARCH_PATH_MISSING']);
  expect(logged).toEqual([['warn', 'SEARCH_PATH_MISSING']]);
});
