import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ENTRY_SYMBOL } from '../../../../src/abi/index.js';
import { AisopodError } from '../../../../src/base/errors/index.js';
import { copyLibrary } from '../../../../src/loaders/native/copies/copies.js';
import { checkLibrary } from '../../../../src/loaders/native/opening/preflight.js';
import { makeElf } from '../../../packages/binary/make-elf.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';
import { memoryFolder } from '../../../support/memory-folder.js';
import { RandomBytes } from '../../../support/random-bytes.js';

const COUNT = 10_000;
const folder = temporaryFolder();
const mark = join(folder, 'mark');
const target = {
  path: 'plugin.so',
  platform: process.platform,
  arch: process.arch,
  entrySymbol: ENTRY_SYMBOL,
};

/** What a loader does before it opens a library: the code of its refusal, or null. */
async function refusalOf(where: string, bytes: Uint8Array): Promise<string | null> {
  const entry = join(where, 'plugin.so');
  writeFileSync(entry, bytes);
  try {
    await copyLibrary(entry, {
      copiesDir: join(where, 'copies'),
      generation: 0,
      check: (info) => checkLibrary(info, target),
    });
    return null;
  } catch (error) {
    if (!AisopodError.is(error)) throw error;
    return error.code;
  }
}

test('ten thousand libraries of random bytes are refused, and none is opened', async () => {
  const where = memoryFolder();
  const random = new RandomBytes(3);
  const small = makeElf({
    machine: 62,
    bits: 64,
    endian: 'little',
    hash: 'gnu',
    needed: ['liba.so'],
    exports: [ENTRY_SYMBOL, 'two'],
    imports: ['three'],
  });
  const magics = ['\x7fELF\x02\x01\x01', 'MZ', '\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe\0\0\0\x02'];
  const codes = new Map<string | null, number>();
  for (let i = 0; i < COUNT; i++) {
    const bytes =
      i % 3 === 0
        ? random.bytes(0, 600)
        : i % 3 === 1
          ? Buffer.concat([
              Buffer.from(magics[random.int(4)] as string, 'latin1'),
              random.bytes(0, 600),
            ])
          : random.damaged(small, 8);
    const code = await refusalOf(where, bytes);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  // The damage of a library may have spared all that counts.
  const allowed = [
    null,
    'LIBRARY_FORMAT',
    'LIBRARY_PLATFORM',
    'LIBRARY_MACHINE',
    'LIBRARY_NO_ENTRY',
    'LIBRARY_STACK',
  ];
  expect([...codes.keys()].filter((code) => !allowed.includes(code))).toEqual([]);
  expect(codes.get('LIBRARY_FORMAT')).toBeGreaterThan(COUNT / 2);
});

test('a real library that is damaged anywhere is refused or left alone, and never opened', async () => {
  const where = memoryFolder();
  const random = new RandomBytes(4);
  const source = pluginSource({
    extra: `#include <stdio.h>
    __attribute__((constructor)) static void leave(void) { fclose(fopen("${mark}", "w")); }`,
  });
  const real = readFileSync(compileLibrary(join(folder, 'real.so'), source, ['-s']));
  for (let i = 0; i < 500; i++) await refusalOf(where, random.damaged(real, 40));
  expect(existsSync(mark)).toBe(false);
});
