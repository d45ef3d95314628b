import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type LibraryInfo, readLibrary } from '../../../src/binary/index.js';
import type { AisopodError } from '../../../src/errors/index.js';
import { checkLibrary } from '../../../src/loaders/native/preflight.js';
import { makeElf } from '../../binary/make-elf.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../support/compile-library.js';

const folder = temporaryFolder();
const target = {
  path: 'x.so',
  platform: process.platform,
  arch: process.arch,
  entrySymbol: 'aisopod_plugin_v1',
};
const compile = (name: string, source: string) =>
  readLibrary(readFileSync(compileLibrary(join(folder, name), source)));

function refusal(info: LibraryInfo, changes: Partial<typeof target> = {}): AisopodError {
  try {
    checkLibrary(info, { ...target, ...changes });
  } catch (error) {
    return error as AisopodError;
  }
  throw new Error('the library was not refused');
}

describe('before a library is opened', () => {
  const plugin = compile('plugin.so', pluginSource());

  test('a plugin for this machine passes', () => {
    expect(() => checkLibrary(plugin, target)).not.toThrow();
  });

  test('one for another processor is refused, and both are named', () => {
    const machine = process.arch === 'arm64' ? 62 : 183;
    const error = refusal(readLibrary(makeElf({ machine, bits: 64, endian: 'little' })));
    expect(error.code).toBe('LIBRARY_MACHINE');
    expect(error.message).toContain('arm64');
    expect(error.message).toContain(process.arch);
  });

  test('one for the other byte order is refused', () => {
    const info = readLibrary(makeElf({ machine: 21, bits: 64, endian: 'big' }));
    const error = refusal(info, { arch: 'ppc64' });
    expect(error.code).toBe('LIBRARY_MACHINE');
    expect(error.message).toContain('ppc64 (big endian)');
  });

  test('one for another operating system is refused, and both are named', () => {
    const made = { machine: 62, bits: 64, endian: 'little', osAbi: 9 } as const;
    const error = refusal(readLibrary(makeElf(made)), { platform: 'linux' });
    expect(error.code).toBe('LIBRARY_PLATFORM');
    expect(error.details).toMatchObject({ found: 'freebsd', expected: 'linux' });
  });

  test.each(['win32', 'darwin'] as const)('an ELF library is refused on %s', (platform) => {
    const error = refusal(plugin, { platform });
    expect(error.code).toBe('LIBRARY_PLATFORM');
    expect(error.message).toContain('ELF');
  });

  test('a library of Linux passes on Android', () => {
    const made = { machine: 183, bits: 64, endian: 'little', osAbi: 3 } as const;
    const info = readLibrary(makeElf({ ...made, exports: ['aisopod_plugin_v1'] }));
    expect(() =>
      checkLibrary(info, { ...target, platform: 'android', arch: 'arm64' }),
    ).not.toThrow();
  });

  test('one without the entry point is refused, and told what to define', () => {
    const error = refusal(compile('plain.so', 'int x(void) { return 0; }'));
    expect(error.code).toBe('LIBRARY_NO_ENTRY');
    expect(error.message).toContain('aisopod_plugin_v1');
    expect(error.message).toContain('AISOPOD_EXPORT');
  });

  test('one whose entry point is data is refused', () => {
    const error = refusal(compile('data.so', 'int aisopod_plugin_v1 = 1;'));
    expect(error.code).toBe('LIBRARY_NO_ENTRY');
    expect(error.message).toContain('as data');
  });

  test('one for another major version of the ABI is refused with both numbers', () => {
    const error = refusal(compile('v2.so', 'void *aisopod_plugin_v2(void) { return 0; }'));
    expect(error.code).toBe('ABI_MAJOR');
    expect(error.message).toMatch(/major 2; this host speaks major 1/);
    expect(error.details).toMatchObject({ found: [2], expected: 1 });
  });

  test('one that serves two majors passes', () => {
    const extra = 'AISOPOD_EXPORT void *aisopod_plugin_v2(void) { return 0; }';
    const info = compile('both.so', pluginSource({ extra }));
    expect(() => checkLibrary(info, target)).not.toThrow();
  });

  test.each(['create_plugin', 'aisopod_plugin_create'])('%s is named as Rust interface', (name) => {
    const error = refusal(compile(`${name}.so`, `void *${name}(void) { return 0; }`));
    expect(error.code).toBe('LIBRARY_RUST_ABI');
    expect(error.message).toContain(name);
    expect(error.message).toContain('Port it');
  });
});
