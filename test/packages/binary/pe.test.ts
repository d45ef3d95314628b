import { describe, expect, test } from 'vitest';
import type { AisopodError } from '../../../src/base/errors/index.js';
import { readLibrary } from '../../../src/packages/binary/index.js';
import { makePe } from './make-pe.js';
import { peIa32, peX64 } from './samples.js';

const plain = { bits: 64, machine: 0x8664 } as const;

function refusal(bytes: Uint8Array): AisopodError {
  try {
    const info = readLibrary(bytes, 'x.dll');
    expect([info.exports, info.imports, info.needed]).toHaveLength(3);
  } catch (error) {
    return error as AisopodError;
  }
  throw new Error('the file was not refused');
}

describe.each([
  ['PE32+', peX64, { bits: 64, machine: 'x64', slices: ['x64'] }],
  ['PE32', peIa32, { bits: 32, machine: 'ia32', slices: ['ia32'] }],
] as const)('a DLL in the format %s', (_name, bytes, told) => {
  const info = readLibrary(bytes);

  test('tells its format and machine', () => {
    expect(info).toMatchObject({ format: 'pe', endian: 'little', os: 'win32', ...told });
  });

  test('tells what it exports, and of what kind', () => {
    expect(info.exports).toEqual([
      { name: 'aisopod_plugin_v1', kind: 'function' },
      { name: 'elsewhere', kind: 'other' },
      { name: 'one', kind: 'function' },
      { name: 'table', kind: 'object' },
    ]);
    for (const { name, kind } of info.exports) expect(info.findExport(name)).toBe(kind);
    for (const name of ['', 'a', 'on', 'ones', 'zero']) expect(info.findExport(name)).toBeNull();
  });

  test('tells what it imports by name and by number; what is loaded late may be missing', () => {
    expect(info.imports).toEqual([
      { name: 'ExitProcess', weak: false },
      { name: 'Sleep', weak: false },
      { name: 'WS2_32.dll#115', weak: false },
      { name: 'bind', weak: false },
      { name: 'napi_wrap', weak: true },
      { name: 'node.exe#7', weak: true },
    ]);
  });

  test('tells which DLLs must be there when it is opened', () => {
    expect(info.needed).toEqual(['KERNEL32.dll', 'WS2_32.dll']);
  });

  test('has neither a name of its own nor search paths nor unique symbols', () => {
    const { soname, rpath, runpath, uniqueSymbols } = info;
    expect({ soname, rpath, runpath, uniqueSymbols }).toEqual({
      soname: null,
      rpath: [],
      runpath: [],
      uniqueSymbols: [],
    });
  });
});

test.each([
  [0xaa64, 64, 'arm64'],
  [0x1c4, 32, 'arm'],
  [0xa641, 64, 'arm64ec'],
  [9999, 64, 'machine 9999'],
] as const)('machine %i is named', (machine, bits, name) => {
  const info = readLibrary(makePe({ machine, bits }));
  expect(info.machine).toBe(name);
  expect([info.exports, info.imports, info.needed]).toEqual([[], [], []]);
  expect(info.findExport('x')).toBeNull();
});

test.each([
  [2, 'win32'],
  [10, 'efi'],
  [0, null],
])('subsystem %i is named %s', (subsystem, name) => {
  expect(readLibrary(makePe({ ...plain, subsystem })).os).toBe(name);
});

test('more names than a hundred are found, each', () => {
  const functions = Array.from({ length: 200 }, (_value, i) => `f${i}`);
  const info = readLibrary(makePe({ ...plain, functions }));
  for (const name of functions) expect(info.findExport(name)).toBe('function');
  expect(info.findExport('f200')).toBeNull();
});

describe('what is no DLL is refused with what it is', () => {
  test.each([
    ['executable of Windows', makePe({ ...plain, characteristics: 0x22 })],
    ['.NET assembly', makePe({ ...plain, clr: 1 })],
    ['program for DOS', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)])],
    ['cut short after 2 bytes', Buffer.from('MZ')],
  ])('%s', (name, bytes) => {
    const error = refusal(bytes);
    expect(error.code).toBe('LIBRARY_FORMAT');
    expect(error.message).toContain(name);
  });

  test('a DLL with code of both kinds is one', () => {
    expect(readLibrary(makePe({ ...plain, clr: 0 })).format).toBe('pe');
  });

  test('a DLL that is cut anywhere', () => {
    for (let length = 0; length < peX64.length; length += 5) {
      expect(refusal(peX64.subarray(0, length)).code).toBe('LIBRARY_FORMAT');
    }
    const error = refusal(peX64.subarray(0, peX64.length - 1));
    expect(error.message).toContain(`${peX64.length - 1} of at least ${peX64.length} bytes`);
    expect(error.details).toMatchObject({ offset: peX64.length - 1 });
  });
});

describe('a damaged DLL is refused with the place', () => {
  const damaged = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(peX64);
    change(bytes);
    return refusal(bytes);
  };
  const directory = (index: number) => 0x40 + 24 + 112 + index * 8;
  /** .data lies at 0x2000 in memory and at 0x400 in the file. */
  const offsetOf = (bytes: Buffer, index: number) =>
    bytes.readUInt32LE(directory(index)) - 0x2000 + 0x400;

  test('a header of an unknown kind', () => {
    const error = damaged((bytes) => bytes.writeUInt16LE(0x107, 0x40 + 24));
    expect(error.message).toContain('unknown kind 263');
    expect(error.details).toMatchObject({ offset: 0x40 + 24 });
  });

  test('too many sections', () => {
    const error = damaged((bytes) => bytes.writeUInt16LE(97, 0x46));
    expect(error.message).toContain('claims 97 sections');
  });

  test('an optional header that is too small', () => {
    const error = damaged((bytes) => bytes.writeUInt16LE(8, 0x40 + 20));
    expect(error.message).toContain('optional header has 8 bytes');
  });

  test('a directory outside of all sections', () => {
    const error = damaged((bytes) => bytes.writeUInt32LE(0x9999999, directory(0)));
    expect(error.message).toContain('no section holds the address 0x9999999');
  });

  test('more exports than there is room for', () => {
    const error = damaged((bytes) => bytes.writeUInt32LE(0xffffffff, offsetOf(bytes, 0) + 24));
    expect(error.message).toContain('claims 4294967295 exports');
  });

  test('a name of an export that is not there', () => {
    const error = damaged((bytes) => {
      const start = offsetOf(bytes, 0);
      bytes.writeUInt16LE(400, start + 40 + 4 * 8);
    });
    expect(error.message).toContain('no export 400');
  });

  test('import lists that lie on each other', () => {
    const many = Array.from({ length: 100 }, (_value, i) => i + 1);
    const none = Array.from({ length: 50 }, () => ({ dll: 'a.dll', symbols: [] }));
    const bytes = makePe({ ...plain, imports: [{ dll: 'a.dll', symbols: many }, ...none] });
    const table = offsetOf(bytes, 1);
    const list = bytes.readUInt32LE(table);
    for (let i = 1; i <= 50; i++) bytes.writeUInt32LE(list, table + i * 20);
    expect(refusal(bytes).message).toContain('import lists overlap');
  });
});
