import { describe, expect, test } from 'vitest';
import type { AisopodError } from '../../../src/base/errors/index.js';
import {
  type ByteSource,
  LIMITS,
  readLibrary,
  slicedSource,
} from '../../../src/packages/binary/index.js';
import { ByteWriter } from './byte-writer.js';
import { countReads } from './count-reads.js';
import { type MadeMacho, makeMacho } from './make-macho.js';
import { makePe } from './make-pe.js';
import { makeRawElf, type RawElf } from './make-raw-elf.js';

/** The error of reading what `ask` asks for. */
function refusal(ask: () => unknown): AisopodError {
  try {
    ask();
  } catch (error) {
    return error as AisopodError;
  }
  throw new Error('it was read');
}

/** A file that begins with `head` and is zero up to `size`; counts what is read of it. */
function hugeFile(head: Buffer, size: number): ByteSource & { bytesRead: () => number } {
  let bytesRead = 0;
  const source = slicedSource('huge', size, (into, position) => {
    bytesRead += into.length;
    into.fill(0);
    if (position < head.length) head.copy(into, 0, position);
  });
  return { ...source, bytesRead: () => bytesRead };
}

const ask = (raw: RawElf, what: 'needed' | 'runpath' | 'rpath' | 'exports') =>
  refusal(() => readLibrary(makeRawElf(raw), 'x.so')[what]);

const needing = (count: number): RawElf => ({
  strings: Buffer.from('\0x\0'),
  tags: Array.from({ length: count }, () => [1, 1] as const),
});

const searching = (count: number): RawElf => ({
  strings: Buffer.from(`\0${Array.from({ length: count }, () => '/a').join(':')}\0`),
  tags: [[29, 1]],
});

describe('an ELF library is refused when it has too many', () => {
  test('program headers', () => {
    const bytes = makeRawElf({});
    bytes.writeUInt16LE(LIMITS.segments + 1, 56);
    const error = refusal(() => readLibrary(bytes, 'x.so'));
    expect(error.message).toContain(
      'at byte 56, it claims 257 program headers, and 256 are allowed',
    );
  });

  test('needed libraries', () => {
    expect(readLibrary(makeRawElf(needing(LIMITS.needed))).needed).toHaveLength(LIMITS.needed);
    const error = ask(needing(LIMITS.needed + 1), 'needed');
    expect(error.code).toBe('LIBRARY_FORMAT');
    expect(error.details).toMatchObject({ path: 'x.so', found: 1025, limit: 1024 });
    expect(error.message).toMatch(/at byte \d+, it claims 1025 needed libraries \(DT_NEEDED\)/);
  });

  test('entries in its dynamic segment', () => {
    const tags = Array.from({ length: LIMITS.dynamicEntries + 1 }, () => [0x70, 0] as const);
    expect(ask({ tags }, 'needed').message).toContain('claims 4097 entries in its dynamic segment');
  });

  test('directories in its run path', () => {
    const { directories } = LIMITS;
    expect(readLibrary(makeRawElf(searching(directories))).runpath).toHaveLength(directories);
    const error = ask(searching(directories + 1), 'runpath');
    expect(error.details).toMatchObject({ found: 257, limit: 256 });
  });

  test('symbols in DT_HASH', () => {
    const hash = new ByteWriter(true, true).u32(1, LIMITS.symbols + 1, 0).done();
    const file = hugeFile(makeRawElf({ hash }), 2 ** 30);
    const error = refusal(() => readLibrary(file).exports);
    expect(error.details).toMatchObject({ found: LIMITS.symbols + 1, limit: LIMITS.symbols });
    expect(file.bytesRead()).toBeLessThan(4 * LIMITS.sliceBytes);
  });

  test('buckets in DT_GNU_HASH', () => {
    const gnuHash = new ByteWriter(true, true).u32(0xffffffff, 1, 1, 0).word(0).done();
    const file = hugeFile(makeRawElf({ gnuHash }), 2 ** 40);
    const error = refusal(() => readLibrary(file).exports);
    expect(error.message).toContain('claims 4294967295 buckets in its hash table');
    expect(file.bytesRead()).toBeLessThan(4 * LIMITS.sliceBytes);
  });

  test('symbols in a chain of DT_GNU_HASH without an end', () => {
    const head = { gnuHash: new ByteWriter(true, true).u32(1, 1, 0, 0, 1).done() };
    const file = hugeFile(makeRawElf(head), 2 ** 40);
    const info = readLibrary(file);
    expect(refusal(() => info.findExport('x')).message).toContain('symbols in a chain');
    expect(refusal(() => info.exports).message).toMatch(/claims 1048577 symbols/);
    // The chain has 4 bytes for each symbol.
    expect(file.bytesRead()).toBeLessThan(12 * LIMITS.symbols);
  });

  test('steps in all', () => {
    const head = { gnuHash: new ByteWriter(true, true).u32(1, 1, 0, 0, 1).done() };
    const bytes = Buffer.alloc(4 * LIMITS.symbols + 8192);
    makeRawElf(head).copy(bytes);
    const info = readLibrary(bytes);
    const errors = Array.from({ length: 40 }, () => refusal(() => info.findExport('x')).message);
    expect(errors.at(-1)).toContain(`reading it takes more than ${LIMITS.steps} steps`);
  });
});

describe('work on an ELF library does not grow with the square of its size', () => {
  test('a run path is read once, however often it is asked for', () => {
    const raw = {
      ...searching(200),
      tags: [...(needing(1000).tags ?? []), [29, 1], [15, 1]] as const,
    };
    const info = readLibrary(makeRawElf(raw));
    const look = () => [info.needed, info.rpath, info.runpath].length;
    const once = countReads(look);
    expect(once).toBeGreaterThan(0);
    const often = countReads(() => {
      for (let i = 0; i < 1000; i++) look();
    });
    expect(often).toBe(0);
  });

  test('ten thousand directories for a thousand needed libraries take a read for each byte', () => {
    const bytes = makeRawElf({
      ...searching(10_000),
      tags: [...(needing(1000).tags ?? []), [29, 1]],
    });
    const reads = countReads(() => {
      const info = readLibrary(bytes);
      refusal(() => info.runpath);
      return info.needed;
    });
    expect(reads).toBeLessThan(bytes.length);
  });
});

describe('the dynamic segment of an ELF library', () => {
  const dynamic = (
    change: (good: { address: number; offset: number; fileSize: number }) => object,
  ) =>
    refusal(() =>
      readLibrary(
        makeRawElf({
          segments: ([load, found]) => [
            load as never,
            { ...(found as object), ...change(found as never) } as never,
          ],
        }),
        'x.so',
      ),
    );

  test('is where its address leads, or the library is refused', () => {
    const error = dynamic(({ address }) => ({ address: address - 16 }));
    expect(error.code).toBe('LIBRARY_FORMAT');
    expect(error.message).toMatch(
      /its dynamic segment is at byte \d+, but what a loader finds at its address 0x[0-9a-f]+ is at byte \d+/,
    );
    expect((error.details as { offset: number }).offset).toBeGreaterThan(0);
  });

  test('lies in bytes of the file, or the library is refused', () => {
    expect(dynamic(({ address }) => ({ address: address + 2 ** 30 })).message).toContain(
      'is not in the file',
    );
    expect(dynamic(({ fileSize }) => ({ fileSize: fileSize + 2 ** 20 })).message).toContain(
      'ends before it',
    );
  });

  test('is the only one, or the library is refused', () => {
    const twice = makeRawElf({ segments: ([load, found]) => [load, found, found] as never });
    expect(refusal(() => readLibrary(twice)).message).toContain(
      'it has 2 dynamic segments (PT_DYNAMIC), and one is expected',
    );
  });

  test('is read from memory that one segment fills, or the library is refused', () => {
    const twice = makeRawElf({ segments: ([load, found]) => [load, load, found] as never });
    expect(refusal(() => readLibrary(twice)).message).toContain(
      'two of its segments (PT_LOAD) lie at',
    );
  });
});

const ARM64 = { bits: 64, endian: 'little', cpu: 0x0100_000c } as const;

describe('a Mach-O library is refused when it has too many', () => {
  test('load commands, before they take the memory of 160 MB of them', () => {
    const head = makeMacho({ ...ARM64, type: 6 });
    const size = 160 * 1024 * 1024;
    head.writeUInt32LE(size / 8 - 8, 16);
    head.writeUInt32LE(size - 64, 20);
    const file = hugeFile(head, size);
    const error = refusal(() => readLibrary(file, 'x.dylib'));
    expect(error.message).toContain(
      'at byte 16, it claims 20971512 load commands, and 4096 are allowed',
    );
    expect(file.bytesRead()).toBeLessThan(2 * LIMITS.sliceBytes);
  });

  test('symbols', () => {
    const bytes = makeMacho({ ...ARM64, functions: ['f'], exportsIn: 'symtab' });
    const command = commandOf(bytes, 2);
    bytes.writeUInt32LE(LIMITS.symbols + 1, command + 12);
    const file = hugeFile(bytes, 2 ** 30);
    expect(refusal(() => readLibrary(file).findExport('g')).message).toContain(
      `claims ${LIMITS.symbols + 1} symbols`,
    );
    expect(file.bytesRead()).toBeLessThan(2 * LIMITS.sliceBytes);
  });

  test('run paths', () => {
    const bytes = repeated({ ...ARM64, rpath: ['/a'] }, 0x8000_001c, LIMITS.directories + 1);
    expect(refusal(() => readLibrary(bytes).rpath).message).toContain(
      'claims 257 run paths (LC_RPATH)',
    );
  });

  test('needed libraries', () => {
    const bytes = repeated({ ...ARM64, needed: ['/a'] }, 0xc, LIMITS.needed + 1);
    expect(refusal(() => readLibrary(bytes).needed).message).toContain(
      'claims 1025 needed libraries',
    );
  });
});

/** A library that has one of its load commands so often, and no other. */
function repeated(made: MadeMacho, kind: number, count: number): Buffer {
  const bytes = makeMacho(made);
  const at = commandOf(bytes, kind);
  const command = bytes.subarray(at, at + bytes.readUInt32LE(at + 4));
  const head = Buffer.from(bytes.subarray(0, 32));
  head.writeUInt32LE(count, 16);
  head.writeUInt32LE(count * command.length, 20);
  return Buffer.concat([head, ...Array.from({ length: count }, () => command)]);
}

/** Where the load command of that kind stands in a 64-bit Mach-O file. */
function commandOf(bytes: Buffer, kind: number): number {
  let at = 32;
  while (bytes.readUInt32LE(at) !== kind) at += bytes.readUInt32LE(at + 4);
  return at;
}

describe('a DLL is refused when it has too many', () => {
  const shape = { bits: 64, machine: 0x8664 } as const;

  test('DLLs that it imports from', () => {
    const imports = Array.from({ length: LIMITS.needed + 1 }, (_, i) => ({
      dll: `d${i}.dll`,
      symbols: ['f'],
    }));
    expect(refusal(() => readLibrary(makePe({ ...shape, imports })).needed).message).toContain(
      'claims 1025 DLLs that it imports from',
    );
  });
});

describe('a file that is read in pieces', () => {
  const counted = (size: number) => {
    const read: number[] = [];
    const source = slicedSource('x.so', size, (into, position) => {
      read.push(position);
      into.fill(0);
    });
    return { source, read };
  };

  test('is read where it is looked at, once', () => {
    const { source, read } = counted(2 ** 40);
    for (const offset of [5, 2 ** 39, 7, 2 ** 39 + 100]) source.window(offset);
    expect(read).toEqual([0, 2 ** 39]);
  });

  test('keeps the pieces that were used last', () => {
    const { source, read } = counted(2 ** 40);
    for (let i = 0; i < LIMITS.slicesKept; i++) source.window(i * LIMITS.sliceBytes);
    source.window(0);
    source.window(LIMITS.slicesKept * LIMITS.sliceBytes);
    const before = read.length;
    source.window(0);
    expect(read).toHaveLength(before);
    source.window(LIMITS.sliceBytes);
    expect(read).toHaveLength(before + 1);
  });

  test('is refused when its tables are spread too far', () => {
    const { source, read } = counted(2 ** 40);
    const all = () => {
      for (let i = 0; i <= LIMITS.slicesRead; i++) source.window(i * LIMITS.sliceBytes);
    };
    const error = refusal(all);
    expect(error.details).toMatchObject({ path: 'x.so', limit: LIMITS.slicesRead });
    expect(read).toHaveLength(LIMITS.slicesRead);
  });
});
