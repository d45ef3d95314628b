import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { fixture, HEADER, INLINE_HEADER, rows, STRICT } from './fixtures.js';
import { accepts, COMPILERS, type Compiler, run } from './toolchain.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

const root = temporaryFolder();
const text = readFileSync(HEADER, 'utf8');

/** Replaces a text that must be there exactly once. */
function replaced(from: string, to: string, source = text): string {
  expect(source.split(from)).toHaveLength(2);
  return source.replace(from, () => to);
}

/** A folder with another plugin.h, next to today's plugin_inline.h, and a program that includes it. */
function changed(header: string, program = ''): string {
  const folder = mkdtempSync(join(root, 'include-'));
  mkdirSync(join(folder, 'aisopod'));
  writeFileSync(join(folder, 'aisopod/plugin.h'), header);
  cpSync(INLINE_HEADER, join(folder, 'aisopod/plugin_inline.h'));
  writeFileSync(join(folder, 'main.c'), `#include "aisopod/plugin.h"\n${program}`);
  return folder;
}

const compile = ({ command }: Compiler, folder: string, ...flags: string[]) =>
  run(command, [...flags, '-ffreestanding', '-I', folder, '-fsyntax-only', `${folder}/main.c`]);

/** plugin.h as a minor 1.1 would be that appends bytes to each payload. */
const NEXT = replaced(
  '} aisopod_payload;',
  `#if AISOPOD_TARGET_MINOR >= 1
  const void *const *blobs;
  size_t             blob_count;
#endif
} aisopod_payload;`,
  replaced('#define AISOPOD_ABI_MINOR_MAX 0', '#define AISOPOD_ABI_MINOR_MAX 1'),
);

describe.concurrent.for(COMPILERS)('$name refuses', (compiler) => {
  test('a target minor that is newer than the header', async () => {
    await expect(compile(compiler, changed(text), '-DAISOPOD_TARGET_MINOR=1')).rejects.toThrow(
      'AISOPOD_TARGET_MINOR is newer than this header',
    );
  });

  test.for([
    ['a member is inserted', 'payload', '  const char *json;', '  void *new_; const char *json;'],
    ['a member is removed', 'failure', '  size_t         details_len;', ''],
    ['a member is resized', 'error', '  char           message[504];', '  char message[508];'],
    ['a member is retyped', 'shutdown', '  int64_t  timeout_ms;', '  int32_t timeout_ms;'],
    [
      'a function is inserted',
      'host',
      '  const void *(AISOPOD_ABI *get_interface)',
      '  void (*new_)(void); const void *(AISOPOD_ABI *get_interface)',
    ],
  ] as const)('a frozen struct in which %s', async ([, struct, from, to]) => {
    const folder = changed(replaced(from, to));
    await expect(compile(compiler, folder)).rejects.toThrow(
      new RegExp(`aisopod_${struct}_frozen_|no member named|has no member`),
    );
  });
});

describe.concurrent.for(COMPILERS)('$name compiles a header of 1.1', (compiler) => {
  test.for([
    [64, 0, 24],
    [64, 1, 40],
    [32, 0, 16],
    [32, 1, 24],
  ] as const)(
    'at %i bits for 1.%i, where a payload has %i bytes',
    async ([bits, minor, size], { skip }) => {
      if (!accepts(compiler, 'c', `-m${bits}`, '-ffreestanding'))
        skip(`${compiler.name} does not know -m${bits}`);
      const program = `typedef char size_[sizeof(aisopod_payload) == ${size} ? 1 : -1];\n`;
      const flags = [`-m${bits}`, '-std=c99', `-DAISOPOD_TARGET_MINOR=${minor}`, ...STRICT];
      await compile(compiler, changed(NEXT, program), ...flags);
    },
  );
});

/** Tables hold pointers only and grow by whole functions; all other structs hold values. */
const TABLES = ['aisopod_host', 'aisopod_api', 'aisopod_plugin_desc'];

describe.for([64, 32] as const)('at %i bits', (bits) => {
  const golden = rows(readFileSync(fixture(`layout-${bits}.golden`), 'utf8'));

  // Where the alignment of 64-bit members is 4 (i386), a later member would otherwise stand at
  // another place than on the other 32-bit targets.
  test('each struct of values ends at a multiple of 8', () => {
    const whole = golden.filter(({ struct, member }) => member === '-' && !TABLES.includes(struct));
    expect(whole.length).toBeGreaterThan(15);
    expect(whole.filter(({ size }) => size % 8 !== 0)).toEqual([]);
  });

  test('each member of 64 bits stands at a multiple of 8', () => {
    const wide = golden.filter(({ member, size }) => member !== '-' && size === 8);
    expect(wide.length).toBeGreaterThan(10);
    expect(wide.filter(({ offset }) => offset % 8 !== 0)).toEqual([]);
  });
});
