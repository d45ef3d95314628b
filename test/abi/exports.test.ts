import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { readLibrary } from '../../src/packages/binary/index.js';
import { compileCached } from '../support/compile-cache.js';
import { INCLUDE, temporaryFolder } from '../support/compile-library.js';
import { fixture } from './fixtures.js';
import { accepts, COMPILERS } from './toolchain.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

const folder = temporaryFolder();

/** What the C++ library makes visible in each program that uses its templates. */
const OF_LIBSTDCXX = /^_Z\w*(?:St|N9__gnu_cxx)/;

/** The symbols that a plugin defines for others. */
const exportsOf = (path: string) =>
  readLibrary(readFileSync(path), path)
    .exports.map(({ name }) => name)
    .filter((name) => !OF_LIBSTDCXX.test(name));

describe.concurrent.for(COMPILERS)('$name', (compiler) => {
  test.for([
    ['C', 'examples/pulse.c', '-std=c99', ''],
    ['C++', 'examples/relay.cc', '-std=c++17', '-lstdc++'],
  ] as const)('exports one symbol from a plugin in %s', (row, { skip }) => {
    const [language, file, standard, library] = row;
    if (!accepts(compiler, language === 'C' ? 'c' : 'c++', standard))
      skip(`${compiler.name} has no ${language}`);
    const path = join(folder, `${compiler.name}-${language}.so`);
    const hidden = ['-fvisibility=hidden', '-fvisibility-inlines-hidden', '-fno-gnu-unique'];
    const flags = compiler.family === 'gcc' ? hidden : hidden.slice(0, 2);
    compileCached(path, {
      compiler: compiler.command,
      before: [standard, ...flags, '-shared', '-fPIC', '-I', INCLUDE],
      after: library ? [library] : [],
      source: readFileSync(fixture(file), 'utf8'),
      language: language === 'C' ? 'c' : 'c++',
    });
    expect(exportsOf(path)).toEqual(['aisopod_plugin_v1']);
  });
});
