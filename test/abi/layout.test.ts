import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';
import { describe, expect, test } from 'vitest';
import { DESCRIPTOR_SIZE_1_0, STRUCTS } from '../../src/abi/layout.js';
import { INCLUDE, temporaryFolder } from '../support/compile-library.js';

const FOLDER = fileURLToPath(new URL('../native/abi', import.meta.url));
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const wide = ['x64', 'arm64', 'ppc64', 's390x', 'riscv64', 'loong64'].includes(process.arch);
const golden = (bits: 64 | 32, suffix = '') => rows(read(`layout-${bits}${suffix}.golden`));

interface Row {
  struct: string;
  /** "-" stands for the whole struct. */
  member: string;
  offset: number;
  size: number;
}

function rows(text: string): Row[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [struct = '', member = '', offset, size] = line.split('\t');
      return { struct, member, offset: Number(offset), size: Number(size) };
    });
}

describe('the layout of the ABI', () => {
  const here = golden(wide ? 64 : 32);

  test('is for this compiler what the golden file says', () => {
    const program = join(temporaryFolder(), 'layout');
    execFileSync('cc', ['-I', INCLUDE, '-o', program, join(FOLDER, 'layout.c')]);
    expect(rows(execFileSync(program, { encoding: 'utf8' }))).toEqual(here);
  });

  const cc32 = spawnSync('gcc', ['-m32', '-fsyntax-only', '-x', 'c', '-'], { input: 'int x;' });
  test.skipIf(cc32.status !== 0)('is for 32 bits what the golden file says', () => {
    const asserts = golden(32).map(({ struct, member, offset, size }, i) =>
      member === '-'
        ? `typedef char row_${i}[sizeof(${struct}) == ${size} ? 1 : -1];`
        : `typedef char row_${i}[offsetof(${struct}, ${member}) == ${offset} &&
             sizeof(((${struct} *)0)->${member}) == ${size} ? 1 : -1];`,
    );
    const flags = ['-m32', '-ffreestanding', '-fsyntax-only', '-I', INCLUDE, '-x', 'c', '-'];
    const input = `#include "aisopod/plugin.h"\n${asserts.join('\n')}\n`;
    expect(spawnSync('gcc', flags, { input, encoding: 'utf8' }).stderr).toBe('');
  });

  test('is for koffi what it is for the compiler', () => {
    const seen = Object.entries(STRUCTS).flatMap(([struct, type]) => [
      { struct, member: '-', offset: 0, size: koffi.sizeof(type) },
      ...Object.values(type.members ?? {}).map((member) => ({
        struct,
        member: member.name,
        offset: koffi.offsetof(type, member.name),
        size: member.type.size,
      })),
    ]);
    expect(seen).toEqual(here);
  });

  test.each([64, 32] as const)('has no gaps in %i bits, so that no member is forgotten', (bits) => {
    let end = 0;
    let whole = 0;
    for (const { member, offset, size } of golden(bits)) {
      if (member === '-') {
        expect(end).toBe(whole);
        [end, whole] = [0, size];
      } else {
        expect(offset).toBe(end);
        end += size;
      }
    }
    expect(end).toBe(whole);
  });

  test.each([64, 32] as const)('has all of 1.0 where 1.0 had it, in %i bits', (bits) => {
    const now = golden(bits);
    for (const then of golden(bits, '-1.0')) {
      const row = now.find((it) => it.struct === then.struct && it.member === then.member);
      if (then.member === '-') expect(row?.size).toBeGreaterThanOrEqual(then.size);
      else expect(row).toEqual(then);
    }
  });

  test('has every struct that plugin.h defines', () => {
    const header = readFileSync(join(INCLUDE, 'aisopod/plugin.h'), 'utf8');
    const defined = [...header.matchAll(/^(?:typedef )?struct (aisopod_\w+) \{/gm)].map(
      ([, n]) => n,
    );
    expect(Object.keys(STRUCTS)).toEqual(defined);
  });

  test('knows how large a descriptor was in 1.0', () => {
    const then = golden(wide ? 64 : 32, '-1.0');
    const row = then.find((it) => it.struct === 'aisopod_plugin_desc' && it.member === '-');
    expect(DESCRIPTOR_SIZE_1_0).toBe(row?.size);
  });
});
