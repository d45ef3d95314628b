import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import {
  type ByteSource,
  LIMITS,
  readLibrary,
  slicedSource,
} from '../../../src/packages/binary/index.js';
import { compileLibrary, temporaryFolder } from '../../support/compile-library.js';
import { rounds } from '../../support/rounds.js';
import { corpus } from './samples.js';

/** The same cases in every run; a failure prints what replays it. */
const SEED = 20_190_228;

/** A library whose tables of symbols and of names lie in several pieces each. */
const functions = Array.from(
  { length: 6000 },
  (_, i) => `int function_number_${i}(void) { return ${i}; }`,
);
const large = readFileSync(
  compileLibrary(join(temporaryFolder(), 'large.so'), functions.join('\n'), ['-s']),
);

function sliced(bytes: Buffer): ByteSource {
  return slicedSource('x', bytes.length, (into, position) => {
    expect(bytes.copy(into, 0, position, position + into.length)).toBe(into.length);
  });
}

/** All answers about a library; of a refusal, its message. */
function answers(file: Buffer | ByteSource): unknown {
  const asked = [
    () => readLibrary(file, 'x', 'x64'),
    () => readLibrary(file, 'x', 'x64').findExport('function_number_17'),
    () => readLibrary(file, 'x', 'x64').exports,
    () => readLibrary(file, 'x', 'x64').imports,
    () => readLibrary(file, 'x', 'x64').uniqueSymbols,
    () => readLibrary(file, 'x', 'x64').firstImport(['__asan_init', '__cxa_finalize']),
    () => readLibrary(file, 'x', 'x64').needed,
    () => readLibrary(file, 'x', 'x64').executableStack,
  ];
  return asked.map((ask, i) => {
    try {
      const answer = ask();
      return i === 0 ? 'read' : answer;
    } catch (error) {
      if (AisopodError.is(error) && error.code === 'LIBRARY_FORMAT') return error.message;
      throw error;
    }
  });
}

describe('a file that is read in pieces says what it says as a whole', () => {
  test.each(Object.entries(corpus))('%s', (_name, bytes) => {
    expect(answers(sliced(bytes))).toEqual(answers(bytes));
  });

  test('a library of many pieces', () => {
    expect(large.length).toBeGreaterThan(4 * LIMITS.sliceBytes);
    const [, found, exports] = answers(sliced(large)) as [unknown, string, unknown[]];
    expect(found).toBe('function');
    expect(exports.length).toBeGreaterThanOrEqual(6000);
    expect(answers(sliced(large))).toEqual(answers(large));
  });

  test('a library of many pieces with numbers overwritten anywhere', () => {
    const number = fc.constantFrom(0, 1, 0x7f, 0xffff, 0x10000, 0x7fffffff, 0xffffffff);
    const headers = fc.nat(1024);
    const anywhere = fc.nat(large.length - 4);
    const edit = fc.tuple(fc.oneof(headers, anywhere), number);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const changed = Buffer.from(large);
        for (const [at, value] of edits) changed.writeUInt32LE(value, at);
        expect(answers(sliced(changed))).toEqual(answers(changed));
      }),
      { seed: SEED, numRuns: rounds(100, 50) },
    );
  });
});

test('the entry point of a large library is found in a few pieces of it', () => {
  let pieces = 0;
  const source = slicedSource('x', large.length, (into, position) => {
    pieces++;
    large.copy(into, 0, position);
  });
  expect(readLibrary(source).findExport('function_number_17')).toBe('function');
  expect(pieces).toBeLessThanOrEqual(6);
});
