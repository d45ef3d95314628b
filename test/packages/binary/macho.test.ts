import { describe, expect, test } from 'vitest';
import type { AisopodError } from '../../../src/base/errors/index.js';
import { readLibrary } from '../../../src/packages/binary/index.js';
import { type MadeMacho, makeMacho, makeUniversal } from './make-macho.js';
import { machoArm64, machoPpc, machoX64, universal, universal64 } from './samples.js';

const CPU = { ia32: 7, x64: 0x0100_0007, arm: 12, arm64: 0x0100_000c };
const SHAPES = [
  { bits: 64, endian: 'little', cpu: CPU.arm64 },
  { bits: 64, endian: 'big', cpu: 0x0100_0012 },
  { bits: 32, endian: 'little', cpu: CPU.ia32 },
  { bits: 32, endian: 'big', cpu: 18 },
] as const;
const plain = SHAPES[0];

function refusal(bytes: Uint8Array, arch?: string): AisopodError {
  try {
    const info = readLibrary(bytes, 'x.dylib', arch);
    expect([info.exports, info.imports, info.needed]).toHaveLength(3);
  } catch (error) {
    return error as AisopodError;
  }
  throw new Error('the file was not refused');
}

describe('a library of macOS', () => {
  test('tells its format, machine and system', () => {
    const told = { format: 'macho', bits: 64, endian: 'little', os: 'darwin' };
    expect(readLibrary(machoX64)).toMatchObject({ ...told, machine: 'x64', slices: ['x64'] });
    expect(readLibrary(machoArm64)).toMatchObject({ ...told, machine: 'arm64', slices: ['arm64'] });
    const old = { bits: 32, endian: 'big', machine: 'ppc', os: null };
    expect(readLibrary(machoPpc)).toMatchObject(old);
  });

  test.each([
    [CPU.x64, 8, 'x86_64h'],
    [CPU.arm64, 0x8000_0002, 'arm64e'],
    [CPU.arm, 9, 'arm'],
    [99, 0, 'machine 99'],
  ])('names cpu %i of model %i %3$s', (cpu, subtype, name) => {
    expect(readLibrary(makeMacho({ ...plain, cpu, subtype })).machine).toBe(name);
  });

  test.each([
    [2, 'ios'],
    [6, 'ios (Mac Catalyst)'],
    [77, 'Apple platform 77'],
  ])('names platform %i %s', (platform, name) => {
    expect(readLibrary(makeMacho({ ...plain, platform })).os).toBe(name);
  });

  test('tells its own name, what it needs and where it looks', () => {
    const info = readLibrary(machoX64);
    expect(info.soname).toBe('@rpath/sample.dylib');
    expect(info.needed).toEqual(['/usr/lib/libSystem.B.dylib', '@rpath/libx.dylib']);
    expect(info.rpath).toEqual(['@loader_path', '/opt/x']);
    expect(info.runpath).toEqual([]);
    expect(info.uniqueSymbols).toEqual([]);
  });

  test('has no name of its own as a bundle', () => {
    expect(readLibrary(makeMacho({ ...plain, type: 8 })).soname).toBeNull();
  });
});

describe.each(SHAPES)('with $bits bits, $endian endian', (shape) => {
  const names = {
    functions: ['run', 'runner', 'über', 'x'],
    objects: ['table'],
    threadLocals: ['mine'],
  };
  const kinds = {
    run: 'function',
    runner: 'function',
    über: 'function',
    x: 'function',
    table: 'object',
    mine: 'tls',
  };

  test.each(['symtab', 'dyld-info', 'trie'] as const)('exports are found in %s', (exportsIn) => {
    const info = readLibrary(makeMacho({ ...shape, ...names, exportsIn }));
    expect(Object.fromEntries(info.exports.map(({ name, kind }) => [name, kind]))).toEqual(kinds);
    for (const [name, kind] of Object.entries(kinds)) expect(info.findExport(name)).toBe(kind);
    for (const name of ['', 'ru', 'runn', 'runners', '_run', 'local', 'private', 'debug.c']) {
      expect(info.findExport(name)).toBeNull();
    }
  });

  test('imports are found, and which may be missing', () => {
    const made = { ...shape, imports: ['malloc'], weakImports: ['maybe'] };
    expect(readLibrary(makeMacho(made)).imports).toEqual([
      { name: 'malloc', weak: false },
      { name: 'maybe', weak: true },
    ]);
  });
});

describe('a library without symbols to tell', () => {
  test.each(['dyld-info', 'trie'] as const)('exports nothing: %s', (exportsIn) => {
    const info = readLibrary(makeMacho({ ...plain, exportsIn }));
    expect(info.exports).toEqual([]);
    expect(info.findExport('x')).toBeNull();
  });
});

test('what another library has is exported as well', () => {
  const info = readLibrary(makeMacho({ ...plain, reexports: ['moved'] }));
  expect(info.findExport('moved')).toBe('other');
});

test.each([1, 2, 3] as const)('imports of chained fixups are read in format %i', (chained) => {
  const made: MadeMacho = { ...plain, chained, imports: ['malloc'], weakImports: ['maybe'] };
  expect(readLibrary(makeMacho(made)).imports).toEqual([
    { name: 'malloc', weak: false },
    { name: 'maybe', weak: true },
  ]);
});

test('imports of a format that is not known are refused, not left out', () => {
  const bytes = makeMacho({ ...plain, chained: 1, imports: ['malloc'] });
  const head = Buffer.from([28, 0, 0, 0, 28, 0, 0, 0]);
  bytes.writeUInt32LE(9, bytes.lastIndexOf(head) - 4 + 24);
  expect(refusal(bytes).code).toBe('LIBRARY_FORMAT');
});

describe('a universal file', () => {
  test.each([
    ['32-bit', universal],
    ['64-bit', universal64],
  ])('is read in the part for the machine that is asked for (%s offsets)', (_name, bytes) => {
    for (const arch of ['x64', 'arm64']) {
      const info = readLibrary(bytes, 'x', arch);
      expect(info).toMatchObject({ machine: arch, slices: ['x64', 'arm64'], os: 'darwin' });
      expect(info.findExport('aisopod_plugin_v1')).toBe('function');
      expect(info.imports.map(({ name }) => name).sort()).toEqual(['malloc', 'maybe', 'memcpy']);
    }
  });

  test('is read in its first part when it has none for the machine', () => {
    const info = readLibrary(universal, 'x', 'ia32');
    expect(info).toMatchObject({ machine: 'x64', slices: ['x64', 'arm64'] });
  });

  test('is refused when two parts are for the machine', () => {
    const part = { cpu: CPU.x64, bytes: machoX64 };
    const error = refusal(makeUniversal([part, part]), 'x64');
    expect(error.code).toBe('LIBRARY_FORMAT');
    expect(error.message).toContain('two parts for x64');
  });

  test('is refused when a part is for another machine than the table says', () => {
    const error = refusal(makeUniversal([{ cpu: CPU.arm64, bytes: machoX64 }]));
    expect(error.message).toContain('its part for arm64 is one for x64');
  });

  test('is refused when the part is no library', () => {
    const error = refusal(makeUniversal([{ cpu: CPU.x64, bytes: Buffer.from('!<arch>\nx') }]));
    expect(error.message).toContain('its part for x64 is not a library');
  });

  test('is refused without any part', () => {
    expect(refusal(makeUniversal([])).message).toContain('without any part');
  });

  test('counts offsets in messages from the start of the file', () => {
    const bytes = Buffer.from(universal);
    const slice = bytes.readUInt32BE(8 + 8);
    bytes.writeUInt32LE(4, slice + 32 + 4);
    const error = refusal(bytes, 'x64');
    expect(error.message).toContain(`load command at ${slice + 32} claims 4 bytes`);
    expect(error.details).toMatchObject({ offset: slice + 32 });
  });
});

describe('what is no library of macOS is refused with what it is', () => {
  test.each([
    [1, 'object file'],
    [2, 'executable'],
    [4, 'core dump'],
    [9, 'stub'],
    [10, 'debug symbols'],
    [77, 'Mach-O type 77'],
  ])('type %i, %s', (type, name) => {
    const error = refusal(makeMacho({ ...plain, type }));
    expect(error.code).toBe('LIBRARY_FORMAT');
    expect(error.message).toContain(name);
  });

  test('a Java class file, which begins like a universal one', () => {
    const bytes = Buffer.from('cafebabe0000004100', 'hex');
    expect(refusal(bytes).message).toContain('Java class file');
  });

  test.each([
    ['a library', machoX64],
    ['a universal file', universal],
  ])('%s that is cut anywhere', (_name, bytes) => {
    // The padding behind the last part belongs to nothing.
    const end = bytes === universal ? bytes.length - 16 : bytes.length;
    for (let length = 0; length < end; length += 3) {
      expect(refusal(bytes.subarray(0, length), 'x64').code).toBe('LIBRARY_FORMAT');
    }
    const error = refusal(bytes.subarray(0, end - 1), 'x64');
    expect(error.message).toContain('cut short');
    expect(error.details).toMatchObject({ offset: end - 1 });
  });
});

describe('an export trie', () => {
  const made = { ...plain, functions: ['run', 'stop'] };
  const trieAt = (bytes: Buffer) => bytes.lastIndexOf(Buffer.from('\0\x01_\0', 'latin1'));

  test('that runs in a circle is refused', () => {
    const bytes = makeMacho(made);
    const at = trieAt(bytes);
    expect(at).toBeGreaterThan(0);
    // The only child of the root is the root.
    bytes.set([0x80, 0x80, 0x00], at + 4);
    const error = refusal(bytes);
    expect(error.message).toContain('not a tree');
    expect(error.details).toMatchObject({ offset: at });
    expect(readLibrary(bytes).findExport('______')).toBeNull();
  });

  test('of which two edges lead to one node is refused, since paths could double at each', () => {
    const bytes = makeMacho(made);
    const at = bytes.lastIndexOf(Buffer.from('stop\0'));
    const run = bytes.lastIndexOf(Buffer.from('run\0'));
    bytes.copy(bytes, at + 5, run + 4, run + 7);
    expect(refusal(bytes).message).toContain('not a tree');
  });

  test('that points out of itself is refused', () => {
    const bytes = makeMacho(made);
    bytes.set([0xff, 0xff, 0x7f], trieAt(bytes) + 4);
    expect(refusal(bytes).message).toContain('points behind it');
  });

  test('with a number that does not end is refused', () => {
    const bytes = makeMacho({ ...made, functions: ['a', 'b-and-a-long-name-for-room'] });
    bytes.fill(0xff, trieAt(bytes) + 4, trieAt(bytes) + 16);
    expect(refusal(bytes).message).toContain('endless number');
  });

  test('with an edge of no length is refused', () => {
    const bytes = makeMacho(made);
    bytes[trieAt(bytes) + 2] = 0;
    expect(refusal(bytes).message).toContain('edge of no length');
  });
});
