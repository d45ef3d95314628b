import { expect, test } from 'vitest';
import { Findings, under } from '../../../src/base/shape/index.js';
import { show, showPath } from '../../../src/base/text/index.js';
import { problemsOf } from '../../../src/base/toml/index.js';

test('what a terminal would act on is shown as an escape', () => {
  expect(show('a\u001b[31mb\u202e')).toBe('"a\\u001b[31mb\\u{202e}"');
  expect(showPath('/a\nb')).toBe('"/a\\nb"');
  expect(showPath('/a b/ü')).toBe('/a b/ü');
});

test('a long string is cut', () => {
  expect(show('x'.repeat(1000))).toHaveLength(85);
});

test('other values are named', () => {
  expect([undefined, 1, true, [], [1], {}].map(show)).toEqual([
    'nothing',
    'the number 1',
    'the boolean true',
    'an empty array',
    'an array',
    'a table',
  ]);
});

test('a key in a path is quoted when it has to be, and never dangerous to show', () => {
  const found = new Findings('CONFIG_INVALID');
  found.error(under(under(under(null, 'a'), 2), 'b c\u202e'), 1, 'x');
  expect(problemsOf(found, 'f', null).errors[0]?.path).toBe('a[2]."b c\\u{202e}"');
});
