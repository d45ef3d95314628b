import { appendFileSync, chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { directory, plugin, scan, summary } from './plugins-directory.js';

/** A home with versions of `calc` side by side. */
const versions = (...list: (string | [version: string, more: string])[]) => {
  const home = directory();
  for (const each of list) {
    const [version, more = ''] = typeof each === 'string' ? [each] : each;
    mkdirSync(join(home, 'plugins', 'calc'), { recursive: true, mode: 0o755 });
    for (const dir of ['plugins', 'plugins/calc']) chmodSync(join(home, dir), 0o755);
    plugin(join(home, 'plugins', 'calc', version), 'calc', version, more);
  }
  return home;
};

test('of several versions the highest is the plugin', () => {
  expect(summary({ home: versions('1.0.0', '1.10.0', '1.9.0') })).toEqual([
    'calc 1.0.0 SHADOWED',
    'calc 1.10.0 good',
    'calc 1.9.0 SHADOWED',
  ]);
});

test('a stable version goes before a pre-release', () => {
  const home = versions('1.0.0', '2.0.0-beta.1');
  expect(summary({ home })).toEqual(['calc 1.0.0 good', 'calc 2.0.0-beta.1 SHADOWED']);
});

test('a version that fits goes before a higher one that does not', () => {
  const home = versions('1.0.0', ['2.0.0', '[compatibility]\nhost = "^9"\n']);
  expect(summary({ home })).toEqual(['calc 1.0.0 good', 'calc 2.0.0 SHADOWED']);
});

test('when none fits, the highest says why', () => {
  const newer = '[compatibility]\nhost = "^9"\n';
  const home = versions(['1.0.0', newer], ['2.0.0', newer]);
  expect(summary({ home })).toEqual(['calc 1.0.0 SHADOWED', 'calc 2.0.0 HOST_VERSION']);
});

test('a pin goes before all', () => {
  const home = versions('1.0.0', '2.0.0');
  expect(summary({ home, pinOf: () => '1.0.0' })).toEqual([
    'calc 1.0.0 good',
    'calc 2.0.0 SHADOWED',
  ]);
});

test('a pin reaches into a directory that is searched later', () => {
  const later = directory();
  plugin(join(later, 'calc'), 'calc', '1.5.0');
  const home = versions('1.0.0');
  const pinOf = () => '1.5.0';
  expect(summary({ home, configPaths: [later], pinOf })).toEqual([
    'calc 1.0.0 SHADOWED',
    'calc 1.5.0 good',
  ]);
});

test('a pin on a version that is not there is an error with what is there', () => {
  const home = versions('1.0.0', '2.0.0');
  const found = scan({ home, pinOf: (id) => (id === 'calc' ? '3.0.0' : null) });
  expect(found.map(({ error }) => error?.code)).toEqual(['SHADOWED', 'VERSION_PINNED']);
  expect(found[1]?.error?.message).toMatch(/3\.0\.0.*1\.0\.0, 2\.0\.0/);
});

test('the same id and version with different bytes is an error that names both', () => {
  const home = versions('1.0.0');
  const plugins = join(home, 'plugins');
  plugin(join(plugins, 'other'), 'calc', '1.0.0');
  appendFileSync(join(plugins, 'other', 'lib.so'), '!');
  const found = scan({ home });
  expect(found.map(({ error }) => error?.code)).toEqual([undefined, 'DUPLICATE_PLUGIN']);
  expect(found[1]?.error?.message).toContain(join(plugins, 'other'));
  expect(found[1]?.error?.message).toContain(join(plugins, 'calc', '1.0.0'));
});

test('the same id and version with the same bytes is only shadowed', () => {
  const home = versions('1.0.0');
  plugin(join(home, 'plugins', 'other'), 'calc', '1.0.0');
  expect(summary({ home })).toEqual(['calc 1.0.0 good', 'calc 1.0.0 SHADOWED']);
});

test('a folder without manifest whose folders are no versions has no manifest', () => {
  const home = directory();
  mkdirSync(join(home, 'plugins', 'calc'), { recursive: true, mode: 0o755 });
  plugin(join(home, 'plugins', 'calc', 'build'), 'calc');
  for (const dir of ['plugins', 'plugins/calc']) chmodSync(join(home, dir), 0o755);
  expect(summary({ home })).toEqual(['null - MANIFEST_MISSING']);
});
