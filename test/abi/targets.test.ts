import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { INCLUDE, temporaryFolder } from '../support/compile-library.js';
import { fixture, rows, STRICT } from './fixtures.js';
import { accepts, CLANGS, COMPILERS, type Compiler, check, skipPart } from './toolchain.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

type Bits = 64 | 32;

/** The targets that clang compiles for without their C library, and how wide a pointer is there. */
const TARGETS: Readonly<Record<string, Bits>> = {
  'x86_64-linux-gnu': 64,
  'x86_64-linux-gnux32': 32,
  'i386-linux-gnu': 32,
  'armv7-linux-gnueabihf': 32,
  'arm-none-eabi': 32,
  'aarch64-linux-gnu': 64,
  'aarch64_be-linux-gnu': 64,
  'wasm32-unknown-unknown': 32,
  'wasm32-wasi': 32,
  'riscv64-linux-gnu': 64,
  'riscv32-linux-gnu': 32,
  'powerpc64le-linux-gnu': 64,
  'powerpc-linux-gnu': 32,
  's390x-linux-gnu': 64,
  'mips-linux-gnu': 32,
  'x86_64-apple-darwin': 64,
  'arm64-apple-darwin': 64,
  'x86_64-pc-windows-msvc': 64,
  'i686-pc-windows-msvc': 32,
  'aarch64-pc-windows-msvc': 64,
  'x86_64-w64-windows-gnu': 64,
  'i686-w64-windows-gnu': 32,
};

const FREE = ['-ffreestanding', '-fsyntax-only', '-I', INCLUDE];
const CXX = ['-x', 'c++', '-nostdinc++'];
const folder = temporaryFolder();

/** The golden layout as C that compiles only where it is the layout. */
const asserts = { 64: writeAsserts(64), 32: writeAsserts(32) };

function writeAsserts(bits: Bits): string {
  const lines = rows(readFileSync(fixture(`layout-${bits}.golden`), 'utf8')).map(
    ({ struct, member, offset, size }) => {
      const all = `sizeof(${struct}) == ${size}`;
      const one = `offsetof(${struct}, ${member}) == ${offset} &&
        sizeof(((${struct} *)0)->${member}) == ${size}`;
      const what = member === '-' ? struct : `${struct}.${member}`;
      return `_Static_assert(${member === '-' ? all : one}, "${what}");`;
    },
  );
  const path = join(folder, `layout-${bits}.c`);
  writeFileSync(path, `#include "aisopod/plugin.h"\n${lines.join('\n')}\n`);
  return path;
}

if (CLANGS.length === 0)
  skipPart(
    'clang is not installed, so nothing is compiled for other systems, Windows and WebAssembly ' +
      'included. Debian: apt install clang',
  );

describe.concurrent.for(CLANGS)('$name', (clang) => {
  const unknown = Object.keys(TARGETS).filter(
    (target) => !accepts(clang, 'c', `--target=${target}`, '-ffreestanding'),
  );
  if (unknown.length > 0) skipPart(`${clang.name} does not compile for ${unknown.join(', ')}`);

  const targets = Object.entries(TARGETS).map(([target, bits]) => ({ target, bits }));
  describe.for(targets)('$target', ({ target, bits }) => {
    const compile = (...flags: string[]) =>
      check(clang.command, [`--target=${target}`, ...FREE, ...flags]);
    const here = test.skipIf(unknown.includes(target));

    here('has the golden layout', async () => {
      await compile('-std=c11', asserts[bits]);
    });

    here('compiles the header in C and C++ with every warning as an error', async () => {
      await compile('-std=c99', ...STRICT, fixture('uses.c'));
      await compile(...CXX, '-std=c++11', ...STRICT, fixture('uses.c'));
      await compile(...CXX, '-std=c++17', ...STRICT, fixture('wrapped.cc'));
    });
  });

  test('compiles the header with the options of cl at /W4', async () => {
    const cl = (target: string, ...flags: string[]) => {
      const mode = ['--driver-mode=cl', `--target=${target}`, '/W4', '/WX', '/Zs', '/I', INCLUDE];
      return check(clang.command, [
        ...mode,
        '/clang:-ffreestanding',
        ...flags,
        '--',
        fixture('uses.c'),
      ]);
    };
    await cl('x86_64-pc-windows-msvc', '/TC');
    await cl('i686-pc-windows-msvc', '/std:c++17', '/TP');
  });

  test.skipIf(unknown.includes('wasm32-unknown-unknown'))(
    'exports the entry point from a WebAssembly module under its own name',
    async () => {
      const target = ['--target=wasm32-unknown-unknown', '-ffreestanding', '-I', INCLUDE];
      const assembly = await check(clang.command, [...target, '-S', '-o', '-', fixture('uses.c')]);
      expect(assembly).toMatch(/\.export_name\s+aisopod_plugin_v1, aisopod_plugin_v1/);
    },
  );
});

describe.concurrent.for(COMPILERS)('$name for this machine', (compiler: Compiler) => {
  test.for([64, 32] as const)('has the golden layout at %i bits', async (bits, { skip }) => {
    const flags = [`-m${bits}`, '-std=c11', ...FREE];
    if (!accepts(compiler, 'c', ...flags)) skip(`${compiler.name} does not know -m${bits}`);
    await check(compiler.command, [...flags, asserts[bits]]);
  });

  test('finds a member that is not where the golden layout has it', async () => {
    const wrong = join(folder, `${compiler.name}-wrong.c`);
    const text = readFileSync(asserts[64], 'utf8').replace('json) == 8', 'json) == 12');
    writeFileSync(wrong, text);
    await expect(check(compiler.command, ['-std=c11', ...FREE, wrong])).rejects.toThrow(
      /aisopod_payload\.json/,
    );
  });
});
