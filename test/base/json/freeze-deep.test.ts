import { expect, test } from 'vitest';
import { freezeDeep } from '../../../src/base/json/index.js';

test('freezeDeep() freezes what a frozen object holds', () => {
  const inner = { list: [{}] };
  freezeDeep(Object.freeze({ inner }));
  expect([inner, inner.list, inner.list[0]].every(Object.isFrozen)).toBe(true);
});

test.each([undefined, null, 7, 'text'])('freezeDeep() returns %s as it is', (value) => {
  expect(freezeDeep(value)).toBe(value);
});
