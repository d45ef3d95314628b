import { appendFileSync, chmodSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveHome } from '../../../src/home/paths/index.js';
import { KnownFolders } from '../../../src/packages/discovery/index.js';
import { makeElf } from '../binary/make-elf.js';
import { directory, HOST, plugin, put, scan, summary } from './plugins-directory.js';

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
  expect(summary({ home, pin: '1.0.0' })).toEqual(['calc 1.0.0 good', 'calc 2.0.0 SHADOWED']);
});

const PRERELEASES = ['1.0.0', '1.5.0', '2.0.0-beta.1', '2.0.0-beta.2'] as const;
test.each([
  ['^1', '1.5.0'],
  ['1.0', '1.0.0'],
  ['*', '1.5.0'],
  ['2.0.0-beta.1', '2.0.0-beta.1'],
  ['>=2.0.0-beta.1', '2.0.0-beta.2'],
  ['^1 || 2.0.0-beta.1', '2.0.0-beta.1'],
  ['>=2.0.0-0', '2.0.0-beta.2'],
  ['>1.5', '2.0.0-beta.2'],
])('a pin at the range %s chooses %s', (pin, chosen) => {
  const found = scan({ home: versions(...PRERELEASES), pin });
  const good = found.filter(({ error }) => error === null);
  expect(good.map(({ manifest }) => manifest?.plugin.version)).toEqual([chosen]);
});

test('a pin at a whole version with build metadata means that build', () => {
  const home = versions('1.0.0+a', '1.0.0+b');
  expect(summary({ home, pin: '1.0.0+b' })).toEqual(['calc 1.0.0+a SHADOWED', 'calc 1.0.0+b good']);
});

test('a pin passes over versions in its range that do not fit the host', () => {
  const home = versions('1.0.0', ['1.5.0', '[compatibility]\nhost = "^9"\n']);
  expect(summary({ home, pin: '^1' })).toEqual(['calc 1.0.0 good', 'calc 1.5.0 SHADOWED']);
});

test('the version of the manifest counts, whatever the folder is called', () => {
  const home = versions('1.0.0');
  const folder = join(home, 'plugins', 'calc');
  plugin(join(folder, '9.0.0'), 'calc', '0.9.0');
  plugin(join(folder, 'v2'), 'calc', '2.0.0');
  plugin(join(folder, '3-linux'), 'calc', '3.0.0-beta.1');
  expect(summary({ home })).toEqual([
    'calc 1.0.0 SHADOWED',
    'calc 3.0.0-beta.1 SHADOWED',
    'calc 0.9.0 SHADOWED',
    'calc 2.0.0 good',
  ]);
});

test('a scan that remembers the folders chooses a version that was dropped in since', () => {
  const home = versions('1.0.0');
  const known = () => new KnownFolders(resolveHome({ home, env: {} }), HOST);
  expect(summary({ home, known: known() })).toEqual(['calc 1.0.0 good']);
  plugin(join(home, 'plugins', 'calc', '2.0.0'), 'calc', '2.0.0');
  expect(summary({ home, known: known() })).toEqual(['calc 1.0.0 SHADOWED', 'calc 2.0.0 good']);
  expect(summary({ home, known: known(), pin: '^1' })).toEqual([
    'calc 1.0.0 good',
    'calc 2.0.0 SHADOWED',
  ]);
});

test('a pin reaches into a directory that is searched later', () => {
  const later = directory();
  plugin(join(later, 'calc'), 'calc', '1.5.0');
  const home = versions('1.0.0');
  expect(summary({ home, configPaths: [later], pin: '1.5.0' })).toEqual([
    'calc 1.0.0 SHADOWED',
    'calc 1.5.0 good',
  ]);
});

test('a pin on a version that is not there is an error with what is there', () => {
  const home = versions('1.0.0', '2.0.0');
  const found = scan({ home, pin: '3.0.0' });
  expect(found.map(({ error }) => error?.code)).toEqual(['SHADOWED', 'VERSION_PINNED']);
  expect(found[1]?.error?.message).toMatch(/3\.0\.0.*1\.0\.0, 2\.0\.0/);
});

/** Two copies of `calc` in one directory, under the names `a` and `b`. */
const copies = (change: (dir: string) => void) => {
  const plugins = directory();
  for (const name of ['a', 'b']) plugin(join(plugins, name), 'calc');
  change(plugins);
  return plugins;
};
const LIBRARY = makeElf({ machine: 62, bits: 64, endian: 'little', exports: ['x'] });
const wholeAt = (...dirs: string[]) => {
  for (const dir of dirs) writeFileSync(join(dir, 'lib.so'), LIBRARY);
};

test('of the same id and version with different bytes neither is used, and both are named', () => {
  const plugins = copies((dir) => appendFileSync(join(dir, 'b', 'lib.so'), '!'));
  const found = scan({ configPaths: [plugins] });
  expect(found.map(({ error }) => error?.code)).toEqual(['DUPLICATE_PLUGIN', 'DUPLICATE_PLUGIN']);
  for (const { error } of found) {
    for (const name of ['a', 'b']) expect(error?.message).toContain(join(plugins, name));
  }
});

test('a version that stands there twice, with different bytes, is not replaced by a lower one', () => {
  const plugins = copies((dir) => {
    appendFileSync(join(dir, 'b', 'lib.so'), '!');
    plugin(join(dir, 'c'), 'calc', '0.9.0');
    plugin(join(dir, 'd'), 'calc', '0.9.0', '# other bytes');
  });
  expect(summary({ configPaths: [plugins] })).toEqual([
    'calc 1.0.0 DUPLICATE_PLUGIN',
    'calc 1.0.0 DUPLICATE_PLUGIN',
    'calc 0.9.0 SHADOWED',
    'calc 0.9.0 SHADOWED',
  ]);
});

test('a double of a lower version is only shadowed', () => {
  const plugins = copies((dir) => {
    appendFileSync(join(dir, 'b', 'lib.so'), '!');
    plugin(join(dir, 'c'), 'calc', '2.0.0');
  });
  expect(summary({ configPaths: [plugins] })).toEqual([
    'calc 1.0.0 SHADOWED',
    'calc 1.0.0 SHADOWED',
    'calc 2.0.0 good',
  ]);
});

test('the same id and version with different bytes in a later directory is shadowed', () => {
  const [first, later] = [directory(), directory()];
  plugin(join(first, 'calc'), 'calc');
  plugin(join(later, 'calc'), 'calc', '1.0.0', '# other bytes');
  expect(summary({ configPaths: [first, later] })).toEqual([
    'calc 1.0.0 good',
    'calc 1.0.0 SHADOWED',
  ]);
});

test('a higher version in another folder of the directory is the plugin', () => {
  const plugins = copies((dir) => plugin(join(dir, 'b'), 'calc', '2.0.0'));
  expect(summary({ configPaths: [plugins] })).toEqual(['calc 1.0.0 SHADOWED', 'calc 2.0.0 good']);
});

describe('a broken copy takes the place of no sound one', () => {
  const breakages: [string, (dir: string) => void, string][] = [
    ['without its library', (dir) => rmSync(join(dir, 'lib.so')), 'ENTRY_NOT_FOUND'],
    ['that others may write', (dir) => chmodSync(join(dir, 'lib.so'), 0o666), 'PATH_UNSAFE'],
    [
      'that does not fit the host',
      (dir) => plugin(dir, 'calc', '1.0.0', '[compatibility]\nhost = "^9"\n'),
      'HOST_VERSION',
    ],
    ['with an empty library', (dir) => truncateSync(join(dir, 'lib.so')), 'LIBRARY_FORMAT'],
    [
      'with half a library',
      (dir) => truncateSync(join(dir, 'lib.so'), LIBRARY.length / 2),
      'LIBRARY_FORMAT',
    ],
    [
      'with a library for another machine',
      (dir) =>
        writeFileSync(join(dir, 'lib.so'), makeElf({ machine: 183, bits: 64, endian: 'little' })),
      'LIBRARY_FORMAT',
    ],
    ['with text for a library', (dir) => put(dir, 'lib.so', 'no library'), 'LIBRARY_FORMAT'],
  ];

  test.each(breakages)('in an earlier directory: %s', (_, spoil, code) => {
    const [first, later] = [directory(), directory()];
    for (const dir of [first, later]) wholeAt(plugin(join(dir, 'calc'), 'calc'));
    spoil(join(first, 'calc'));
    expect(summary({ configPaths: [first, later] })).toEqual([
      `calc 1.0.0 ${code}`,
      'calc 1.0.0 good',
    ]);
  });

  test.each(breakages)('in the same directory, where it comes first: %s', (_, spoil, code) => {
    const plugins = copies((dir) => wholeAt(join(dir, 'a'), join(dir, 'b')));
    spoil(join(plugins, 'a'));
    // A version that does not fit is passed over on purpose.
    const said = code === 'HOST_VERSION' ? 'SHADOWED' : code;
    expect(summary({ configPaths: [plugins] })).toEqual([`calc 1.0.0 ${said}`, 'calc 1.0.0 good']);
  });

  test('and is shadowed as any other where it comes later', () => {
    const [first, later] = [directory(), directory()];
    for (const dir of [first, later]) plugin(join(dir, 'calc'), 'calc');
    rmSync(join(later, 'calc', 'lib.so'));
    expect(summary({ configPaths: [first, later] })).toEqual([
      'calc 1.0.0 good',
      'calc 1.0.0 SHADOWED',
    ]);
  });

  test('but a pin holds its version, broken or not', () => {
    const plugins = copies((dir) => plugin(join(dir, 'b'), 'calc', '2.0.0'));
    rmSync(join(plugins, 'a', 'lib.so'));
    expect(summary({ configPaths: [plugins], pin: '1.0.0' })).toEqual([
      'calc 1.0.0 ENTRY_NOT_FOUND',
      'calc 2.0.0 SHADOWED',
    ]);
  });

  test('and where all are broken, the first says why', () => {
    const [first, later] = [directory(), directory()];
    for (const dir of [first, later]) rmSync(join(plugin(join(dir, 'calc'), 'calc'), 'lib.so'));
    expect(summary({ configPaths: [first, later] })).toEqual([
      'calc 1.0.0 ENTRY_NOT_FOUND',
      'calc 1.0.0 SHADOWED',
    ]);
  });
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
