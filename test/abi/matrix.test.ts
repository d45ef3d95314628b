import { join } from 'node:path';
import { describe, test, vi } from 'vitest';
import { INCLUDE, temporaryFolder } from '../support/compile-library.js';
import { AUTHOR, fixture, page, STRICT, STRICT_C, STRICT_CXX } from './fixtures.js';
import {
  accepts,
  CLANGS,
  COMPILERS,
  type Compiler,
  check,
  GCC,
  run,
  skipPart,
  TCC,
} from './toolchain.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

/** Standards from the oldest that plugin.h supports; where there are two names, new compilers
 * know the first one and older ones the second. */
const STANDARDS = {
  c: [['c99'], ['gnu99'], ['c11'], ['c17'], ['c23', 'c2x']],
  'c++': [['c++11'], ['c++14'], ['c++17'], ['gnu++17'], ['c++20'], ['c++23', 'c++2b']],
} as const;

if (GCC === undefined)
  skipPart('gcc is not installed, so no test compiles with it. Debian: apt install gcc g++');
if (CLANGS.length === 0)
  skipPart('clang is not installed, so no test compiles with it. Debian: apt install clang');
if (TCC === null)
  skipPart('tcc is not installed, so no test compiles with it. Debian: apt install tcc');

const knows = (compiler: Compiler, language: 'c' | 'c++') =>
  STANDARDS[language].flatMap((names) => {
    const known = names.find((name) => accepts(compiler, language, `-std=${name}`));
    return known === undefined ? [] : [known];
  });

/** Compiles a file as C or C++ of one standard, and writes nothing. */
function checkAs(compiler: Compiler, standard: string, file: string, ...flags: string[]) {
  const language = standard.includes('++') ? 'c++' : 'c';
  const as = ['-x', language, `-std=${standard}`, '-I', INCLUDE, '-fsyntax-only'];
  return check(compiler.command, [...flags, ...as, file]);
}

/** Warnings of -Weverything that contradict C99, or that speak for C++ only. */
const NOT_FOR_C99 = [
  ...['-Wno-unsafe-buffer-usage', '-Wno-declaration-after-statement', '-Wno-pre-c11-compat'],
  ...['-Wno-c++-keyword', '-Wno-disabled-macro-expansion', '-Wno-unknown-warning-option'],
];

/** Whether designated initializers belong to the standard. */
const designates = (standard: string) => /c\+\+2/.test(standard);

describe.concurrent.for(COMPILERS)('$name', (compiler) => {
  const strict = (...flags: string[]) => [...STRICT, ...flags];
  const inC = knows(compiler, 'c');
  const inCxx = knows(compiler, 'c++');
  const since17 = inCxx.filter((standard) => !/c\+\+1[14]/.test(standard));

  if (inCxx.length === 0)
    skipPart(`${compiler.name} has no C++. Debian: apt install g++ (for gcc), clang (for clang)`);

  test.each(inC)('compiles the header as %s with every warning as an error', async (standard) => {
    await checkAs(compiler, standard, fixture('uses.c'), ...strict(...STRICT_C));
    await checkAs(compiler, standard, fixture('designated.c'), ...strict(...STRICT_C));
  });

  test.each(inCxx)('compiles the header as %s with every warning as an error', async (standard) => {
    await checkAs(compiler, standard, fixture('uses.c'), ...strict(...STRICT_CXX));
    if (designates(standard)) await checkAs(compiler, standard, fixture('designated.c'), ...STRICT);
  });

  test.each(inCxx)('compiles the header inside an extern "C" block as %s', async (standard) => {
    await checkAs(compiler, standard, fixture('wrapped.cc'), ...strict(...STRICT_CXX));
  });

  test.each([...inC, ...inCxx])('compiles a whole plugin in C as %s', async (standard) => {
    await checkAs(compiler, standard, fixture('examples/pulse.c'), ...AUTHOR);
  });

  if (compiler.family === 'clang')
    test('compiles the header with -Weverything', async () => {
      const flags = ['-Weverything', '-Werror', ...NOT_FOR_C99];
      await checkAs(compiler, 'c11', fixture('designated.c'), ...flags);
    });

  test.each(inC)('compiles the first plugin of the docs as %s', async (standard) => {
    await checkAs(compiler, standard, page('guide/first-plugin/hello.c'), ...AUTHOR);
  });

  test.each(since17)('compiles a whole plugin in C++ as %s', async (standard) => {
    await checkAs(compiler, standard, fixture('examples/relay.cc'), ...AUTHOR, ...STRICT_CXX);
  });

  test.each(since17)('compiles the first plugin in C++ of the docs as %s', async (standard) => {
    await checkAs(compiler, standard, page('guide/first-plugin-cpp/hello.cpp'), ...AUTHOR);
  });
});

test.skipIf(TCC === null)('tcc compiles the header', async () => {
  // tcc removes what it writes to before it writes: as root, also a device.
  const output = join(temporaryFolder(), 'out.o');
  for (const file of ['uses.c', 'examples/pulse.c']) {
    const flags = ['-Wall', '-Werror', '-I', INCLUDE, '-c', '-o', output];
    await run(TCC as string, [...flags, fixture(file)]);
  }
});
