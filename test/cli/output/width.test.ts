import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, cutStart, width, wrap } from '../../../src/cli/output/width.js';

test.each([
  ['ascii', 'plain', 5],
  ['letters with marks', 'e\u0301tude', 5],
  ['CJK', '日本語', 6],
  ['kana', 'ひらカナ', 8],
  ['Hangul', '한글', 4],
  ['fullwidth forms', 'ＡＢ', 4],
  ['a picture', '🎉', 2],
  ['a family of four, joined', '👨‍👩‍👧‍👦', 2],
  ['a flag', '🇩🇪', 2],
  ['a picture by selector', '❤️', 2],
  ['a sign that is a picture only by selector', '❤', 1],
  ['a joiner alone', '\u200d', 0],
  ['Cyrillic', 'привет', 6],
])('%s', (_, text, cells) => {
  expect(width(text)).toBe(cells);
});

test('what is cut fits, and ends with an ellipsis', () => {
  expect(cut('日本語', 6)).toBe('日本語');
  expect(cut('日本語', 5)).toBe('日本…');
  expect(cut('日本語', 4)).toBe('日…');
  expect(cut('a word', 4)).toBe('a w…');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
      expect(width(cut(text, limit))).toBeLessThanOrEqual(limit);
    }),
  );
});

test('what is cut at its start fits, and keeps its end', () => {
  expect(cutStart('/home/ada/plugins/hello', 14)).toBe('…plugins/hello');
  expect(cutStart('日本語', 5)).toBe('…本語');
  expect(cutStart('short', 5)).toBe('short');
});

test('a wrapped text keeps its words and its own breaks, and its lines fit', () => {
  expect(wrap('one two three\nfour', 8)).toBe('one two\nthree\nfour');
  expect(wrap('a /long/path/that/is/copied b', 10)).toBe('a\n/long/path/that/is/copied\nb');
  expect(wrap('  indented text', 12)).toBe('  indented\ntext');
  expect(wrap('as it is', Infinity)).toBe('as it is');
});
