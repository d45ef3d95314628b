import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { INCLUDE } from '../support/compile-library.js';

const SOURCE = fileURLToPath(new URL('../native/abi/header.c', import.meta.url));
const STRICT = ['-Wall', '-Wextra', '-Wpedantic', '-Wpadded', '-Werror', '-fsyntax-only'];

const works = (compiler: string, ...flags: string[]) =>
  spawnSync(compiler, [...flags, '-fsyntax-only', '-x', 'c', '-'], { input: 'int x;' }).status ===
  0;

const compilers = [
  { language: 'c', names: ['gcc', 'clang'], standards: ['c99', 'c11', 'c17'] },
  { language: 'c++', names: ['g++', 'clang++'], standards: ['c++11', 'c++14', 'c++17', 'c++20'] },
].flatMap(({ language, names, standards }) =>
  names.flatMap((name) => standards.map((standard) => ({ language, name, standard }))),
);

describe('plugin.h compiles with all warnings as errors', () => {
  for (const { language, name, standard } of compilers) {
    test.skipIf(!works(name))(`with ${name} as ${standard}`, () => {
      const flags = ['-x', language, `-std=${standard}`, ...STRICT, '-I', INCLUDE, SOURCE];
      expect(() => execFileSync(name, flags, { stdio: 'pipe' })).not.toThrow();
    });
  }

  // Freestanding: the header needs no C library, and that of 32 bits is rarely installed.
  test.skipIf(!works('gcc', '-m32'))('for 32 bits', () => {
    const flags = ['-m32', '-ffreestanding', '-std=c99', ...STRICT, '-I', INCLUDE, SOURCE];
    expect(() => execFileSync('gcc', flags, { stdio: 'pipe' })).not.toThrow();
  });

  test('but not for a minor version that it does not know', () => {
    const flags = ['-DAISOPOD_TARGET_MINOR=1', '-fsyntax-only', '-I', INCLUDE, SOURCE];
    const { status, stderr } = spawnSync('cc', flags, { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('AISOPOD_TARGET_MINOR is newer than this header');
  });
});
