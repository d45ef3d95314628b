import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { resolveHome } from '../../../../src/home/paths/index.js';
import { copyLibrary } from '../../../../src/loaders/native/copies/copies.js';
import { knownCopy } from '../../../../src/loaders/native/copies/known-copy.js';
import { KnownLibraries } from '../../../../src/loaders/native/copies/known-libraries.js';
import { openCopy } from '../../../../src/loaders/native/copies/open-copy.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';
import { settled } from '../../../support/settled.js';

const root = temporaryFolder();
const OPENING = { limitMs: 60_000, pluginId: 'sample', pluginDir: '/nowhere' };

let home: ReturnType<typeof resolveHome>;
let entry: string;

beforeEach(() => {
  home = resolveHome({ home: mkdtempSync(join(root, 'h-')), env: {} });
  entry = compileLibrary(join(home.plugins, 'one', 'plugin.so'), pluginSource());
});

const copying = () => ({ copiesDir: home.copies, generation: 0 });

/** Opens it as a host does, and keeps what was found out. */
async function open() {
  const libraries = new KnownLibraries(home);
  const { copy } = await openCopy(entry, copying, OPENING, libraries);
  await libraries.keep();
  return copy;
}

/** Opens it until it is remembered. */
async function remember() {
  const { path } = await copyLibrary(entry, copying());
  await settled(entry, dirname(entry), path);
  return await open();
}

const known = () => knownCopy(entry, new KnownLibraries(home));

test('a library that has not changed is known to the next host with all that was read', async () => {
  const copy = await remember();
  expect(known()).toMatchObject({
    path: copy.path,
    sha256: copy.sha256,
    format: 'elf',
    machine: process.arch,
    needed: copy.needed,
    siblings: [],
  });
});

test('what a library shares, and its sanitizer, are known to the next host', async () => {
  const source = `__asm__(".type u, %gnu_unique_object"); int u[3]; ${pluginSource()}`;
  entry = compileLibrary(join(home.plugins, 'shares', 'plugin.so'), source);
  await remember();
  expect(known()).toMatchObject({
    unique: [{ name: 'u', size: 12, writable: true }],
    sanitizer: null,
  });
});

test('a library that is known is refused for its sanitizer in a process without that', async () => {
  await remember();
  const file = join(home.state, 'libraries.json');
  const sanitizer = '{"name":"address","symbol":"__asan_init","library":"libasan.so.8"}';
  edit(file, /"sanitizer":null/, `"sanitizer":${sanitizer}`);
  const opening = openCopy(entry, copying, OPENING, new KnownLibraries(home));
  await expect(opening).rejects.toMatchObject({ code: 'LIBRARY_SANITIZER' });
});

test('a library that shares very much is read each time', async () => {
  const symbols = Array.from(
    { length: 1025 },
    (_, i) => `__asm__(".type u${i}, %gnu_unique_object"); int u${i};`,
  );
  entry = compileLibrary(
    join(home.plugins, 'shares-much', 'plugin.so'),
    symbols.join('\n') + pluginSource(),
  );
  await remember();
  expect(existsSync(join(home.state, 'libraries.json'))).toBe(false);
});

test('what is known is opened from the same copy, which is noted as used', async () => {
  const { path, sha256 } = await remember();
  const libraries = new KnownLibraries(home);
  libraries.expect([entry, join(root, 'no.so')]);
  const { copy, library } = await openCopy(entry, copying, OPENING, libraries);
  expect(copy.path).toBe(path);
  expect(library.descriptor).not.toBeNull();
  expect(readUsers()).toContain(`${sha256}/0`);
});

function readUsers(): string {
  const folder = join(home.copies, '.users');
  return readFileSync(join(folder, onlyIn(folder)), 'utf8');
}

function onlyIn(folder: string): string {
  const [name, ...more] = readdirSync(folder);
  expect(more).toEqual([]);
  return name ?? '';
}

test.each([
  ['other bytes of the same size, with its time set back', () => rewrite(entry)],
  ['another mode', () => chmodSync(entry, 0o700)],
  ['another file with the same bytes in its place', () => replace(entry)],
])('a library with %s is read again', async (_name, change) => {
  await remember();
  change();
  expect(known()).toBeNull();
});

test.each([
  ['other bytes of the same size, with its time set back', rewrite],
  ['another file with the same bytes in its place', replace],
  ['nothing in its place', (path: string) => rmSync(path)],
])('a copy with %s is looked at, and is what it was again', async (_name, change) => {
  const { path } = await remember();
  const bytes = readFileSync(path);
  chmodSync(path, 0o700);
  change(path);
  expect(known()).toBeNull();
  await copyLibrary(entry, copying());
  expect(readFileSync(path)).toEqual(bytes);
});

function rewrite(path: string) {
  const { atime, mtime } = statSync(path);
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
}

function replace(path: string) {
  const copy = join(root, 'copy');
  writeFileSync(copy, readFileSync(path), { mode: statSync(path).mode });
  renameSync(copy, path);
}

/** A plugin that is linked to a library in its folder, and has data and another library there. */
async function rememberFolder() {
  const folder = join(home.plugins, 'two');
  compileLibrary(join(folder, 'libhelper.so'), 'int helper(void) { return 1; }');
  const flags = ['-Wl,-rpath,$ORIGIN', '-Wl,--no-as-needed', '-L', folder, '-lhelper'];
  entry = compileLibrary(join(folder, 'plugin.so'), pluginSource(), flags);
  compileLibrary(join(folder, 'more', 'libfree.so'), 'int free_one(void) { return 1; }');
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'model.bin'), 'x');
  const names = ['.', 'libhelper.so', 'more', 'more/libfree.so', 'data', 'data/model.bin'];
  await settled(...names.map((name) => join(folder, name)));
  await remember();
  return folder;
}

test('a library with others in its folder is known to the next host with what it brings', async () => {
  await rememberFolder();
  const copy = known();
  expect(copy).toMatchObject({ siblings: [{ name: 'libhelper.so' }] });
  expect(existsSync(join(dirname(copy?.path ?? ''), 'more', 'libfree.so'))).toBe(true);
});

const FREE = 'int free_one(void) { return 2; }';

test.each([
  ['a new file', (folder: string) => writeFileSync(join(folder, 'new.txt'), '')],
  ['a new file below', (folder: string) => writeFileSync(join(folder, 'data', 'new.txt'), '')],
  ['other data', (folder: string) => writeFileSync(join(folder, 'data', 'model.bin'), 'y')],
  ['another library', (folder: string) => compileLibrary(join(folder, 'more/libfree.so'), FREE)],
  ['another library that it needs', (folder: string) => rewrite(join(folder, 'libhelper.so'))],
  ['a library less', (folder: string) => rmSync(join(folder, 'libhelper.so'))],
])('a library with %s in its folder is read again', async (_name, change) => {
  const folder = await rememberFolder();
  change(folder);
  expect(known()).toBeNull();
});

test('a library that shares its folder with other plugins is known whatever becomes of these', async () => {
  const libraries = new KnownLibraries(home);
  const { path } = await copyLibrary(entry, copying());
  await settled(entry, path);
  await openCopy(entry, () => ({ ...copying(), shared: true }), OPENING, libraries);
  await libraries.keep();
  writeFileSync(join(dirname(entry), 'another.plugin.toml'), '');
  expect(known()).not.toBeNull();
});

test('a library that looks for others behind a link is read each time', async () => {
  const folder = join(home.plugins, 'links');
  const flags = ['-Wl,-rpath,$ORIGIN/lib', '-Wl,--no-as-needed', '-lm'];
  entry = compileLibrary(join(folder, 'plugin.so'), pluginSource(), flags);
  symlinkSync(root, join(folder, 'lib'));
  await settled(folder);
  await remember();
  expect(existsSync(join(home.state, 'libraries.json'))).toBe(false);
});

test('what was changed just now is not remembered, since the next change may not show', async () => {
  const soon = Date.now() / 1000 + 60;
  utimesSync(entry, soon, soon);
  await open();
  expect(existsSync(join(home.state, 'libraries.json'))).toBe(false);
});

test('what others have kept stays, and what is gone goes', async () => {
  const first = entry;
  await remember();
  entry = compileLibrary(join(home.plugins, 'two', 'plugin.so'), pluginSource({ id: 'two' }));
  await remember();
  expect(kept()).toEqual([first, entry]);
  rmSync(dirname(first), { recursive: true });
  entry = compileLibrary(join(home.plugins, 'three', 'plugin.so'), pluginSource({ id: 'three' }));
  await remember();
  expect(kept()).toEqual([join(home.plugins, 'two', 'plugin.so'), entry]);
});

function kept(): string[] {
  const text = readFileSync(join(home.state, 'libraries.json'), 'utf8');
  return Object.keys(JSON.parse(text.slice(text.indexOf('\n'))));
}

test.each([
  ['a broken file', (file: string) => writeFileSync(file, 'nonsense')],
  [
    'a file of before the system started',
    (file: string) => edit(file, /"place":"\w+"/, '"place":"0"'),
  ],
  ['another form of it', (file: string) => edit(file, /"copy":\[/, '"copies":[')],
  ['no numbers', (file: string) => edit(file, /"original":\[[^\]]*\]/, '"original":null')],
])('%s is passed over', async (_name, spoil) => {
  await remember();
  spoil(join(home.state, 'libraries.json'));
  expect(known()).toBeNull();
  await expect(open()).resolves.toMatchObject({ format: 'elf' });
});

function edit(file: string, what: RegExp, into: string) {
  writeFileSync(file, readFileSync(file, 'utf8').replace(what, into));
}
