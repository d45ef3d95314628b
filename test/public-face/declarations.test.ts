import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../src/testing/index.js';
import { withBuild } from '../support/run-built.js';
import { COMPILERS, compile, installPackage } from './compile.js';
import { HOOK_FILES } from './hook-lines.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIRST_THAT_REQUIRES = 5.8;
const PROGRAMS = ['embedder.mts', 'embedder.cts', 'refused.mts', 'internals.mts'];

let folder = '';
withBuild();
beforeAll(() => {
  folder = installPackage(HOOK_FILES);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(COMPILERS)('TypeScript $version', (compiler) => {
  const requires = Number.parseFloat(compiler.version) >= FIRST_THAT_REQUIRES;
  let errors: readonly string[] = [];
  beforeAll(() => {
    const files = [...PROGRAMS, ...Object.keys(HOOK_FILES), ...(requires ? ['required.cts'] : [])];
    errors = compile(compiler, folder, files, { module: 'nodenext' });
  });
  const errorsOf = (...files: string[]) =>
    errors.filter((line) => files.some((file) => line.startsWith(`${file}(`)));

  test('finds no fault in the declarations of the package', () => {
    expect(errors.filter((line) => line.includes('node_modules'))).toEqual([]);
  });

  test('compiles a program in ES modules and one in CommonJS', () => {
    expect(errorsOf('embedder.mts', 'embedder.cts')).toEqual([]);
  });

  test.runIf(requires)('compiles CommonJS that requires the package', () => {
    expect(errorsOf('required.cts')).toEqual([]);
  });

  test('refuses wrong payloads, wrong answers and the wrong half of a result', () => {
    expect(errorsOf('refused.mts')).toEqual([]);
  });

  test('finds nothing that only the host calls', () => {
    expect(errorsOf('internals.mts')).toEqual([]);
  });

  test('gives payloads and answers of hooks the types of hook.schema.json', () => {
    expect(errorsOf('payloads.mts', 'replies.mts')).toEqual([]);
  });

  test('knows every spelling and the mode of every hook', () => {
    expect(errorsOf('spellings.mts', 'modes.mts')).toEqual([]);
  });

  test('finds a payload that is not that of the schema', () => {
    expect(errorsOf('wrong.mts')).toHaveLength(1);
  });
});

test('a bundler resolves the declarations', () => {
  const options = { module: 'esnext', moduleResolution: 'bundler' };
  const newest = COMPILERS.at(-1);
  expect(newest && compile(newest, folder, ['embedder.mts'], options)).toEqual([]);
});

test('what the types hide from an embedder exists, so the list of it is not out of date', async () => {
  const file = new URL('consumer/internals.mts', import.meta.url);
  const hidden = Array.from(
    readFileSync(file, 'utf8').matchAll(/^ {4}((?!aisopod)\w+(?:\.\w+)+),$/gm),
    (match) => match[1] ?? '',
  );
  await using app = await createTestApp();
  const found = (path: string) =>
    path.split('.').reduce<unknown>((at, name) => Reflect.get(Object(at), name), app.host);
  expect(hidden.length).toBeGreaterThan(20);
  expect(hidden.filter((path) => found(path) === undefined)).toEqual([]);
});

test('CommonJS requires the package at run time', () => {
  const code = `const { PluginHost } = require('aisopod');
    const { createTestApp } = require('aisopod/testing');
    console.log(typeof PluginHost.open, typeof createTestApp);`;
  const args = ['--no-warnings', '--input-type=commonjs', '-e', code];
  const shown = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  expect(shown).toBe('function function\n');
});
