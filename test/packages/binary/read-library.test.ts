import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AisopodError } from '../../../src/base/errors/index.js';
import { readLibrary } from '../../../src/packages/binary/index.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../support/compile-library.js';
import { makeElf } from './make-elf.js';

const folder = temporaryFolder();
const compile = (name: string, source: string, flags: string[] = []) =>
  readFileSync(compileLibrary(join(folder, name), source, flags));

function refusal(bytes: Uint8Array): AisopodError {
  try {
    readLibrary(bytes, 'x.so');
  } catch (error) {
    return error as AisopodError;
  }
  throw new Error('the file was not refused');
}

describe('a library of this machine', () => {
  const info = readLibrary(
    compile(
      'full.so',
      `int data = 1; int function(void) { return data; } static int hidden(void) { return 2; }
       __attribute__((visibility("hidden"))) int also_hidden(void) { return hidden(); }
       __thread int per_thread; extern void maybe(void) __attribute__((weak)); extern int missing;
       int use(void) { if (maybe) maybe(); return missing + also_hidden(); }`,
      ['-lm', '-Wl,--no-as-needed', '-lm', '-Wl,-soname,full.so.1', '-Wl,-rpath,$ORIGIN:/opt/x'],
    ),
  );

  test('tells its format and machine', () => {
    expect(info).toMatchObject({ format: 'elf', machine: process.arch, bits: 64, os: null });
  });

  test('tells what it exports, and of what kind', () => {
    expect(info.findExport('function')).toBe('function');
    expect(info.findExport('data')).toBe('object');
    expect(info.findExport('per_thread')).toBe('tls');
    expect(info.exports.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['data', 'function', 'per_thread', 'use']),
    );
  });

  test('does not export what is hidden, undefined or not there', () => {
    for (const name of ['hidden', 'also_hidden', 'missing', 'nothing', '']) {
      expect(info.findExport(name)).toBeNull();
    }
  });

  test('tells what it imports, and what of it may be missing', () => {
    expect(info.imports).toContainEqual({ name: 'missing', weak: false });
    expect(info.imports).toContainEqual({ name: 'maybe', weak: true });
  });

  test('tells its own name, what it needs and where it looks', () => {
    expect(info.soname).toBe('full.so.1');
    expect(info.needed).toContain('libm.so.6');
    expect([...info.rpath, ...info.runpath]).toEqual(['$ORIGIN', '/opt/x']);
  });

  test('tells which symbols a process keeps one copy of', () => {
    const source = 'asm(".type u, %gnu_unique_object"); int u = 1; int plain = 2;';
    expect(readLibrary(compile('unique.so', source)).uniqueSymbols).toEqual([
      { name: 'u', size: 4, writable: true },
    ]);
    expect(info.uniqueSymbols).toEqual([]);
  });

  test('can be read when it was stripped of its section headers', () => {
    const bytes = compile('stripped.so', pluginSource(), ['-s']);
    bytes.writeBigUInt64LE(0n, 40);
    bytes.writeUInt16LE(0, 60);
    const stripped = readLibrary(bytes);
    expect(stripped.findExport('aisopod_plugin_v1')).toBe('function');
    expect(stripped.exports).toEqual([{ name: 'aisopod_plugin_v1', kind: 'function' }]);
  });

  test.each(['gnu', 'sysv', 'both'])('can be read with a hash table of style %s', (style) => {
    const source =
      'int a(void) { return 1; } int b(void) { return a(); } extern int c; int *d = &c;';
    const made = readLibrary(compile(`${style}.so`, source, [`-Wl,--hash-style=${style}`]));
    expect(made.findExport('a')).toBe('function');
    expect(made.exports.map(({ name }) => name).sort()).toEqual(['a', 'b', 'd']);
    expect(made.imports).toContainEqual({ name: 'c', weak: false });
  });

  test('tells its imports also when it exports nothing', () => {
    const bytes = compile('none.so', 'extern int c; static int *d = &c; ', ['-nostdlib', '-s']);
    expect(readLibrary(bytes).exports).toEqual([]);
    const used = 'extern int c; __attribute__((constructor)) static void f(void) { c = 1; }';
    const info = readLibrary(compile('ctor.so', used, ['-nostdlib']));
    expect(info.imports).toEqual([{ name: 'c', weak: false }]);
  });
});

describe('a library of another machine', () => {
  test.each([
    { machine: 183, bits: 64, endian: 'little', name: 'arm64' },
    { machine: 40, bits: 32, endian: 'little', name: 'arm' },
    { machine: 3, bits: 32, endian: 'little', name: 'ia32' },
    { machine: 243, bits: 64, endian: 'little', name: 'riscv64' },
    { machine: 258, bits: 64, endian: 'little', name: 'loong64' },
    { machine: 21, bits: 64, endian: 'big', name: 'ppc64' },
    { machine: 8, bits: 32, endian: 'big', name: 'mips' },
    { machine: 9999, bits: 64, endian: 'little', name: 'machine 9999' },
  ] as const)('is read and named: $name', ({ machine, bits, endian, name }) => {
    for (const hash of ['gnu', 'sysv', 'none'] as const) {
      const made = { machine, bits, endian, hash, exports: ['one', 'two'], imports: ['three'] };
      const info = readLibrary(makeElf({ ...made, needed: ['libc.so.6'] }));
      expect(info).toMatchObject({ machine: name, bits, endian, needed: ['libc.so.6'] });
      expect(info.findExport('two')).toBe(hash === 'none' ? null : 'function');
      expect(info.findExport('three')).toBeNull();
    }
  });

  test('is read where its hash table has 64-bit numbers', () => {
    const made = { machine: 22, bits: 64, endian: 'big', hash: 'wide', exports: ['one'] } as const;
    const info = readLibrary(makeElf({ ...made, exports: ['one'] }));
    expect(info.machine).toBe('s390x');
    expect(info.findExport('one')).toBe('function');
    expect(info.exports).toEqual([{ name: 'one', kind: 'function' }]);
  });

  test('names its operating system where the file tells it', () => {
    const bytes = makeElf({ machine: 62, bits: 64, endian: 'little', osAbi: 9 });
    expect(readLibrary(bytes).os).toBe('freebsd');
  });
});

describe('what is no library is refused with what it is', () => {
  const library = compile('whole.so', pluginSource());

  test.each([
    ['empty', Buffer.alloc(0)],
    ['a text file that begins with "#!/bin/sh"', Buffer.from('#!/bin/sh\nexit\n')],
    ['Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\noid')],
    ['static archive', Buffer.from('!<arch>\nx')],
    ['WebAssembly', Buffer.from('\0asm\x01\0\0\0')],
    ['zip', Buffer.from('PK\x03\x04....')],
    ['not a shared library of any known format', Buffer.from([1, 2, 3, 0, 5])],
    ['class or byte order', Buffer.from('\x7fELF\x09\x09\x01\0\0\0\0\0\0\0\0\0\0')],
    ['cut short after 5 bytes', Buffer.from('\x7fELF\x02')],
    ['core dump', makeElf({ machine: 62, bits: 64, endian: 'little', type: 4 })],
    ['ELF type 77', makeElf({ machine: 62, bits: 64, endian: 'little', type: 77 })],
  ])('%s', (name, bytes) => {
    const error = refusal(bytes);
    expect(error.code).toBe('LIBRARY_FORMAT');
    expect(error.message).toContain(name);
  });

  test.each([
    ['object file', ['-c']],
    ['executable', ['-no-pie']],
    ['executable', ['-pie', '-fPIE']],
  ])('%s, made with %s', (name, flags) => {
    const path = join(folder, 'other');
    writeFileSync(`${path}.c`, 'int main(void) { return 0; }');
    execFileSync('cc', [...flags, '-o', path, `${path}.c`]);
    const error = refusal(readFileSync(path));
    expect(error.code).toBe('LIBRARY_FORMAT');
    expect(error.message).toContain(name);
  });

  test('a library that is cut short, with both sizes', () => {
    const error = refusal(library.subarray(0, library.length - 1));
    expect(error.code).toBe('LIBRARY_FORMAT');
    expect(error.message).toContain(`${library.length - 1} of at least ${library.length} bytes`);
  });

  test('a library whose dynamic segment is gone', () => {
    const bytes = makeElf({ machine: 62, bits: 64, endian: 'little' });
    bytes.writeUInt32LE(0, 64 + 56);
    expect(refusal(bytes).message).toContain('no dynamic segment');
  });
});
