import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLibrary } from '../../../src/packages/binary/index.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../support/compile-library.js';
import { rounds } from '../../support/rounds.js';
import { makeElf } from './make-elf.js';
import { readAll } from './read-all.js';

const folder = temporaryFolder();
const real = readFileSync(compileLibrary(join(folder, 'real.so'), pluginSource(), ['-s']));
const small = makeElf({
  machine: 62,
  bits: 64,
  endian: 'little',
  hash: 'gnu',
  needed: ['liba.so'],
  exports: ['one', 'two'],
  imports: ['three'],
});

describe('the reader survives', () => {
  test('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => void readAll(bytes)));
  });

  test('any bytes behind an ELF magic', () => {
    const ident = fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(1, 2));
    fc.assert(
      fc.property(ident, fc.uint8Array({ maxLength: 512 }), ([bits, order], rest) => {
        readAll(Buffer.from([0x7f, 0x45, 0x4c, 0x46, bits, order, ...rest]));
      }),
      { numRuns: rounds(500, 50) },
    );
  });

  test.each([
    ['a real library', real],
    ['a small library', small],
  ])('%s with numbers overwritten anywhere', (_name, bytes) => {
    const number = fc.constantFrom(0, 1, 0x7f, 0xff, 0x7fffffff, 0xffffffff);
    const edits = fc.array(fc.tuple(fc.nat(bytes.length - 4), number), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(edits, (list) => {
        const changed = Buffer.from(bytes);
        for (const [at, value] of list) changed.writeUInt32LE(value, at);
        readAll(changed);
      }),
      { numRuns: rounds(1000, 100) },
    );
  });

  test('every number in the tables of a small library overwritten', () => {
    for (let at = 4; at + 4 <= small.length; at += 2) {
      for (const value of [0, 1, 0x10000, 0x7fffffff, 0xffffffff]) {
        const changed = Buffer.from(small);
        changed.writeUInt32LE(value, at);
        readAll(changed);
      }
    }
  });

  test('a hash chain that runs in a circle', () => {
    const made = { machine: 62, bits: 64, endian: 'little', hash: 'sysv' } as const;
    const bytes = makeElf({ ...made, exports: ['one', 'two'] });
    // The chain of three symbols: 0, then from the first to the second, now back again.
    const chain = Buffer.from('010000000300000001000000000000000200000000000000', 'hex');
    const at = bytes.indexOf(chain);
    expect(at).toBeGreaterThan(0);
    bytes.writeUInt32LE(1, at + 5 * 4);
    expect(readLibrary(bytes).findExport('nothing')).toBeNull();
  });
});

test('a library cut anywhere is refused, and never read past its end', () => {
  fc.assert(
    fc.property(fc.nat(real.length - 1), (length) => {
      // The rest of the file lies behind the view: reading on would find it.
      expect(readAll(real.subarray(0, length))).toBeNull();
    }),
    { numRuns: rounds(300, 50) },
  );
});

test('a million symbols with one long name are refused in bounded time', () => {
  const count = 1_000_000;
  const bytes = Buffer.alloc(64 + 2 * 56 + 6 * 16 + 60_001 + count * 24 + 8 + count * 4 + 12);
  makeElf({ machine: 62, bits: 64, endian: 'little', exports: ['x'] }).copy(bytes, 0, 0, 176);
  const dynamic = 176;
  const strings = dynamic + 6 * 16;
  const symbols = strings + 60_001;
  const hash = symbols + count * 24;
  bytes.fill('a', strings, strings + 60_000);
  for (let i = 0; i < count; i++) {
    bytes[symbols + i * 24 + 4] = 0x12;
    bytes.writeUInt16LE(1, symbols + i * 24 + 6);
  }
  bytes.writeUInt32LE(1, hash);
  bytes.writeUInt32LE(count, hash + 4);
  const tags = [5, strings, 10, 60_001, 6, symbols, 4, hash, 0, 0];
  tags.forEach((value, i) => {
    bytes.writeBigUInt64LE(
      BigInt(i % 2 === 1 && i !== 3 && value ? 0x1000 + value : value),
      dynamic + i * 8,
    );
  });
  bytes.writeBigUInt64LE(BigInt(bytes.length), 64 + 32);
  bytes.writeBigUInt64LE(BigInt(dynamic), 64 + 56 + 8);
  bytes.writeBigUInt64LE(BigInt(0x1000 + dynamic), 64 + 56 + 16);
  bytes.writeBigUInt64LE(BigInt(tags.length * 8), 64 + 56 + 32);
  expect(() => readLibrary(bytes).exports).toThrow(/names are over 64 MiB/);
});
