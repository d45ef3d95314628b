import { expect, test } from 'vitest';
import { lazily } from '../../src/base/lazily.js';

test('a module is loaded once, and by the first use', async () => {
  let loads = 0;
  const use = lazily(async () => ++loads);
  expect(loads).toBe(0);
  expect(await Promise.all([use(), use()])).toEqual([1, 1]);
  expect(await use()).toBe(1);
});

test('a module that could not be loaded is loaded by the next use', async () => {
  let loads = 0;
  const use = lazily(async () => {
    loads += 1;
    if (loads === 1) throw new Error('not now');
    return loads;
  });
  await expect(use()).rejects.toThrow('not now');
  expect(await use()).toBe(2);
});
