import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type CLibrary,
  checkCLibrary,
  cLibraryOf,
  cLibraryOfLoader,
} from '../../../../src/loaders/native/opening/c-library.js';
import { readLibrary } from '../../../../src/packages/binary/index.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';

const root = temporaryFolder();

describe('the C library of a library', () => {
  test.each<[string[], CLibrary | null]>([
    [['libstdc++.so.6', 'libc.musl-x86_64.so.1'], 'musl'],
    [['libc.musl-aarch64.so.1'], 'musl'],
    [['ld-musl-x86_64.so.1'], 'musl'],
    [['libc.so'], 'musl'],
    [['libm.so.6', 'libc.so.6'], 'glibc'],
    [['ld-linux-x86-64.so.2'], 'glibc'],
    [['ld-linux.so.2'], 'glibc'],
    [['libc.so', 'libm.so', 'libdl.so'], 'bionic'],
    [['libfoo.so', 'libmusl.so'], null],
    [[], null],
  ])('is known by what it needs: %j', (needed, expected) => {
    expect(cLibraryOf(needed)).toBe(expected);
  });
});

test.each<[string, CLibrary | null]>([
  ['/lib64/ld-linux-x86-64.so.2', 'glibc'],
  ['/nix/store/abc-glibc-2.40/lib/ld-linux-aarch64.so.1', 'glibc'],
  ['/lib64/ld64.so.2', 'glibc'],
  ['/lib/ld-musl-x86_64.so.1', 'musl'],
  ['/system/bin/linker64', 'bionic'],
  ['/usr/libexec/ld.so', null],
])('the loader %s stands for %s', (interpreter, expected) => {
  expect(cLibraryOfLoader(interpreter)).toBe(expected);
});

/** What a plugin that needs these libraries, which do nothing, says about itself. */
function needing(...names: string[]) {
  const folder = join(root, names.join('-') || 'none');
  const flags = names.flatMap((name) => {
    const soname = ['-nostdlib', `-Wl,-soname,${name}`];
    return compileLibrary(join(folder, `built-${name}`), 'void nothing(void) {}', soname);
  });
  const entry = compileLibrary(join(folder, 'p.so'), pluginSource(), [
    '-Wl,--no-as-needed',
    ...flags,
  ]);
  return readLibrary(readFileSync(entry), entry);
}

describe('a library for musl', () => {
  test('is refused where the process runs on glibc, before it is opened', () => {
    const check = () => checkCLibrary(needing('libc.musl-x86_64.so.1'), '/p.so', () => 'glibc');
    expect(check).toThrow(
      /^\/p\.so is built for systems with musl \(Alpine\); this system has glibc .* with glibc\.$/,
    );
    expect(check).toThrow(expect.objectContaining({ code: 'LIBRARY_PLATFORM' }));
  });

  test.each(['musl', null] as const)('is not refused where the process runs on %s', (own) => {
    expect(() => checkCLibrary(needing('libc.musl-x86_64.so.1'), '/p.so', () => own)).not.toThrow();
  });

  test('is refused by this process if that runs on glibc', () => {
    const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
    const onGlibc = report.header.glibcVersionRuntime !== undefined;
    const check = () => checkCLibrary(needing('libc.musl-x86_64.so.1'), '/p.so');
    if (onGlibc) expect(check).toThrow('is built for systems with musl');
    else expect(check).not.toThrow();
  });
});

test('a library for glibc is left to the loader, since musl systems can have a layer for it', () => {
  for (const own of ['glibc', 'musl', null] as const) {
    expect(() => checkCLibrary(needing(), '/p.so', () => own)).not.toThrow();
  }
});
