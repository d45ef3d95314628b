import { describe, expect, test } from 'vitest';
import type { AisopodError } from '../../../../src/base/errors/index.js';
import { refuseSanitizer, sanitizerOf } from '../../../../src/loaders/native/opening/sanitizers.js';
import { readLibrary } from '../../../../src/packages/binary/index.js';
import { makeElf } from '../../../packages/binary/make-elf.js';
import { machoX64, peX64 } from '../../../packages/binary/samples.js';

const elf = (made: { needed?: string[]; imports?: string[]; exports?: string[] }) =>
  readLibrary(makeElf({ machine: 62, bits: 64, endian: 'little', ...made }));

describe('a library needs the runtime of a sanitizer', () => {
  test.each([
    ['address', 'libasan.so.8'],
    ['address', 'libclang_rt.asan-x86_64.so'],
    ['hwaddress', 'libhwasan.so.0'],
    ['thread', 'libtsan.so.2'],
    ['leak', 'liblsan.so.0'],
  ])('%s, if it needs %s', (name, library) => {
    expect(sanitizerOf(elf({ needed: ['libc.so.6', library] }))).toMatchObject({ name, library });
  });

  test.each([
    ['address', '__asan_init'],
    ['hwaddress', '__hwasan_init'],
    ['thread', '__tsan_init'],
    ['leak', '__lsan_init'],
    ['memory', '__msan_init'],
  ])('%s, if it expects %s from others', (name, symbol) => {
    const found = sanitizerOf(elf({ imports: ['malloc', symbol] }));
    expect(found).toEqual({ name, symbol, library: null });
  });
});

test.each([
  ['needs the runtime of -fsanitize=undefined', elf({ needed: ['libubsan.so.1'] })],
  ['has the runtime in it', elf({ exports: ['__asan_init'] })],
  ['has a name that begins alike', elf({ needed: ['libasanity.so'], imports: ['__asan_initial'] })],
  ['is one of macOS', readLibrary(machoX64)],
  ['is one of Windows', readLibrary(peX64)],
])('a library that %s needs no runtime in the process', (_name, library) => {
  expect(sanitizerOf(library)).toBeNull();
});

describe('a library with a sanitizer', () => {
  const gcc = { name: 'address', symbol: '__asan_init', library: 'libasan.so.8' };

  function refusal(sanitizer: typeof gcc | { name: string; symbol: string; library: null }) {
    try {
      refuseSanitizer('x.so', sanitizer, () => false);
    } catch (error) {
      return error as AisopodError;
    }
    throw new Error('it was not refused');
  }

  test('is refused with the variable that makes it work', () => {
    const error = refusal(gcc);
    expect(error.code).toBe('LIBRARY_SANITIZER');
    expect(error.message).toContain('x.so is built with -fsanitize=address');
    expect(error.message).toMatch(/LD_PRELOAD=libasan\.so\.8$/);
    expect(error.details).toEqual({ path: 'x.so', sanitizer: 'address', ...gcc, name: undefined });
  });

  test('is refused with the runtime of clang, if it names none', () => {
    const error = refusal({ ...gcc, library: null });
    expect(error.message).toContain(
      'LD_PRELOAD=$(clang -print-file-name=libclang_rt.asan-$(uname -m).so)',
    );
  });

  test('is opened, if the runtime is in the process', () => {
    const asked: string[] = [];
    const isLoaded = (symbol: string) => asked.push(symbol) > 0;
    expect(() => refuseSanitizer('x.so', gcc, isLoaded)).not.toThrow();
    expect(asked).toEqual(['__asan_init']);
  });

  test('is refused in this process, which has no such runtime', () => {
    expect(() => refuseSanitizer('x.so', gcc)).toThrow(/LD_PRELOAD/);
    expect(() => refuseSanitizer('x.so', null)).not.toThrow();
  });
});
