import { describe, expect, test } from 'vitest';
import type { Operation, PageOptions } from '../../../src/services/storage/index.js';
import { openStorage } from './open-storage.js';

const INVALID = { code: 'STORAGE_INVALID' };
const TOO_LARGE = { code: 'STORAGE_TOO_LARGE' };

describe('a key', () => {
  test.each([[''], ['a\0b'], ['\ud800'], [1], [null], [undefined], [{}]])(
    '%j is refused',
    async (key) => {
      const mine = openStorage().of('notes');
      await expect(mine.get(key as string)).rejects.toMatchObject(INVALID);
      await expect(mine.set(key as string, 1)).rejects.toMatchObject(INVALID);
      await expect(mine.delete(key as string)).rejects.toMatchObject(INVALID);
    },
  );

  test('has at most 256 bytes of UTF-8', async () => {
    const mine = openStorage().of('notes');
    const longest = 'ä'.repeat(128);
    await mine.set(longest, 1);
    expect(await mine.get(longest)).toBe(1);
    await expect(mine.set(`${longest}x`, 1)).rejects.toMatchObject({
      ...TOO_LARGE,
      details: { bytes: 257, limit: 256 },
    });
  });
});

describe('a value', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  test.each([
    [undefined],
    [() => 1],
    [Symbol('s')],
    [1n],
    [circle],
    [[Number.NaN]],
    [{ text: '\ud83d' }],
    [JSON.parse('['.repeat(513) + ']'.repeat(513))],
  ])('that JSON cannot say is refused', async (value) => {
    await expect(openStorage().of('notes').set('a', value)).rejects.toMatchObject(INVALID);
  });

  test('has at most 1 MiB of JSON', async () => {
    const mine = openStorage().of('notes');
    const longest = 'x'.repeat(1024 * 1024 - 2);
    await mine.set('a', longest);
    expect(await mine.get('a')).toBe(longest);
    await expect(mine.set('a', `${longest}x`)).rejects.toMatchObject(TOO_LARGE);
    expect(await mine.get('a')).toBe(longest);
  });
});

test.each([
  [{ limit: 0 }],
  [{ limit: 1001 }],
  [{ limit: 1.5 }],
  [{ limit: '1' }],
  [{ prefix: 1 }],
  [{ after: 'a\0' }],
  [{ after: '' }],
])('the page %j is refused', async (options) => {
  await expect(
    openStorage()
      .of('notes')
      .list(options as PageOptions),
  ).rejects.toMatchObject(INVALID);
});

describe('a commit', () => {
  test.each([
    ['of nothing', []],
    ['of no list', {}],
    ['of a number', [1]],
    ['with an unknown op', [{ op: 'put', key: 'a', value: 1 }]],
    ['with a value to delete', [{ op: 'delete', key: 'a', value: 1 }]],
    ['that expects a value and none', [{ op: 'expect', key: 'a', value: 1, absent: true }]],
    ['that expects nothing named', [{ op: 'expect', key: 'a' }]],
    ['that sets nothing', [{ op: 'set', key: 'a' }]],
    ['with an illegal key', [{ op: 'set', key: '', value: 1 }]],
    ['of too many', Array.from({ length: 1001 }, () => ({ op: 'delete', key: 'a' }))],
  ])('%s is refused, and nothing of it is done', async (_, operations) => {
    const mine = openStorage().of('notes');
    const all = Array.isArray(operations)
      ? [...operations.slice(0, 0), { op: 'set', key: 'first', value: 1 }, ...operations]
      : operations;
    const given = Array.isArray(operations) && operations.length === 0 ? [] : all;
    await expect(mine.commit(given as Operation[])).rejects.toMatchObject(INVALID);
    expect(await mine.get('first')).toBeUndefined();
  });

  test('has at most 16 MiB of JSON', async () => {
    const value = 'x'.repeat(1_000_000);
    const operations = Array.from({ length: 17 }, (_, i) => ({
      op: 'set' as const,
      key: `k${i}`,
      value,
    }));
    const mine = openStorage().of('notes');
    await expect(mine.commit(operations)).rejects.toMatchObject(TOO_LARGE);
    expect((await mine.list()).items).toEqual([]);
  });
});

test('a tenant with a NUL, or of over 256 bytes, is refused', () => {
  const storage = openStorage();
  expect(() => storage.of('notes', 'a\0b')).toThrow(expect.objectContaining(INVALID));
  expect(() => storage.of('notes', 'x'.repeat(257))).toThrow(expect.objectContaining(TOO_LARGE));
});
