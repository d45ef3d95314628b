import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveHome } from '../../../src/home/paths/index.js';
import { KnownFolders } from '../../../src/packages/discovery/index.js';
import { directory, HOST, plugin, put, scan, summary } from './plugins-directory.js';

const YAML = 'id: calc\nversion: 1.0.0\nentry: lib.so\n';
const JSON_TEXT = '{"id": "calc", "version": "1.1.0", "entry": "lib.so"}\n';

/** A home with a plugin in the folder `calc`, which has these files and a library. */
function homeWith(files: Readonly<Record<string, string>>) {
  const home = directory();
  const dir = join(home, 'plugins', 'calc');
  for (const [name, text] of Object.entries(files)) put(dir, name, text);
  put(dir, 'lib.so', 'bytes');
  return { home, dir };
}

test.each([
  ['plugin.yaml', YAML],
  ['plugin.yml', YAML],
  ['plugin.json', JSON_TEXT.replace('1.1.0', '1.0.0')],
])('a folder with %s is a plugin', (name, text) => {
  const { home, dir } = homeWith({ [name]: text });
  const [found] = scan({ home });
  expect(found).toMatchObject({
    id: 'calc',
    error: null,
    warnings: [],
    manifestFile: join(dir, name),
    manifest: { file: join(dir, name), dir },
    entry: { path: join(dir, 'lib.so') },
  });
});

test('aisopod.plugin.toml goes before other manifests, each of which is named as ignored', () => {
  const { home, dir } = homeWith({ 'plugin.yaml': YAML, 'plugin.json': JSON_TEXT });
  plugin(dir, 'calc', '2.0.0');
  const [found] = scan({ home });
  expect(found).toMatchObject({ error: null, manifest: { plugin: { version: '2.0.0' } } });
  expect(found?.warnings).toMatchObject(
    ['plugin.yaml', 'plugin.json'].map((name) => ({
      code: 'MANIFEST_IGNORED',
      message:
        `${join(dir, name)} is ignored, since aisopod.plugin.toml next to it is the manifest. ` +
        'Remove one of them.',
    })),
  );
});

test('plugin.yaml goes before plugin.json', () => {
  const { home } = homeWith({ 'plugin.yaml': YAML, 'plugin.json': JSON_TEXT });
  const [found] = scan({ home });
  expect(found?.manifest?.plugin.version).toBe('1.0.0');
  expect(found?.warnings.map(({ code }) => code)).toEqual(['MANIFEST_IGNORED']);
});

test('a plugin.json that holds the schema of the configuration is not ignored', () => {
  const { home, dir } = homeWith({ 'plugin.json': '{"type": "object"}' });
  plugin(dir, 'calc', '1.0.0', 'keywords = []\n[config]\nschema = "plugin.json"\n');
  expect(scan({ home })).toMatchObject([{ error: null, warnings: [] }]);
});

test('a fault of another manifest fails the plugin with its file and line', () => {
  const { home, dir } = homeWith({ 'plugin.yaml': 'id: calc\nversion: 1.10\nentry: lib.so\n' });
  const [found] = scan({ home });
  expect(found?.error?.code).toBe('MANIFEST_INVALID');
  expect(found?.error?.message).toContain(
    `${join(dir, 'plugin.yaml')}:2:1: version: found the number 1.10`,
  );
});

test('a fault of aisopod.plugin.toml is not covered up by a good plugin.yaml', () => {
  const { home } = homeWith({ 'plugin.yaml': YAML, 'aisopod.plugin.toml': '[plugin]\n' });
  expect(summary({ home })).toEqual(['null - MANIFEST_INVALID']);
});

test('versions side by side may have manifests of any form', () => {
  const home = directory();
  const calc = join(home, 'plugins', 'calc');
  put(join(calc, '1.0.0'), 'plugin.yaml', YAML);
  put(join(calc, '1.1.0'), 'plugin.json', JSON_TEXT);
  for (const version of ['1.0.0', '1.1.0']) put(join(calc, version), 'lib.so', version);
  plugin(join(calc, '0.9.0'), 'calc', '0.9.0');
  expect(summary({ home })).toEqual([
    'calc 0.9.0 SHADOWED',
    'calc 1.0.0 SHADOWED',
    'calc 1.1.0 good',
  ]);
});

test('what a scan found in a folder with another manifest is remembered until that changes', async () => {
  const { home, dir } = homeWith({ 'plugin.yaml': YAML });
  const rescan = async () => {
    const known = new KnownFolders(resolveHome({ home, env: {} }), HOST);
    const found = scan({ home, known });
    await known.keep();
    return found;
  };
  const [first] = await rescan();
  const [again] = await rescan();
  expect(again?.manifest).toEqual(first?.manifest);
  expect(again?.manifestFile).toBe(join(dir, 'plugin.yaml'));
  writeFileSync(join(dir, 'plugin.yaml'), YAML.replace('1.0.0', '1.2.0'));
  expect((await rescan())[0]?.manifest?.plugin.version).toBe('1.2.0');
  rmSync(join(dir, 'plugin.yaml'));
  expect((await rescan())[0]?.error?.code).toBe('MANIFEST_MISSING');
});

test('--plugin takes a folder with another manifest', () => {
  const { dir } = homeWith({ 'plugin.yaml': YAML });
  expect(summary({ pluginDirs: [dir] })).toEqual(['calc 1.0.0 good']);
  expect(summary({ configPaths: [dir] })).toEqual(['calc 1.0.0 good']);
});
