import { describe, expect, test } from 'vitest';
import { newHome, openStorage } from './open-storage.js';

describe('a value', () => {
  test('is undefined until it is set, and again when it was deleted', async () => {
    const mine = openStorage().of('notes');
    expect(await mine.get('a')).toBeUndefined();
    await mine.set('a', { n: 1 });
    expect(await mine.get('a')).toEqual({ n: 1 });
    expect(await mine.delete('a')).toBe(true);
    expect(await mine.delete('a')).toBe(false);
    expect(await mine.get('a')).toBeUndefined();
  });

  test.each([[null], [false], [0], [''], ['ä𝄞\0'], [[1, [2]]], [{ __proto__: null, a: {} }]])(
    'can be %j',
    async (value) => {
      const mine = openStorage().of('notes');
      await mine.set('key', value);
      expect(await mine.get('key')).toEqual(value);
    },
  );

  test('is there for the next host of the home', async () => {
    const home = newHome();
    const first = openStorage(home);
    await first.of('notes').set('a', 1);
    await first.close();
    expect(await openStorage(home).of('notes').get('a')).toBe(1);
  });

  test('is seen at once by another host of the home', async () => {
    const home = newHome();
    const [one, two] = [openStorage(home).of('notes'), openStorage(home).of('notes')];
    for (let i = 0; i < 20; i++) {
      await one.set('a', i);
      expect(await two.get('a')).toBe(i);
    }
  });

  test('stays when another host of the home is closed', async () => {
    const home = newHome();
    const [one, two] = [openStorage(home), openStorage(home)];
    await one.of('notes').set('a', 1);
    await two.of('notes').set('a', 2);
    await one.close();
    await two.of('notes').set('a', 3);
    expect(await two.of('notes').get('a')).toBe(3);
  });

  test('belongs to one plugin and one tenant', async () => {
    const storage = openStorage();
    const scopes = [
      storage.of('notes'),
      storage.of('notes', 'acme'),
      storage.of('note'),
      storage.of('notes.a'),
    ];
    for (const [i, scope] of scopes.entries()) await scope.set('a', i);
    for (const [i, scope] of scopes.entries()) {
      expect(await scope.get('a')).toBe(i);
      expect((await scope.list()).items).toEqual([{ key: 'a' }]);
    }
  });
});

describe('a list', () => {
  test('is in the order of bytes', async () => {
    const mine = openStorage().of('notes');
    for (const key of ['b', 'a/2', 'ä', 'a', 'B', 'a/10', '𝄞', '\u{ffff}']) await mine.set(key, 0);
    const { items, next } = await mine.list();
    expect(items.map(({ key }) => key)).toEqual([
      'B',
      'a',
      'a/10',
      'a/2',
      'b',
      'ä',
      '\u{ffff}',
      '𝄞',
    ]);
    expect(next).toBeNull();
  });

  test('takes a prefix as a text, not as a pattern', async () => {
    const mine = openStorage().of('notes');
    for (const key of ['a*', 'ab', 'a*b', 'a.', 'b*']) await mine.set(key, 0);
    const { items } = await mine.list({ prefix: 'a*' });
    expect(items.map(({ key }) => key)).toEqual(['a*', 'a*b']);
  });

  test('comes in pages that miss nothing and tell nothing twice', async () => {
    const mine = openStorage().of('notes');
    const keys = Array.from({ length: 25 }, (_, i) => `k${String(i).padStart(2, '0')}`);
    await mine.commit(keys.map((key) => ({ op: 'set', key, value: key })));
    const seen: string[] = [];
    let after: string | undefined;
    for (let pages = 0; ; pages++) {
      const page = await mine.list({ prefix: 'k', limit: 10, after });
      seen.push(...page.items.map(({ key }) => key));
      if (page.next === null) {
        expect(pages).toBe(2);
        break;
      }
      after = page.next;
    }
    expect(seen).toEqual(keys);
  });

  test('brings values when asked to, and then ends a page by their size', async () => {
    const mine = openStorage().of('notes');
    const big = 'x'.repeat(700_000);
    for (const key of ['a', 'b', 'c']) await mine.set(key, big);
    const first = await mine.list({ values: true });
    expect(first).toEqual({ items: [{ key: 'a', value: big }], next: 'a' });
    const second = await mine.list({ values: true, after: 'a' });
    expect(second.items.map(({ key }) => key)).toEqual(['b']);
  });

  test('after a key before the prefix begins with the prefix', async () => {
    const mine = openStorage().of('notes');
    for (const key of ['a', 'b1', 'b2', 'c']) await mine.set(key, 0);
    const keys = async (after: string) =>
      (await mine.list({ prefix: 'b', after })).items.map(({ key }) => key);
    expect(await keys('a')).toEqual(['b1', 'b2']);
    expect(await keys('b1')).toEqual(['b2']);
    expect(await keys('c')).toEqual([]);
  });
});

describe('a commit', () => {
  test('does all of its operations in their order', async () => {
    const mine = openStorage().of('notes');
    await mine.set('old', 1);
    await mine.commit([
      { op: 'expect', key: 'old', value: 1 },
      { op: 'expect', key: 'new', absent: true },
      { op: 'set', key: 'new', value: 1 },
      { op: 'set', key: 'new', value: 2 },
      { op: 'delete', key: 'old' },
    ]);
    expect(await mine.get('new')).toBe(2);
    expect(await mine.get('old')).toBeUndefined();
  });

  test.each([
    { op: 'expect', key: 'there', value: 2 },
    { op: 'expect', key: 'there', absent: true },
    { op: 'expect', key: 'missing', value: null },
  ] as const)('changes nothing when %j does not hold', async (expectation) => {
    const mine = openStorage().of('notes');
    await mine.set('there', 1);
    await expect(
      mine.commit([{ op: 'set', key: 'a', value: 1 }, { op: 'delete', key: 'there' }, expectation]),
    ).rejects.toMatchObject({ code: 'STORAGE_CONFLICT', details: { key: expectation.key } });
    expect(await mine.get('a')).toBeUndefined();
    expect(await mine.get('there')).toBe(1);
  });

  test('compares values, not how they are written', async () => {
    const mine = openStorage().of('notes');
    await mine.set('a', { x: 1, y: [2] });
    await mine.commit([{ op: 'expect', key: 'a', value: { y: [2], x: 1 } }]);
  });
});

describe('update()', () => {
  const add = (n: unknown) => ((n as number) ?? 0) + 1;

  test('counts right, however many count at once', async () => {
    const home = newHome();
    const scopes = [openStorage(home).of('notes'), openStorage(home).of('notes')];
    const counts = Array.from({ length: 300 }, (_, i) =>
      (scopes[i % 2] as (typeof scopes)[0]).update('n', add),
    );
    expect((await Promise.all(counts)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_, i) => i + 1),
    );
  });

  test('changes nothing when its function throws, and rejects with what that threw', async () => {
    const mine = openStorage().of('notes');
    await mine.set('n', 1);
    const error = new Error('no');
    const others = [mine.update('n', add), mine.update('m', add)];
    const failed = mine.update('n', () => {
      throw error;
    });
    await expect(failed).rejects.toBe(error);
    await Promise.all(others);
    expect([await mine.get('n'), await mine.get('m')]).toEqual([2, 1]);
  });

  test.each<[string, () => unknown]>([
    ['is no JSON', () => 5n],
    ['is a promise', async () => 5],
    ['is a promise that rejects', () => Promise.reject(new Error('late'))],
    ['is nothing', () => undefined],
  ])('changes nothing when the new value %s', async (_, change) => {
    const mine = openStorage().of('notes');
    await mine.set('n', 1);
    await expect(mine.update('n', change)).rejects.toMatchObject({ code: 'STORAGE_INVALID' });
    expect(await mine.get('n')).toBe(1);
  });

  test('calls its function once, with a copy of the value', async () => {
    const mine = openStorage().of('notes');
    await mine.set('list', [1]);
    const seen: unknown[] = [];
    const push = (value: unknown) => {
      seen.push(structuredClone(value));
      (value as number[]).push(2);
      return value;
    };
    await Promise.all([mine.update('list', push), mine.update('list', push)]);
    expect(seen).toEqual([[1], [1, 2]]);
    expect(await mine.get('list')).toEqual([1, 2, 2]);
  });
});

describe('what is shared', () => {
  test('can be read by other plugins, and the rest can not', async () => {
    const storage = openStorage();
    const owner = storage.of('owner');
    await owner.set('shared/greeting', 'hello');
    await owner.set('secret', 1);
    const theirs = storage.of('reader').shared('owner');
    expect(await theirs.get('shared/greeting')).toBe('hello');
    expect((await theirs.list()).items).toEqual([{ key: 'shared/greeting' }]);
    for (const refused of [theirs.get('secret'), theirs.list({ prefix: 's' }), theirs.get('')]) {
      await expect(refused).rejects.toMatchObject({ code: 'STORAGE_INVALID' });
    }
  });

  test('is written by its owner alone', async () => {
    const storage = openStorage();
    await storage.of('owner').set('shared/a', 1);
    await storage.of('other').set('shared/a', 2);
    expect(await storage.of('other').shared('owner').get('shared/a')).toBe(1);
  });
});

test('a closed storage answers HOST_CLOSED, after what was begun', async () => {
  const storage = openStorage();
  const mine = storage.of('notes');
  const begun = mine.set('a', 1);
  await storage.close();
  await begun;
  await expect(mine.get('a')).rejects.toMatchObject({ code: 'HOST_CLOSED' });
});
