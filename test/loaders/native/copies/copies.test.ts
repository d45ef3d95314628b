import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AisopodError } from '../../../../src/base/errors/index.js';
import { type CopyOptions, copyLibrary } from '../../../../src/loaders/native/copies/copies.js';
import { makeMacho } from '../../../packages/binary/make-macho.js';
import { makePe } from '../../../packages/binary/make-pe.js';
import { makeRawElf } from '../../../packages/binary/make-raw-elf.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';
import { withBuild } from '../../../support/run-built.js';
import { runInChild } from '../../../support/run-in-child.js';

withBuild();

const root = temporaryFolder();
let count = 0;

/** A new plugin folder with a library, and an empty cache. */
function fresh(source = pluginSource(), flags: string[] = []) {
  const folder = join(root, `plugin-${++count}`);
  const entry = compileLibrary(join(folder, 'plugin.so'), source, flags);
  const options = { copiesDir: join(root, `cache-${count}`, 'copies'), generation: 1 };
  return { folder, entry, options };
}

async function refusal(entry: string, options: CopyOptions): Promise<AisopodError> {
  try {
    await copyLibrary(entry, options);
  } catch (error) {
    if (AisopodError.is(error)) return error;
    throw error;
  }
  throw new Error('a copy was made');
}

describe('a copy', () => {
  test('lies at a path made of hash and generation', async () => {
    const { entry, options } = fresh();
    const copy = await copyLibrary(entry, options);
    expect(copy.path).toBe(join(options.copiesDir, copy.sha256, '1', 'plugin.so'));
    expect(readFileSync(copy.path)).toEqual(readFileSync(entry));
    expect(copy.sha256).toBe(execFileSync('sha256sum', [entry], { encoding: 'utf8' }).slice(0, 64));
    expect(copy.siblings).toEqual([]);
  });

  test('is private', async () => {
    const { entry, options } = fresh();
    const { path } = await copyLibrary(entry, options);
    for (
      let folder = dirname(path);
      folder !== dirname(options.copiesDir);
      folder = dirname(folder)
    ) {
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
    expect(statSync(path).mode & 0o777).toBe(0o500);
  });

  test('is found again, and not written again', async () => {
    const { entry, options } = fresh();
    const { path } = await copyLibrary(entry, options);
    const before = statSync(path);
    expect((await copyLibrary(entry, options)).path).toBe(path);
    expect(statSync(path)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    expect(readdirSync(dirname(path))).toEqual(['plugin.so']);
  });

  test('has another path in another generation, and with other bytes', async () => {
    const { entry, options } = fresh();
    const first = await copyLibrary(entry, options);
    const bytes = readFileSync(entry);
    const second = await copyLibrary(entry, { ...options, generation: 2 });
    expect(second.path).not.toBe(first.path);
    compileLibrary(entry, pluginSource({ version: '2.0.0' }));
    expect((await copyLibrary(entry, options)).sha256).not.toBe(first.sha256);
    expect(readFileSync(first.path)).toEqual(bytes);
  });

  test('is made again when its bytes were changed', async () => {
    const { entry, options } = fresh();
    const { path } = await copyLibrary(entry, options);
    const bytes = readFileSync(entry);
    chmodSync(path, 0o600);
    const changed = Buffer.from(bytes);
    changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
    writeFileSync(path, changed);
    await copyLibrary(entry, options);
    expect(readFileSync(path)).toEqual(bytes);
  });

  test('is made again when it was cut short, or is a link to elsewhere', async () => {
    const { entry, options } = fresh();
    const { path } = await copyLibrary(entry, options);
    const bytes = readFileSync(entry);
    rmSync(path);
    writeFileSync(path, bytes.subarray(0, 100));
    await copyLibrary(entry, options);
    expect(readFileSync(path)).toEqual(bytes);

    const elsewhere = join(root, 'elsewhere.so');
    writeFileSync(elsewhere, bytes);
    rmSync(path);
    symlinkSync(elsewhere, path);
    await copyLibrary(entry, options);
    expect(lstatSync(path).isSymbolicLink()).toBe(false);
    expect(readFileSync(elsewhere)).toEqual(bytes);
  });

  test('is made again when others could write to it', async () => {
    const { entry, options } = fresh();
    const { path } = await copyLibrary(entry, options);
    chmodSync(path, 0o666);
    await copyLibrary(entry, options);
    expect(statSync(path).mode & 0o777).toBe(0o500);
  });

  test('can be made by several processes at once', async () => {
    const { entry, options } = fresh();
    const code = `
      const { copyLibrary } = await load('loaders/native/copies/copies.ts');
      console.log((await copyLibrary(args.entry, args.options)).path);
    `;
    const results = await Promise.all(
      [1, 2, 3].map(() => runInChild(code, { entry, options }).then(({ stdout }) => stdout.trim())),
    );
    expect(new Set(results).size).toBe(1);
    const [path = ''] = results;
    expect(readFileSync(path)).toEqual(readFileSync(entry));
    expect(readdirSync(dirname(path))).toEqual(['plugin.so']);
  });
});

describe('a large library', () => {
  const MIB = 1024 * 1024;

  /** A good library with so many bytes behind it, which take no space on the disk. */
  function grown(size: number) {
    const made = fresh();
    truncateSync(made.entry, size);
    return made;
  }

  test('is copied while the event loop turns, at least once for each MiB', async () => {
    const { entry, options } = grown(40 * MIB);
    let turns = 0;
    let done = false;
    const count = () => {
      turns++;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    const { path, sha256 } = await copyLibrary(entry, options);
    done = true;
    // It is hashed, and copied.
    expect(turns).toBeGreaterThanOrEqual(2 * 39);
    expect(statSync(path).size).toBe(40 * MIB);
    expect(sha256).toBe(execFileSync('sha256sum', [entry], { encoding: 'utf8' }).slice(0, 64));
  });

  test('is not in memory as a whole', async () => {
    const { entry, options } = grown(256 * MIB);
    const code = `
      const { copyLibrary } = await load('loaders/native/copies/copies.ts');
      let most = 0;
      const before = process.memoryUsage().arrayBuffers;
      const look = () => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        timer = setImmediate(look);
      };
      let timer = setImmediate(look);
      await copyLibrary(args.entry, args.options);
      clearImmediate(timer);
      console.log(most);
    `;
    const { stdout } = await runInChild(code, { entry, options }, 60_000);
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).toBeLessThan(32 * MIB);
  });

  test('of over 2 GiB is refused, and not read', async () => {
    const { entry, options } = grown(2 ** 31 + 1);
    const error = await refusal(entry, options);
    expect(error.code).toBe('LIBRARY_UNREADABLE');
    expect(error.message).toContain('it is larger than 2 GiB');
  });

  test('that is overwritten while it is copied is refused, and leaves nothing', async () => {
    const { entry, options } = grown(8 * MIB);
    const making = refusal(entry, options);
    // The hash takes 8 turns, and then the copy begins.
    for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
    const file = openSync(entry, 'r+');
    writeSync(file, 'x', 0);
    writeSync(file, 'x', 7 * MIB);
    closeSync(file);
    const error = await making;
    expect(error.code).toBe('LIBRARY_UNREADABLE');
    expect(error.message).toContain('it changed while it was copied');
    const [keyed = ''] = readdirSync(options.copiesDir).filter((name) => !name.startsWith('.'));
    expect(readdirSync(join(options.copiesDir, keyed, '1'))).toEqual([]);
  });

  test('that becomes shorter while it is read is refused', async () => {
    const { entry, options } = grown(8 * MIB);
    const making = refusal(entry, options);
    truncateSync(entry, 2 * MIB);
    const error = await making;
    expect(error.message).toContain('it became shorter while it was read');
  });
});

describe('a library that says more than is looked at', () => {
  test('is refused when it needs too many libraries in too many places', async () => {
    const { folder, options } = fresh();
    const entry = join(folder, 'many.so');
    const names = Array.from({ length: 200 }, (_, i) => `lib${i}.so`);
    const path = Array.from({ length: 200 }, (_, i) => `$ORIGIN/${i}`).join(':');
    const strings = Buffer.from(`\0${[path, ...names].join('\0')}\0`);
    const offsets = names.map((name) => [1, strings.indexOf(`\0${name}\0`) + 1] as const);
    writeFileSync(entry, makeRawElf({ strings, tags: [...offsets, [29, 1]] }));
    const error = await refusal(entry, options);
    expect(error.code).toBe('LIBRARY_FORMAT');
    expect(error.message).toContain('it brings more than 16384 places to look for libraries');
  });

  test('is looked up once for a name that it repeats', async () => {
    const { folder, options } = fresh();
    const entry = join(folder, 'twice.so');
    const path = Array.from({ length: 200 }, (_, i) => `$ORIGIN/${i}`).join(':');
    const strings = Buffer.from(`\0${path}\0libx.so\0`);
    const x = strings.indexOf('libx.so');
    const needed = Array.from({ length: 1000 }, () => [1, x] as const);
    writeFileSync(entry, makeRawElf({ strings, tags: [...needed, [29, 1]] }));
    await expect(copyLibrary(entry, options)).resolves.toMatchObject({ siblings: [] });
  });
});

describe('libraries that a plugin brings along', () => {
  const helper = 'int helper(void) { return 1; }';
  const origin = '-Wl,-rpath,$ORIGIN';
  const source = `int helper(void); ${pluginSource()} int use(void) { return helper(); }`;

  test('are copied with it, and what they need too', async () => {
    const { folder, options } = fresh();
    compileLibrary(join(folder, 'libinner.so'), 'int inner(void) { return 2; }');
    const inner = ['-L', folder, '-linner', origin];
    const calls = 'int inner(void); int helper(void) { return inner(); }';
    compileLibrary(join(folder, 'libhelper.so'), calls, inner);
    const flags = ['-L', folder, '-lhelper', origin, `-Wl,-rpath-link,${folder}`];
    const entry = compileLibrary(join(folder, 'plugin.so'), source, flags);

    const copy = await copyLibrary(entry, options);
    expect(readdirSync(dirname(copy.path)).sort()).toEqual([
      'libhelper.so',
      'libinner.so',
      'plugin.so',
    ]);
    expect(copy.siblings.map(({ name }) => name)).toEqual(['libhelper.so', 'libinner.so']);
  });

  test('are copied to the same place in the folder', async () => {
    const { folder, options } = fresh();
    const deps = join(folder, 'deps');
    compileLibrary(join(deps, 'libhelper.so'), helper);
    const flags = ['-L', deps, '-lhelper', '-Wl,-rpath,$ORIGIN/../deps'];
    const entry = compileLibrary(join(folder, 'bin', 'plugin.so'), source, flags);

    const copy = await copyLibrary(entry, { ...options, folder });
    const generation = join(options.copiesDir, copy.key, '1');
    expect(copy.path).toBe(join(generation, 'bin', 'plugin.so'));
    expect(existsSync(join(generation, 'deps', 'libhelper.so'))).toBe(true);
  });

  test('change its hash, and are known by the name that they give themselves', async () => {
    const { folder, options } = fresh();
    const soname = ['-Wl,-soname,libhelper.so.3'];
    compileLibrary(join(folder, 'libhelper.so.3'), helper, soname);
    const flags = [join(folder, 'libhelper.so.3'), origin];
    const entry = compileLibrary(join(folder, 'plugin.so'), source, flags);
    const first = await copyLibrary(entry, options);
    expect(first.siblings).toMatchObject([{ name: 'libhelper.so.3' }]);
    compileLibrary(join(folder, 'libhelper.so.3'), 'int helper(void) { return 7; }', soname);
    const second = await copyLibrary(entry, options);
    expect(readFileSync(second.path)).toEqual(readFileSync(first.path));
    expect(second.sha256).not.toBe(first.sha256);
  });

  test('are left alone where a copy finds them as well', async () => {
    const { folder, options } = fresh();
    compileLibrary(join(folder, 'libhelper.so'), helper);
    const flags = ['-L', folder, '-lhelper', `-Wl,-rpath,${folder}`];
    const entry = compileLibrary(join(folder, 'plugin.so'), source, flags);
    expect((await copyLibrary(entry, options)).siblings).toEqual([]);
  });

  test('are left alone outside of the folder', async () => {
    const { folder, options } = fresh();
    const outside = join(root, `outside-${count}`);
    compileLibrary(join(outside, 'libhelper.so'), helper);
    const flags = ['-Wl,--no-as-needed', '-L', outside, '-lhelper'];
    const entry = compileLibrary(join(folder, 'plugin.so'), source, [
      ...flags,
      `-Wl,-rpath,$ORIGIN/../${basename(outside)}`,
    ]);
    expect(readdirSync(dirname((await copyLibrary(entry, options)).path))).toEqual(['plugin.so']);
  });

  test('are not counted where the loader would not look', async () => {
    const { folder, options } = fresh();
    compileLibrary(join(folder, 'libbeside.so'), 'int beside(void) { return 1; }');
    const flags = ['-Wl,--no-as-needed', '-L', folder, '-lbeside'];
    const entry = compileLibrary(join(folder, 'plugin.so'), pluginSource(), flags);
    expect((await copyLibrary(entry, options)).siblings).toEqual([]);
  });
});

describe('libraries of other systems that a plugin brings along', () => {
  const arm64 = { bits: 64, endian: 'little', cpu: 0x0100_000c } as const;
  const x64 = { bits: 64, machine: 0x8664 } as const;

  /** A plugin folder with these files, of which the first is the entry. */
  function made(files: Record<string, Buffer>) {
    const { folder, options } = fresh();
    const paths = Object.entries(files).map(([name, bytes]) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
      return path;
    });
    return { folder, options, entry: paths[0] as string };
  }

  test('are copied with it on macOS, where @loader_path and @rpath lead', async () => {
    const system = '/usr/lib/libSystem.B.dylib';
    const { folder, entry, options } = made({
      'plugin.dylib': makeMacho({
        ...arm64,
        needed: [system, '@rpath/libone.dylib'],
        rpath: ['/nowhere', '@loader_path/deps'],
      }),
      'deps/libone.dylib': makeMacho({
        ...arm64,
        id: '@rpath/libone.1.dylib',
        needed: ['@loader_path/libtwo.dylib', '@rpath/libthree.dylib'],
      }),
      'deps/libtwo.dylib': makeMacho(arm64),
      'deps/libthree.dylib': makeMacho(arm64),
      'deps/libother.dylib': makeMacho(arm64),
    });
    const copy = await copyLibrary(entry, { ...options, folder });
    expect(copy.siblings.map(({ name }) => name)).toEqual([
      '@rpath/libone.1.dylib',
      'libthree.dylib',
      'libtwo.dylib',
    ]);
  });

  test('are copied with it on Windows, where they lie beside it', async () => {
    const needs = (...names: string[]) =>
      makePe({ ...x64, imports: names.map((dll) => ({ dll, symbols: ['f'] })) });
    const { folder, entry, options } = made({
      'bin/plugin.dll': needs('KERNEL32.dll', 'Helper.dll'),
      'bin/Helper.dll': needs('inner.dll', 'below.dll'),
      'bin/inner.dll': needs('KERNEL32.dll'),
      'bin/other.dll': needs('KERNEL32.dll'),
      'below.dll': needs('KERNEL32.dll'),
    });
    const copy = await copyLibrary(entry, { ...options, folder });
    expect(copy.siblings.map(({ name }) => name)).toEqual(['helper.dll', 'inner.dll']);
  });
});

describe('no copy is made', () => {
  test('of a directory, a FIFO, a missing file or a dangling link', async () => {
    const { folder, options } = fresh();
    const fifo = join(folder, 'fifo.so');
    execFileSync('mkfifo', [fifo]);
    symlinkSync('nowhere', join(folder, 'dangling.so'));
    symlinkSync('circle.so', join(folder, 'circle.so'));
    for (const path of [
      folder,
      fifo,
      '/dev/null',
      join(folder, 'missing.so'),
      join(folder, 'dangling.so'),
      join(folder, 'circle.so'),
    ]) {
      const error = await refusal(path, options);
      expect(error.code).toBe('LIBRARY_UNREADABLE');
      expect(error.message).toContain(path);
    }
  });

  test.skipIf(process.geteuid?.() === 0)('of a file that this user may not read', async () => {
    const { entry, options } = fresh();
    chmodSync(entry, 0o200);
    const error = await refusal(entry, options);
    expect(error.code).toBe('LIBRARY_UNREADABLE');
    expect(error.message).toContain('chmod u+r');
  });

  test('of what is no library', async () => {
    const { folder, options } = fresh();
    const path = join(folder, 'text.so');
    writeFileSync(path, 'hello');
    const error = await refusal(path, options);
    expect(error.code).toBe('LIBRARY_FORMAT');
    expect(error.message).toContain(path);
    expect(existsSync(options.copiesDir)).toBe(false);
  });

  test('where a directory of the cache is a link', async () => {
    const { entry, options } = fresh();
    const { sha256 } = await copyLibrary(entry, options);
    const keyed = join(options.copiesDir, sha256);
    rmSync(keyed, { recursive: true });
    mkdirSync(join(root, `target-${count}`));
    symlinkSync(join(root, `target-${count}`), keyed);
    const error = await refusal(entry, options);
    expect(error.code).toBe('COPY_CACHE');
    expect(error.message).toContain(`${keyed} is a link`);
    expect(error.message).toContain('rm -rf');
  });

  test.skipIf(process.geteuid?.() !== 0)('where the cache belongs to another user', async () => {
    const { entry, options } = fresh();
    mkdirSync(options.copiesDir, { recursive: true });
    execFileSync('chown', ['12345', options.copiesDir]);
    expect((await refusal(entry, options)).message).toContain('belongs to user 12345');
  });

  test('where the cache is a file', async () => {
    const { entry, options } = fresh();
    mkdirSync(dirname(options.copiesDir), { recursive: true });
    writeFileSync(options.copiesDir, '');
    expect((await refusal(entry, options)).code).toBe('COPY_CACHE');
    const below = await refusal(entry, {
      ...options,
      copiesDir: join(options.copiesDir, 'copies'),
    });
    expect(below.code).toBe('COPY_CACHE');
    expect(below.message).toContain('something on the way is a file');
  });
});
