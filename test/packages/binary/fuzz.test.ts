import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../support/rounds.js';
import { countReads } from './count-reads.js';
import { readAll } from './read-all.js';

const folder = new URL('corpus/', import.meta.url);
const corpus = readdirSync(folder)
  .filter((name) => name.endsWith('.bin'))
  .map((name) => ({ name, bytes: readFileSync(new URL(name, folder)) }));

/** The same cases in every run; a failure prints what replays it. */
const SEED = 20_190_228;

/** Whatever the bytes say: this many reads per byte, and some for the headers. */
const READS_PER_BYTE = 2;
const READS_FOR_HEADERS = 200;

function survives(bytes: Uint8Array): void {
  const reads = countReads(() => void readAll(bytes));
  expect(reads).toBeLessThanOrEqual(READS_FOR_HEADERS + READS_PER_BYTE * bytes.length);
}

/** Bytes out of a generator with a state of 32 bits (xorshift). */
function randomBytes(seed: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed | 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

/** A change to a file: a number put anywhere, a piece copied elsewhere, or the end cut off. */
const change = fc.oneof(
  { weight: 6, arbitrary: fc.record({ at: fc.nat(4096), value: interesting(), size: size() }) },
  {
    weight: 2,
    arbitrary: fc.record({ at: fc.nat(4096), from: fc.nat(4096), length: fc.nat(64) }),
  },
  { weight: 1, arbitrary: fc.record({ end: fc.nat(4096) }) },
);

function interesting() {
  const edges = [0, 1, 2, 7, 8, 0x10, 0x7f, 0x80, 0xff, 0x100, 0x1000, 0xffff, 0x7fffffff];
  return fc.oneof(fc.constantFrom(...edges, 0x80000000, 0xfffffff8, 0xffffffff), fc.nat(4096));
}

function size() {
  return fc.constantFrom(1, 2, 4);
}

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(original: Buffer, changes: readonly Change[], little: boolean): Buffer {
  let bytes = Buffer.from(original);
  for (const edit of changes) {
    if (bytes.length < 8) break;
    if ('end' in edit) bytes = bytes.subarray(0, edit.end % bytes.length);
    else if ('from' in edit) {
      const from = edit.from % bytes.length;
      bytes.copy(bytes, edit.at % bytes.length, from, from + edit.length);
    } else {
      const at = edit.at % (bytes.length - edit.size);
      const value = edit.value % 256 ** edit.size;
      if (little) bytes.writeUIntLE(value, at, edit.size);
      else bytes.writeUIntBE(value, at, edit.size);
    }
  }
  return bytes;
}

describe('in a bounded number of reads, with an answer or LIBRARY_FORMAT, are read', () => {
  test('ten thousand files of random bytes', () => {
    const magic = fc.constantFrom(
      '',
      '7f454c46020101',
      '7f454c46010201',
      'cffaedfe0c00000100000000060000000300000000010000',
      'feedface0000001200000000000000060000000300000080',
      'cafebabe00000002',
      'cafebabf00000001',
      `4d5a${'00'.repeat(58)}40000000504500006486020000000000000000000000f00022200b02`,
    );
    fc.assert(
      fc.property(magic, fc.integer(), fc.nat(2048), (head, seed, length) => {
        survives(Buffer.concat([Buffer.from(head, 'hex'), randomBytes(seed, length)]));
      }),
      { seed: SEED, numRuns: rounds(10_000, 1000) },
    );
  });

  test.each(corpus)('$name, changed a thousand times', ({ bytes }) => {
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (list, little) => {
          survives(changed(bytes, list, little));
        },
      ),
      { seed: SEED, numRuns: rounds(1000, 100) },
    );
  });

  test.each(corpus)('$name, with every number in it replaced', ({ bytes }) => {
    for (let at = 0; at + 4 <= bytes.length; at += 2) {
      for (const value of [0, 1, 0x7fffffff, 0xffffffff]) {
        const edited = Buffer.from(bytes);
        edited.writeUInt32LE(value, at);
        survives(edited);
      }
    }
  });
});
