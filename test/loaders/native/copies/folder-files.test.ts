import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../src/config/index.js';
import { cleanCopies } from '../../../../src/loaders/native/copies/clean-copies.js';
import { type CopyOptions, copyLibrary } from '../../../../src/loaders/native/copies/copies.js';
import {
  type PartialCopy,
  partialWarnings,
} from '../../../../src/loaders/native/copies/partial-copy.js';
import { makeRawElf } from '../../../packages/binary/make-raw-elf.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';

// Fails on request, as where there are no links.
vi.mock('node:fs', async (load) => {
  const real = await load<typeof import('node:fs')>();
  const may = (name: 'symlinkSync' | 'linkSync') =>
    vi.fn((...args: Parameters<typeof real.symlinkSync>) => {
      if (without.has(name)) throw Object.assign(new Error(`EPERM, ${name}`), { code: 'EPERM' });
      return (real[name] as typeof real.symlinkSync)(...args);
    });
  return { ...real, symlinkSync: may('symlinkSync'), linkSync: may('linkSync') };
});

const without = new Set<string>();
const root = temporaryFolder();
const free = 'int free_one(void) { return 1; }';
let count = 0;

/** A plugin folder with a library, a manifest and these files, and an empty cache. */
function fresh(files: Record<string, string | Buffer> = {}) {
  const folder = join(root, `plugin-${++count}`);
  const entry = compileLibrary(join(folder, 'plugin.so'), pluginSource());
  for (const [name, text] of Object.entries({ 'aisopod.plugin.toml': '', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const partial: PartialCopy[] = [];
  const options = {
    copiesDir: join(root, `cache-${count}`, 'copies'),
    generation: 0,
    folder,
    onPartial: (each: PartialCopy) => partial.push(each),
  };
  const library = (name: string) => compileLibrary(join(folder, name), free);
  const copy = async (more: Partial<CopyOptions> = {}) =>
    dirname((await copyLibrary(entry, { ...options, ...more })).path);
  return { folder, entry, options, partial, library, copy };
}

const isLink = (...parts: string[]) => lstatSync(join(...parts)).isSymbolicLink();
const limits = (over: object) => ({ limits: { ...DEFAULT_LIMITS, ...over } });

describe('beside the copy of a library stand', () => {
  test('the libraries of its folder and of those below, as files of their own', async () => {
    const { folder, library, copy } = fresh();
    const names = ['libfree.so', join('more', 'deep', 'libfree.so.2')];
    for (const name of names) library(name);
    const beside = await copy();
    for (const name of names) {
      const [mine, original] = [statSync(join(beside, name)), statSync(join(folder, name))];
      expect(mine.ino).not.toBe(original.ino);
      expect(mine.mode & 0o777).toBe(0o500);
      expect(readFileSync(join(beside, name))).toEqual(readFileSync(join(folder, name)));
    }
    expect(statSync(join(beside, 'more', 'deep')).mode & 0o777).toBe(0o700);
  });

  test('the other files, as links to what is in the folder now', async () => {
    const { folder, copy } = fresh({ 'model.bin': 'one' });
    const beside = await copy();
    expect(readlinkSync(join(beside, 'model.bin'))).toBe(join(folder, 'model.bin'));
    writeFileSync(join(folder, 'model.bin'), 'two');
    expect(readFileSync(join(beside, 'model.bin'), 'utf8')).toBe('two');
    expect(isLink(beside, 'aisopod.plugin.toml')).toBe(true);
  });

  test('a folder without libraries, as one link', async () => {
    const { library, copy } = fresh({ 'data/a/b.txt': 'b', 'mixed/c.txt': 'c' });
    library('mixed/libfree.so');
    const beside = await copy();
    expect(isLink(beside, 'data')).toBe(true);
    expect(isLink(beside, 'mixed')).toBe(false);
    expect(isLink(beside, 'mixed', 'c.txt')).toBe(true);
    expect(readFileSync(join(beside, 'data', 'a', 'b.txt'), 'utf8')).toBe('b');
  });

  test('files with names that hold blanks, line breaks and letters of other scripts', async () => {
    const names = ['with blank.bin', 'line\nbreak.bin', 'größe-数据.bin', "quote'.bin"];
    const { library, copy } = fresh(Object.fromEntries(names.map((name) => [name, name])));
    library('lib ü\n.so');
    const beside = await copy();
    for (const name of names) expect(readFileSync(join(beside, name), 'utf8')).toBe(name);
    expect(isLink(beside, 'lib ü\n.so')).toBe(false);
  });

  test('files that are no library for this machine, as links', async () => {
    const arm64 = Buffer.from(makeRawElf({}));
    arm64.writeUInt16LE(183, 18);
    const object = Buffer.from(makeRawElf({}));
    object.writeUInt16LE(1, 16);
    const { copy } = fresh({ 'arm64/plugin.so': arm64, 'obj/a.o': object, 'x.so': 'text' });
    const beside = await copy();
    expect(['arm64', 'obj', 'x.so'].map((name) => isLink(beside, name))).toEqual([
      true,
      true,
      true,
    ]);
  });
});

test('beside the copy of a library that lies alone with its manifest stands nothing', async () => {
  const { options, entry } = fresh();
  const { path, key, sha256 } = await copyLibrary(entry, options);
  expect(readdirSync(dirname(path))).toEqual(['plugin.so']);
  expect(key).toBe(sha256);
});

test('beside the copy of a library that shares its folder with other plugins stands nothing', async () => {
  const { library, copy } = fresh({ 'other.toml': '', 'other/x': '' });
  library('other.so');
  expect(readdirSync(await copy({ shared: true }))).toEqual(['plugin.so']);
});

describe('a symbolic link in the folder', () => {
  test('leads to the copy of what it leads to there', async () => {
    const { folder, library, copy } = fresh();
    library('lib/libfree.so.1.2');
    symlinkSync('libfree.so.1.2', join(folder, 'lib', 'libfree.so.1'));
    symlinkSync(join(folder, 'lib', 'libfree.so.1'), join(folder, 'libfree.so'));
    const beside = await copy();
    const real = join(beside, 'lib', 'libfree.so.1.2');
    expect(realpathSync(join(beside, 'libfree.so'))).toBe(real);
    expect(realpathSync(join(beside, 'lib', 'libfree.so.1'))).toBe(real);
  });

  test('leads out of it to the same place, and is not followed', async () => {
    const outside = join(root, `outside-${count}`);
    compileLibrary(join(outside, 'libout.so'), free);
    const { folder, copy } = fresh();
    symlinkSync(`../outside-${count - 1}`, join(folder, 'out'));
    const beside = await copy();
    expect(readlinkSync(join(beside, 'out'))).toBe(outside);
    expect(existsSync(join(beside, 'out', 'libout.so'))).toBe(true);
  });

  test('does no harm when it leads in a circle or nowhere', async () => {
    const { folder, copy, partial } = fresh();
    symlinkSync('.', join(folder, 'self'));
    symlinkSync('circle', join(folder, 'circle'));
    symlinkSync('missing', join(folder, 'dangling'));
    const beside = await copy();
    expect(existsSync(join(beside, 'self', 'plugin.so'))).toBe(true);
    expect(existsSync(join(beside, 'dangling'))).toBe(false);
    expect(partial).toEqual([]);
  });

  test('to the folder itself may change while the plugin runs', async () => {
    const { folder, entry, options } = fresh({ 'model.bin': 'one' });
    const current = join(root, `current-${count}`);
    symlinkSync(folder, current);
    const { path } = await copyLibrary(entry, { ...options, folder: current });
    rmSync(current);
    expect(readFileSync(join(dirname(path), 'model.bin'), 'utf8')).toBe('one');
  });
});

describe('another copy is made', () => {
  test('when a library in the folder changes, and the first one stays', async () => {
    const { folder, library, copy } = fresh();
    library('libfree.so');
    const first = await copy();
    const bytes = readFileSync(join(first, 'libfree.so'));
    compileLibrary(join(folder, 'libfree.so'), 'int free_one(void) { return 2; }');
    const second = await copy();
    expect(second).not.toBe(first);
    expect(readFileSync(join(first, 'libfree.so'))).toEqual(bytes);
    expect(readFileSync(join(second, 'libfree.so'))).not.toEqual(bytes);
  });

  test('for an equal library in another folder with other data', async () => {
    const [one, two] = [fresh({ 'model.bin': 'one' }), fresh({ 'model.bin': 'two' })];
    const copiesDir = one.options.copiesDir;
    const texts = [await one.copy(), await two.copy({ copiesDir })].map((beside) =>
      readFileSync(join(beside, 'model.bin'), 'utf8'),
    );
    expect(texts).toEqual(['one', 'two']);
  });

  test('not for another file of data, which gets its link in the same one', async () => {
    const { folder, copy } = fresh({ 'one.bin': '' });
    const first = await copy();
    writeFileSync(join(folder, 'two.bin'), 'two');
    expect(await copy()).toBe(first);
    expect(readFileSync(join(first, 'two.bin'), 'utf8')).toBe('two');
  });

  test('not when nothing has changed, and nothing is written again', async () => {
    const { library, copy } = fresh({ 'one.bin': '' });
    library('libfree.so');
    const first = await copy();
    const before = readdirSync(first).map((name) => lstatSync(join(first, name)).ino);
    expect(await copy()).toBe(first);
    expect(readdirSync(first).map((name) => lstatSync(join(first, name)).ino)).toEqual(before);
  });
});

test('a library beside that is cut short in the cache is copied again', async () => {
  const { folder, library, copy } = fresh();
  library('libfree.so');
  const beside = await copy();
  rmSync(join(beside, 'libfree.so'));
  writeFileSync(join(beside, 'libfree.so'), 'short');
  await copy();
  expect(readFileSync(join(beside, 'libfree.so'))).toEqual(
    readFileSync(join(folder, 'libfree.so')),
  );
});

test('a library beside that changes before it is copied is refused, and nothing is left', async () => {
  const { library, copy, options } = fresh();
  const path = library('libfree.so');
  const other = compileLibrary(join(root, 'other.so'), 'int free_one(void) { return 3; }');
  const signal = new AbortController().signal;
  // Asked before each file; once the directory of the copies is there, all has been looked at.
  vi.spyOn(signal, 'throwIfAborted').mockImplementation(() => {
    if (existsSync(options.copiesDir)) renameSync(other, path);
  });
  await expect(copy({ signal })).rejects.toMatchObject({
    code: 'LIBRARY_UNREADABLE',
    message: expect.stringContaining('it changed while it was copied'),
  });
  const [keyed = ''] = readdirSync(options.copiesDir).filter((name) => !name.startsWith('.'));
  expect(readdirSync(join(options.copiesDir, keyed, '0'))).toEqual(['plugin.so']);
});

test('a cache that lies in the folder of the plugin is left out', async () => {
  const { folder, copy, library } = fresh();
  library('libfree.so');
  const copiesDir = join(folder, 'home', 'cache', 'copies');
  const first = await copy({ copiesDir });
  expect(existsSync(join(first, 'home'))).toBe(false);
  expect(await copy({ copiesDir })).toBe(first);
});

test('cleaning the cache removes links, and not what they lead to', async () => {
  const { folder, options, entry } = fresh({ 'data/model.bin': 'x', 'one.bin': 'y' });
  const { key } = await copyLibrary(entry, options);
  const unused = join(options.copiesDir, 'a'.repeat(64));
  renameSync(join(options.copiesDir, key), unused);
  expect((await cleanCopies(options.copiesDir)).removed).toEqual([`${'a'.repeat(64)}/0`]);
  expect(existsSync(unused)).toBe(false);
  expect(readFileSync(join(folder, 'data', 'model.bin'), 'utf8')).toBe('x');
  expect(readFileSync(join(folder, 'one.bin'), 'utf8')).toBe('y');
});

test.skipIf(process.geteuid?.() === 0)('files that this user may not read are links', async () => {
  const { folder, copy, library } = fresh({ 'secret/x': '' });
  chmodSync(library('libfree.so'), 0);
  chmodSync(join(folder, 'secret'), 0);
  const beside = await copy();
  chmodSync(join(folder, 'secret'), 0o700);
  expect([isLink(beside, 'libfree.so'), isLink(beside, 'secret')]).toEqual([true, true]);
});

describe('the limit of', () => {
  test('bytes makes links of the libraries that are over it', async () => {
    const { folder, library, copy, partial } = fresh();
    const size = statSync(library('liba.so')).size;
    library('libb.so');
    const beside = await copy(limits({ copyBytes: size }));
    expect([isLink(beside, 'liba.so'), isLink(beside, 'libb.so')]).toEqual([false, true]);
    expect(partial).toMatchObject([{ folder, linked: ['libb.so'], unread: [], missing: [] }]);
  });

  test('files makes links of the folders that are not looked into', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `build/many/${i}.txt`);
    const { library, copy, partial } = fresh(Object.fromEntries(names.map((name) => [name, ''])));
    library('libfree.so');
    library('build/many/libdeep.so');
    const beside = await copy(limits({ copyFiles: 10 }));
    expect(isLink(beside, 'libfree.so')).toBe(false);
    expect(isLink(beside, 'build')).toBe(true);
    expect(existsSync(join(beside, 'build', 'many', 'libdeep.so'))).toBe(true);
    expect(partial).toMatchObject([{ unread: [join('build', 'many')] }]);
  });

  test('files holds for the folder itself too', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `${i}.txt`);
    const { copy, partial } = fresh(Object.fromEntries(names.map((name) => [name, ''])));
    expect(readdirSync(await copy(limits({ copyFiles: 10 })))).toEqual(['plugin.so']);
    expect(partial).toMatchObject([{ unread: [''] }]);
  });

  test('files does not count what version control keeps', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `.git/objects/${i}`);
    const { copy, partial } = fresh(Object.fromEntries(names.map((name) => [name, ''])));
    expect(isLink(await copy(limits({ copyFiles: 10 })), '.git')).toBe(true);
    expect(partial).toEqual([]);
  });
});

describe('a file system', () => {
  test('without symbolic links gets hard links to files', async () => {
    const { folder, copy, partial } = fresh({ 'one.bin': '' });
    without.add('symlinkSync');
    const beside = await copy().finally(() => without.clear());
    expect(statSync(join(beside, 'one.bin')).ino).toBe(statSync(join(folder, 'one.bin')).ino);
    expect(isLink(beside, 'one.bin')).toBe(false);
    expect(partial).toEqual([]);
  });

  test('without any links gets the libraries, and what is missing is reported', async () => {
    const { copy, library, partial } = fresh({ 'one.bin': '', 'data/x': '' });
    library('libfree.so');
    without.add('symlinkSync').add('linkSync');
    const beside = await copy().finally(() => without.clear());
    expect(readdirSync(beside).sort()).toEqual(['libfree.so', 'plugin.so']);
    expect(partial).toMatchObject([{ missing: ['aisopod.plugin.toml', 'data', 'one.bin'] }]);
  });
});

test('what is not beside a copy is a warning for each reason, with what to do', () => {
  const warnings = partialWarnings(
    'ml',
    {
      folder: '/p/ml',
      linked: ['a.so', 'b.so', 'c.so', 'd.so'],
      unread: ['build'],
      missing: ['x\n'],
    },
    DEFAULT_LIMITS,
  );
  expect(warnings.map(({ code }) => code)).toEqual(Array(3).fill('COPY_PARTIAL'));
  const [bytes, files, links] = warnings.map(({ message }) => message);
  expect(bytes).toContain('a.so, b.so, c.so and 1 more');
  expect(bytes).toContain('aisopod config set plugins.settings.ml.limits.copy_bytes');
  expect(files).toContain('/p/ml holds more than 4096 files');
  expect(files).toContain('limits.copy_files');
  expect(links).toContain(String.raw`"x\n"`);
  expect(links).toContain('AISOPOD_CACHE');
});
