import { expect, test } from 'vitest';
import { isThenable } from '../../../src/base/time/index.js';

const then = () => {};

test.each([
  ['a promise', Promise.resolve(), true],
  ['an object with a method then', { then }, true],
  ['a function with a method then', Object.assign(() => {}, { then }), true],
  ['an object whose then is no method', JSON.parse('{"then":1}'), false],
  ['a function', () => {}, false],
  ['null', null, false],
  ['undefined', undefined, false],
  ['a text', 'then', false],
])('isThenable() judges %s as await does', async (_, value, expected) => {
  expect(isThenable(value)).toBe(expected);
});
