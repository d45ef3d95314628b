import { expect, test } from 'vitest';
import {
  count,
  shorten,
  shortName,
  textOrType,
  unknownKeyText,
} from '../../../src/base/text/index.js';

test('count() uses the singular for one only', () => {
  expect([0, 1, 2].map((n) => count(n, 'plugin'))).toEqual(['0 plugins', '1 plugin', '2 plugins']);
});

test('shorten() marks a text that it cut', () => {
  expect(shorten('abc', 3)).toBe('abc');
  expect(shorten('abcd', 3)).toBe('abc...');
});

test.each([[undefined], [null], [7], [{}], ['x'.repeat(1e6)]])(
  'shortName() makes a short string of any value: %#',
  (name) => {
    expect(shortName(name)).toBe(String(name).slice(0, 200));
  },
);

test.each([
  ['text', 'text'],
  [null, 'null'],
  [[1], 'array'],
  [{}, 'object'],
  [undefined, 'undefined'],
])('textOrType() of %j is %s', (value, text) => {
  expect(textOrType(value)).toBe(text);
});

test('unknownKeyText() names the nearest key, or all', () => {
  const known = ['priority', 'after'];
  expect(unknownKeyText('prioritty', known)).toBe(
    'the key "prioritty" is not known; did you mean "priority"?',
  );
  expect(unknownKeyText('zzz', known)).toBe(
    'the key "zzz" is not known; known are priority, after',
  );
});
