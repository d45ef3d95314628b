import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAX_TOML_BYTES, readToml } from '../../../src/base/toml/index.js';
import { temporaryFolder } from '../../support/compile-library.js';

const CODES = {
  missing: 'MANIFEST_MISSING',
  unreadable: 'SCAN_UNREADABLE',
  syntax: 'MANIFEST_SYNTAX',
} as const;
const folder = temporaryFolder();
let files = 0;
const read = (content: string | Uint8Array) => {
  const file = join(folder, `${files++}.toml`);
  writeFileSync(file, content);
  return readToml(file, CODES);
};

test('a byte order mark is skipped and no part of a position', () => {
  expect(read('\uFEFFa = 1').table).toEqual({ a: 1 });
  expect(read('\uFEFFa = ?').problem).toMatchObject({ line: 1, column: 5 });
});

test('a syntax error has its line and column', () => {
  const { problem } = read('a = 1\r\nb = [\r\n  1,,\r\n]');
  expect(problem).toMatchObject({ line: 3, column: 5, code: 'MANIFEST_SYNTAX' });
  expect(problem?.found).toMatch(/^a syntax error: .+$/);
});

test.each(['9007199254740992', '-9007199254740993', '0xffffffffffffffff'])(
  'the integer %s is refused at its place, and digits in quotes are proposed',
  (digits) => {
    const { problem } = read(`a = 1\nb = [${digits}]`);
    expect(problem).toMatchObject({
      line: 2,
      found: 'an integer that a double cannot hold',
      expected: 'one up to 9007199254740991, or the digits in quotes',
      code: 'MANIFEST_SYNTAX',
    });
  },
);

test('bytes that are not UTF-8 are named with their place', () => {
  const { problem } = read(Buffer.from('a = "ü"\nb = "\xff"', 'latin1'));
  expect(problem).toMatchObject({ line: 1, column: 6, found: 'bytes that are not UTF-8' });
  const second = read(Buffer.concat([Buffer.from('a = "ü"\nb = "'), Buffer.from([0xc3, 0x28])]));
  expect(second.problem).toMatchObject({ line: 2, column: 6 });
});

test('a file at the limit is read and one above is refused', () => {
  const line = 'a = 1 #';
  expect(read(line + 'x'.repeat(MAX_TOML_BYTES - line.length)).table).toEqual({ a: 1 });
  const over = read(line + 'x'.repeat(MAX_TOML_BYTES - line.length + 1));
  expect(over.problem).toMatchObject({
    code: 'MANIFEST_SYNTAX',
    expected: 'at most 1048576 bytes',
  });
});

test('an empty file is an empty table', () => {
  expect(read('').table).toEqual({});
});

test('a missing file says that it is missing', () => {
  const missing = readToml(join(folder, 'none'), CODES);
  expect(missing).toMatchObject({ missing: true, problem: { code: 'MANIFEST_MISSING' } });
});

test('a directory is no file', () => {
  mkdirSync(join(folder, 'dir'));
  expect(readToml(join(folder, 'dir'), CODES).problem).toMatchObject({ found: 'a directory' });
});

test.skipIf(process.platform === 'win32')('a pipe is refused without waiting for a writer', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(readToml(pipe, CODES).problem).toMatchObject({ code: 'SCAN_UNREADABLE' });
});

test('nesting beyond 32 levels is refused', () => {
  expect(read(`a = ${'['.repeat(100_000)}`).problem?.code).toBe('MANIFEST_SYNTAX');
});
