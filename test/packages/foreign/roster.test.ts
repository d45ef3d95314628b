import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatProblem } from '../../../src/base/toml/index.js';
import { readRoster } from '../../../src/packages/foreign/roster.js';
import { folderOfFile } from '../../support/folder-of-file.js';

/** Reads a list; each item as `from → to = value`, or `from: reason`. */
function read(name: string, text: string) {
  const dir = mkdtempSync(join(folderOfFile(), 'r-'));
  const file = join(dir, name);
  writeFileSync(file, text);
  const { items, errors } = readRoster(file);
  const said = items.map(({ from, to, value, reason }) =>
    to === null ? `${from}: ${reason}` : `${from} → ${to.join('.')} = ${JSON.stringify(value)}`,
  );
  return { dir, items: said, errors: errors.map((each) => formatProblem(each).replace(file, '')) };
}

test('a plugins.toml has a table for each plugin at its top', () => {
  const { dir, items, errors } = read(
    'plugins.toml',
    `[weather]
enabled = false
version = "^1"
path = "../weather"
module = "asky_weather"
permissions = ["network", "filesystem:read"]
[weather.config]
since = 2024-01-02
[weather.config.server]
ports = [80, 81]
[maps]
`,
  );
  expect(errors).toEqual([]);
  expect(items).toEqual([
    'weather.enabled → plugins.settings.weather.enabled = false',
    'weather.version → plugins.settings.weather.version = "^1"',
    `weather.path → plugins.settings.paths = ["${join(dir, '..', 'weather')}"]`,
    'weather.module: aisopod finds a plugin by its folder, and loads no module by name',
    'weather.permissions → plugins.settings.weather.permissions = {"network":["*"],"filesystem":{"read":["/"]}}',
    'weather.config.since → plugins.weather.since = "2024-01-02"',
    'weather.config.server.ports → plugins.weather.server.ports = [80,81]',
    'maps → plugins.settings.maps.enabled = true',
  ]);
});

test('a plugins.toml may have an array of tables', () => {
  const { items } = read(
    'plugins.toml',
    '[[plugins]]\nname = "a"\ndisabled = true\n[[plugins]]\nid = "b"\n',
  );
  expect(items).toEqual([
    'plugins[0].disabled → plugins.settings.a.enabled = false',
    'plugins[1] → plugins.settings.b.enabled = true',
  ]);
});

test('a config.yaml has a list of names and tables', () => {
  const { dir, items } = read(
    'config.yaml',
    `model: gpt
plugin_dirs: [./plugins, ~/more]
plugins:
  - weather
  - {name: maps, version: 1.10, config: {none: null, list: [null]}}
  - weather
  - Big Plugin
  - 5
`,
  );
  expect(items).toEqual([
    'model: it is not about plugins',
    `plugin_dirs[0] → plugins.settings.paths = ["${dir}/plugins"]`,
    'plugin_dirs[1] → plugins.settings.paths = ["~/more"]',
    'plugins[0] → plugins.settings.weather.enabled = true',
    'plugins[1].version: it is the number 1.1, not a range of versions; put it in quotes',
    'plugins[1].config.none: TOML has no null',
    'plugins[1].config.list: TOML has no null',
    'plugins[2]: weather stands above already',
    'plugins[3]: "Big Plugin" is not the id of a plugin; the plugin may be called "big-plugin" now',
    'plugins[4]: the number 5 is not the id of a plugin',
  ]);
});

test('a config.yaml may have a table by name', () => {
  const { items } = read(
    'config.yml',
    'plugins:\n  a: false\n  b: {enabled: no}\n  c:\n  d: ^1.2\n  e: newest\n',
  );
  expect(items).toEqual([
    'plugins.a → plugins.settings.a.enabled = false',
    'plugins.b.enabled: it is "no", not true or false',
    'plugins.c → plugins.settings.c.enabled = true',
    'plugins.d → plugins.settings.d.version = "^1.2"',
    'plugins.e: it is "newest", not a range of versions',
  ]);
});

test('a registry.json notes versions, and does not choose them', () => {
  const entry = { version: '1.0.0', installedAt: '2024', enabled: false, enalbed: true };
  const { items } = read(
    'registry.json',
    JSON.stringify({ version: 1, plugins: { weather: entry } }),
  );
  expect(items).toEqual([
    'version: it is not about plugins',
    'plugins.weather.version: it notes what was installed, and is not a choice',
    'plugins.weather.installedAt: aisopod notes this itself when it installs a plugin',
    'plugins.weather.enabled → plugins.settings.weather.enabled = false',
    'plugins.weather.enalbed: it is unknown; did you mean enabled?',
  ]);
});

test('a grant that is understood in part only is not mapped', () => {
  const { items } = read('config.yaml', 'plugins: [{id: a, permissions: [network, gpu]}]\n');
  expect(items).toEqual([
    expect.stringMatching(/^plugins\[0\]\.permissions: found "gpu", expected a/),
  ]);
});

test.each([
  ['a file of TOML with a fault', 'plugins.toml', '[weather\n', ':1:9: found a syntax error'],
  [
    'a file of YAML with a fault',
    'config.yaml',
    'plugins:\n\t- a\n',
    ':2:1: found a syntax error: tabs',
  ],
  ['a file of JSON with a fault', 'registry.json', '{"plugins": [}', ':1:14: found '],
  [
    'a file without plugins',
    'config.yaml',
    '{}\n',
    ': found no plugins, expected a list of plugins',
  ],
])('%s is refused', (_, name, text, message) => {
  const { errors, items } = read(name, text);
  expect(items).toEqual([]);
  expect(errors).toEqual([expect.stringContaining(message)]);
});
