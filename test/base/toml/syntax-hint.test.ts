import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readToml } from '../../../src/base/toml/index.js';
import { temporaryFolder } from '../../support/compile-library.js';

const CODES = {
  missing: 'CONFIG_INVALID',
  unreadable: 'CONFIG_INVALID',
  syntax: 'CONFIG_INVALID',
} as const;
const folder = temporaryFolder();
let files = 0;

function hintOf(content: string | Uint8Array): string {
  const file = join(folder, `${files++}.toml`);
  writeFileSync(file, content);
  return readToml(file, CODES).problem?.hint ?? 'no hint';
}

test.each([
  ['version = 1.0.0', 'write text in quotes: version = "1.0.0"'],
  ['version = v1.0.0-beta # new', 'write text in quotes: version = "v1.0.0-beta"'],
  ['id = good', 'write text in quotes: id = "..."'],
  ['path = ~/x', 'write text in quotes'],
  ['id = ”good”', 'straight ones'],
  ['id = ‘good’', 'straight ones'],
  ['id = «good»', 'straight ones'],
  ['id: "good"', 'write = instead of :'],
  ['plugin:\n  id: good', '[plugin]'],
  ['[plugin\nid = "good"', 'close the brackets: [plugin]'],
  ['[[a\nid = "good"', 'close the brackets: [[a]]'],
  ['id "good"', 'write = between'],
  ['{"plugin": {"id": "good"}}', 'this is JSON'],
  ['---\nplugin:\n', 'this is YAML'],
  ['// a comment', 'a comment begins with #'],
  ['path = "C:\\Users\\ada"', 'single quotes'],
  ['path = "bin\\good.so"', 'single quotes'],
  ['a = True', 'write true'],
  ['a = off', 'write false'],
  ['a = null', 'TOML has no null'],
  ['a = 1,5', 'decimal point'],
  ['a = 010', 'leading zeros'],
  ['a = ("x")', 'square brackets'],
  ['a = {"x"}', 'square brackets'],
  ['a = ["x" "y"]', 'comma'],
  ['a = ["x"\nb = 1', 'closing bracket'],
  ['a = 1, b = 2', 'a line of its own'],
  ['a = "x";', 'a line of its own'],
  ['a = "x\nb = 1', 'close the quotes'],
  ['a = 1\na = 2', 'keep one of the two'],
])('%j has a hint: %s', (text, hint) => {
  expect(hintOf(`${text}\n`)).toContain(hint);
});

test.each(['utf16le', 'utf-16be', 'utf16le with a mark'])('a file in %s has a hint', (encoding) => {
  const bytes = Buffer.from(`${encoding.endsWith('mark') ? '\ufeff' : ''}[plugin]\n`, 'utf16le');
  expect(hintOf(encoding === 'utf-16be' ? bytes.swap16() : bytes)).toMatch(/UTF-16.*UTF-8/);
});

test('a file in another encoding has a hint', () => {
  expect(hintOf(Buffer.from('name = "caf\xe9"\n', 'latin1'))).toBe(
    'save it as UTF-8 in your editor',
  );
});

test.each(['key = sk-hunter2', 'key = 0123456', "key = it's hunter2", 'key: hunter2', 'hunter2'])(
  'a hint does not repeat a value, which may be a secret: %s',
  (text) => {
    expect(hintOf(`${text}\n`)).not.toMatch(/hunter2|123456/);
  },
);

test('a very long line is not searched for mistakes', () => {
  expect(hintOf(`a = ${' '.repeat(900_000)}x\n`)).toBe('no hint');
});
