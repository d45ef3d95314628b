import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { readLibrary } from '../../src/packages/binary/index.js';
import { CURRENT_PLATFORM } from '../../src/packages/manifest/index.js';
import { temporaryFolder } from '../support/compile-library.js';
import { CMakeProject, REPOSITORY } from './cmake-project.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

const PREFIX = `${REPOSITORY}/native`;
const root = temporaryFolder();

/** A plugin in C and in C++ that takes id and version from CMake, and so from the manifest. */
const SOURCE = `
#include <aisopod/plugin.h>
static aisopod_status create(const aisopod_host *h, aisopod_plugin **out, aisopod_error *err) {
  (void)h; *out = NULL; return aisopod_set_error(err, AISOPOD_E_FAIL, "only built");
}
static aisopod_status on_register(aisopod_plugin *p, const aisopod_api *api, aisopod_error *err) {
  (void)p; (void)api; (void)err; return AISOPOD_OK;
}
static void destroy(aisopod_plugin *p) { (void)p; }
AISOPOD_DESCRIBE(desc) {
  desc->id = AISOPOD_PLUGIN_ID;
  desc->version = AISOPOD_PLUGIN_VERSION;
  desc->create = create;
  desc->on_register = on_register;
  desc->destroy = destroy;
}
`;

const manifest = (fields: Readonly<Record<string, string>> = {}) =>
  Object.entries({ id: '"mine"', version: '"1.2.3"', entry: '"mine.so"', ...fields })
    .filter(([, value]) => value !== '')
    .reduce((text, [key, value]) => `${text}${key} = ${value}\n`, '[plugin]\n');

const project = (files: Readonly<Record<string, string>> = {}, language?: string) => {
  const plain = {
    'plugin.c': SOURCE,
    'aisopod.plugin.toml': manifest(),
    'CMakeLists.txt': 'aisopod_add_plugin(mine)\n',
  };
  return new CMakeProject(root, { ...plain, ...files }, language ? { language } : {});
};

const folderOf = (made: CMakeProject, id = 'mine') =>
  readdirSync(made.built('plugins', id), { recursive: true }).sort();

describe('the folder that is built', () => {
  test('holds the library, the manifest and the README, and is up to date afterwards', () => {
    const mine = project({ 'README.md': '# Mine\n' });
    mine.configure(PREFIX);
    mine.build();
    expect(folderOf(mine)).toEqual(['README.md', 'aisopod.plugin.toml', 'mine.so']);
    expect(mine.build()).not.toMatch(/Generating|Building|Linking/);
  });

  test('holds the files that the plugin reads, at their paths, and follows them', () => {
    const mine = project({
      'prompts/a.md': 'one',
      'CMakeLists.txt': 'aisopod_add_plugin(mine FILES prompts/a.md)\n',
    });
    mine.configure(PREFIX);
    mine.build();
    expect(folderOf(mine)).toEqual(['aisopod.plugin.toml', 'mine.so', 'prompts', 'prompts/a.md']);
    mine.write('prompts/a.md', 'two');
    mine.build();
    expect(readFileSync(mine.built('plugins/mine/prompts/a.md'), 'utf8')).toBe('two');
  });

  test.each(['missing.md', '../a.md', '/etc/hosts'])('cannot hold the file %s', (file) => {
    const mine = project({ 'CMakeLists.txt': `aisopod_add_plugin(mine FILES ${file})\n` });
    expect(() => mine.configure(PREFIX)).toThrow(`FILES has ${file}, which is not a file`);
  });

  test('is made again when it was removed', () => {
    const mine = project();
    mine.configure(PREFIX);
    mine.build();
    rmSync(mine.built('plugins'), { recursive: true });
    mine.build();
    expect(folderOf(mine)).toEqual(['aisopod.plugin.toml', 'mine.so']);
  });

  test('follows a manifest that changes, without configuring by hand', () => {
    const mine = project();
    mine.configure(PREFIX);
    mine.build();
    const later = manifest({ version: '"4.5.6-rc.1"' });
    mine.write('aisopod.plugin.toml', later);
    mine.build();
    expect(readFileSync(mine.built('plugins/mine/aisopod.plugin.toml'), 'utf8')).toBe(later);
    expect(readFileSync(mine.built('plugins/mine/mine.so')).includes('4.5.6-rc.1\0')).toBe(true);
  });

  test.each([
    ['a prefix that is written there', '"libmine.so"', 'libmine.so'],
    ['the suffix of another system', '"mine.dll"', 'mine.so'],
    ['no suffix', '"mine"', 'mine.so'],
    ['a folder in it', '"lib/mine.so"', 'lib/mine.so'],
    [
      'an entry for each platform',
      `{ ${CURRENT_PLATFORM} = "here.so", other = "b.so" }`,
      'here.so',
    ],
  ])('names the library as the manifest does: %s', (_, entry, file) => {
    const mine = project({ 'aisopod.plugin.toml': manifest({ entry }) });
    mine.configure(PREFIX);
    mine.build();
    expect(existsSync(mine.built('plugins/mine', file))).toBe(true);
  });
});

test('id, version and entry are those of [plugin], whatever else the manifest holds', () => {
  const text = [
    '# id = "comment"; [x]\r\nid = "before"\r\n[ plugin ] # head\r\n',
    'description = \'a "b"; [c]; {d}\'\r\nid=\'mine\' # id\r\nversion =  "1.2.3"\r\n',
    '[plugin.entry]\r\n',
    `"${CURRENT_PLATFORM}" = "mine.so"\r\n[config]\r\nid = "after"\r\n`,
  ];
  const mine = project({ 'aisopod.plugin.toml': text.join('') });
  mine.configure(PREFIX);
  mine.build();
  expect(folderOf(mine)).toEqual(['aisopod.plugin.toml', 'mine.so']);
});

test('a library in C++ defines no unique symbol and exports the entry point alone', () => {
  const files = {
    'CMakeLists.txt': 'aisopod_add_plugin(mine SOURCES mine.cc MANIFEST aisopod.plugin.toml)\n',
    'mine.cc': `${SOURCE}
      template <class T> struct Counter { static int next() { static int n; return ++n; } };
      int anybody() { return Counter<int>::next(); }`,
  };
  const mine = project(files, 'CXX');
  mine.configure(PREFIX);
  mine.build();
  const library = readLibrary(readFileSync(mine.built('plugins/mine/mine.so')), 'mine.so');
  expect(library.uniqueSymbols).toEqual([]);
  expect(library.exports.map((symbol) => symbol.name)).toEqual(['aisopod_plugin_v1']);
});

describe('configuring says what is wrong and what to do', () => {
  test.each([
    [
      'no manifest',
      { 'CMakeLists.txt': 'aisopod_add_plugin(mine MANIFEST no.toml)\n' },
      /no\.toml.*Write one/s,
    ],
    ['no id', { 'aisopod.plugin.toml': manifest({ id: '' }) }, /id is "".*id = "my-plugin"/s],
    [
      'an id that leaves the folder',
      { 'aisopod.plugin.toml': manifest({ id: '"../x"' }) },
      /id is "\.\.\/x"/,
    ],
    [
      'a version that is none',
      { 'aisopod.plugin.toml': manifest({ version: '"1"' }) },
      /version is "1".*1\.0\.0/s,
    ],
    ['no entry', { 'aisopod.plugin.toml': manifest({ entry: '' }) }, /entry is "".*my-plugin\.so/s],
    [
      'an entry outside',
      { 'aisopod.plugin.toml': manifest({ entry: '"../m.so"' }) },
      /entry is "\.\.\/m\.so"/,
    ],
    [
      'an unknown word',
      { 'CMakeLists.txt': 'aisopod_add_plugin(mine plugin.c)\n' },
      /not understood: plugin\.c.*SOURCES/s,
    ],
  ])('%s', (_, files, message) => {
    expect(() => project(files).configure(PREFIX)).toThrow(message);
  });
});
