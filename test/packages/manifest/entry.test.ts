import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import {
  entryCandidates,
  readManifest,
  resolveEntry,
} from '../../../src/packages/manifest/index.js';
import { MINIMAL, pluginFolder } from './write-manifest.js';

const load = (entry: string, files: string[] = []) => {
  const contents = Object.fromEntries(files.map((name) => [name, '']));
  const dir = pluginFolder(MINIMAL.replace('"calc.so"', entry), contents);
  const { manifest } = readManifest(join(dir, 'aisopod.plugin.toml'));
  if (!manifest) throw new Error('no manifest');
  return manifest;
};
const found = (entry: string, files: string[], platform = 'linux-x64') =>
  basename(resolveEntry(load(JSON.stringify(entry), files), platform).path);
const code = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error as { code: string; message: string; details: { tried: string[] } };
  }
  throw new Error('nothing was thrown');
};

test('what is tried: as written, with the suffix of the platform, with lib before it', () => {
  expect(entryCandidates('calc.so', 'linux-x64')).toEqual(['calc.so', 'libcalc.so']);
  expect(entryCandidates('calc', 'darwin-arm64')).toEqual(['calc', 'calc.dylib', 'libcalc.dylib']);
  expect(entryCandidates('bin/calc.so', 'win32-x64')).toEqual([
    'bin/calc.so',
    'bin/calc.dll',
    'bin/libcalc.dll',
  ]);
});

test('lib is never doubled', () => {
  expect(entryCandidates('libcalc.so', 'darwin-x64')).toEqual(['libcalc.so', 'libcalc.dylib']);
});

test('a dot in the name is no suffix', () => {
  expect(entryCandidates('my.calc', 'linux-x64')).toEqual([
    'my.calc',
    'my.calc.so',
    'libmy.calc.so',
  ]);
});

test('the first that exists is taken', () => {
  expect(found('calc.dll', ['calc.so', 'libcalc.so'])).toBe('calc.so');
  expect(found('calc.dll', ['libcalc.so'])).toBe('libcalc.so');
  expect(found('calc', ['calc', 'calc.so'])).toBe('calc');
});

test('a directory of that name is passed over', () => {
  const manifest = load('"calc"', ['calc.so']);
  mkdirSync(join(manifest.dir, 'calc'));
  expect(basename(resolveEntry(manifest, 'linux-x64').path)).toBe('calc.so');
});

test('when nothing exists, the error lists what was tried', () => {
  const error = code(() => resolveEntry(load('"calc"'), 'linux-x64'));
  expect(error.code).toBe('ENTRY_NOT_FOUND');
  expect(error.details.tried).toEqual(['calc', 'calc.so', 'libcalc.so']);
  expect(error.message).toContain('calc, calc.so, libcalc.so');
});

test('only native code has a suffix that the platform chooses', () => {
  const error = code(() => resolveEntry(load('"calc.wasm"', ['calc.wasm.so']), 'linux-x64'));
  expect(error.details.tried).toEqual(['calc.wasm']);
});

test('a table names the file of each platform', () => {
  const manifest = load('{ linux-x64 = "a.so", darwin-arm64 = "b.dylib" }', ['a.so', 'b.dylib']);
  expect(basename(resolveEntry(manifest, 'darwin-arm64').path)).toBe('b.dylib');
  const error = code(() => resolveEntry(manifest, 'win32-x64'));
  expect(error.code).toBe('PLATFORM_UNSUPPORTED');
  expect(error.message).toMatch(/linux-x64, darwin-arm64.*win32-x64/);
});

test('a link inside the folder is followed, one that leads out is refused', () => {
  const manifest = load('"calc.so"', ['real.so']);
  symlinkSync('real.so', join(manifest.dir, 'calc.so'));
  expect(basename(resolveEntry(manifest, 'linux-x64').real)).toBe('real.so');

  const escaping = load('"calc.so"');
  writeFileSync(join(escaping.dir, '..', 'outside.so'), '');
  symlinkSync('../outside.so', join(escaping.dir, 'calc.so'));
  expect(code(() => resolveEntry(escaping, 'linux-x64')).code).toBe('ENTRY_OUTSIDE');
});

test('a dangling link is not there, and a link to itself is a typed error', () => {
  const dangling = load('"calc.so"');
  symlinkSync('nowhere', join(dangling.dir, 'calc.so'));
  expect(code(() => resolveEntry(dangling, 'linux-x64')).code).toBe('ENTRY_NOT_FOUND');

  const loop = load('"calc.so"');
  symlinkSync('calc.so', join(loop.dir, 'calc.so'));
  expect(code(() => resolveEntry(loop, 'linux-x64')).code).toBe('SCAN_UNREADABLE');
});

test('a folder whose name only starts like the plugin folder is outside', () => {
  const manifest = load('"calc.so"');
  mkdirSync(`${manifest.dir}-evil`);
  writeFileSync(`${manifest.dir}-evil/x.so`, '');
  symlinkSync(`${manifest.dir}-evil/x.so`, join(manifest.dir, 'calc.so'));
  expect(code(() => resolveEntry(manifest, 'linux-x64')).code).toBe('ENTRY_OUTSIDE');
});

test('a manifest made by hand cannot name a file outside either', () => {
  const manifest = load('"calc.so"', ['calc.so']);
  const forged = { ...manifest, plugin: { ...manifest.plugin, entry: '../x.so' } };
  expect(code(() => resolveEntry(forged, 'linux-x64')).code).toBe('ENTRY_OUTSIDE');
});
