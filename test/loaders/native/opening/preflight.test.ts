import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AisopodError } from '../../../../src/base/errors/index.js';
import { copyLibrary } from '../../../../src/loaders/native/copies/copies.js';
import {
  checkLibrary,
  checkStack,
  type Target,
} from '../../../../src/loaders/native/opening/preflight.js';
import { type LibraryInfo, readLibrary } from '../../../../src/packages/binary/index.js';
import { makeElf } from '../../../packages/binary/make-elf.js';
import { makeRawElf } from '../../../packages/binary/make-raw-elf.js';
import {
  machoArm64,
  machoPpc,
  machoX64,
  peIa32,
  peX64,
  universal,
} from '../../../packages/binary/samples.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';

const folder = temporaryFolder();
const target = {
  path: 'x.so',
  platform: process.platform,
  arch: process.arch,
  entrySymbol: 'aisopod_plugin_v1',
};
const compile = (name: string, source: string) =>
  readLibrary(readFileSync(compileLibrary(join(folder, name), source)));

function refusal(info: LibraryInfo, changes: Partial<Target> = {}): AisopodError {
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

  test.each([
    ['PE', 'win32', peX64],
    ['Mach-O', 'darwin', machoX64],
    ['Mach-O', 'darwin', machoPpc],
    ['Mach-O', 'darwin', universal],
  ])(
    'one in the format %s for %s is refused on Linux, and both are named',
    (name, found, bytes) => {
      const error = refusal(readLibrary(bytes), { platform: 'linux' });
      expect(error.code).toBe('LIBRARY_PLATFORM');
      expect(error.message).toContain(
        `is a library for ${found} (${name}); this machine runs linux`,
      );
      expect(error.details).toMatchObject({ found, expected: 'linux' });
    },
  );

  test.skipIf(endianness() === 'BE').each([
    ['win32', 'x64', peX64],
    ['win32', 'ia32', peIa32],
    ['darwin', 'x64', machoX64],
    ['darwin', 'arm64', machoArm64],
    ['darwin', 'x64', universal],
    ['darwin', 'arm64', universal],
  ] as const)('a library for %s-%s passes there', (platform, arch, bytes) => {
    const info = readLibrary(bytes, 'x', arch);
    expect(() => checkLibrary(info, { ...target, platform, arch })).not.toThrow();
  });

  test('a universal library without a part for this machine is refused with those it has', () => {
    const here = { platform: 'darwin', arch: 'ppc64' } as const;
    const error = refusal(readLibrary(universal, 'x', 'ppc64'), here);
    expect(error.code).toBe('LIBRARY_MACHINE');
    expect(error.message).toContain('is a library for x64, arm64; this process runs on ppc64');
    expect(error.details).toMatchObject({ found: 'x64, arm64', expected: 'ppc64' });
  });

  test('a refused library is not copied', async () => {
    const copiesDir = join(folder, 'copies');
    const path = join(folder, 'foreign.dll');
    writeFileSync(path, peX64);
    const check = (info: LibraryInfo) => checkLibrary(info, { ...target, platform: 'linux' });
    const made = copyLibrary(path, { copiesDir, generation: 0, check });
    await expect(made).rejects.toThrow(/for win32/);
    expect(existsSync(copiesDir)).toBe(false);
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

  describe('the stack that an ELF library asks for', () => {
    const stack = (flags: number | null) =>
      readLibrary(
        makeRawElf({
          segments: (good) => {
            const none = { type: 0x6474_e551, offset: 0, address: 0, fileSize: 0 };
            return flags === null ? good : [...good, { ...none, flags }];
          },
        }),
      );
    const check = (flags: number | null, arch: string, platform = 'linux') =>
      checkStack(stack(flags), { ...target, arch, platform });

    test('is refused if it is executable', () => {
      expect(() => check(7, 'x64')).toThrow(/asks for an executable stack.*-Wl,-z,noexecstack/);
      expect(() => check(7, 'arm64')).toThrow(/PT_GNU_STACK/);
    });

    test('is refused if it is not said, where the system makes it executable then', () => {
      expect(() => check(null, 'x64')).toThrow(/does not say that it needs no executable stack/);
      expect(() => check(null, 'arm64')).not.toThrow();
      expect(() => check(null, 'x64', 'freebsd')).not.toThrow();
    });

    test('passes if it is not executable', () => {
      expect(() => check(6, 'x64')).not.toThrow();
    });

    test('passes if it is that of a compiler, and a name with a blank is quoted', () => {
      expect(() => checkStack(plugin, target)).not.toThrow();
      expect(() => checkStack(stack(7), { ...target, path: '/a b.so' })).toThrow(
        /patchelf --clear-execstack '\/a b\.so'$/,
      );
    });
  });
});
