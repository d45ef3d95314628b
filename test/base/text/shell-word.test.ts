import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../../src/base/text/index.js';

const PATHS = [
  '/plain/path-1.so',
  '/a b',
  "/it's",
  '/a"b`c$(d)\\e',
  '/a\nb',
  '/tab\there',
  '/100%\n',
  '/back\\slash\nand "quotes"',
  '/\x1b[31mred',
  '/\u202eright to left',
  '/ü 家 🦐\r',
];

test.skipIf(process.platform === 'win32').each(PATHS)('a shell reads %j as one word', (path) => {
  const word = shellWord(path);
  expect(word).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  const read = execFileSync('sh', ['-c', `printf '[%s]' ${word}`], { encoding: 'utf8' });
  // What stands for a line end at the end finds the file, where there is one.
  expect(read).toBe(`[${path.replace(/\n+$/, (ends) => '?'.repeat(ends.length))}]`);
});

test('what needs no quotes has none', () => {
  expect(shellWord('/plain/path-1.so')).toBe('/plain/path-1.so');
  expect(shellWord('')).toBe("''");
});
