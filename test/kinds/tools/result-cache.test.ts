import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/base/json/index.js';
import { type CacheBounds, ResultCache } from '../../../src/kinds/tools/result-cache.js';

const owner = { plugin: 'p', generation: {} };

function make(bounds: Partial<CacheBounds> = {}) {
  const clock = { now: 0 };
  const cache = new ResultCache({ now: () => clock.now, ...bounds });
  const put = (key: string, json: string | null, of = owner, ttlMs = 100) =>
    cache.fill(key, of, ttlMs, async () => ({ answer: json, json }));
  return { cache, clock, put };
}

describe('a kept answer', () => {
  test('is given until its time is over, counted from the answer', async () => {
    const { cache, clock, put } = make();
    expect(await put('k', '1')).toBe('1');
    clock.now = 99;
    expect(cache.get('k')).toBe('1');
    clock.now = 100;
    expect(cache.get('k')).toBeUndefined();
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });

  test('is none when it may not be kept, or when none was made', async () => {
    const { cache, put } = make();
    await put('k', null);
    const failing = cache.fill('k', owner, 100, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect([cache.get('k'), cache.running('k'), cache.size]).toEqual([undefined, undefined, 0]);
  });

  test('makes room when it was used longest ago', async () => {
    const { cache, put } = make({ entries: 2 });
    await put('a', '1');
    await put('b', '2');
    expect(cache.get('a')).toBe('1');
    await put('c', '3');
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['1', undefined, '3']);
  });

  test('counts with its bytes, and makes room for others', async () => {
    const { cache, put } = make({ bytes: 800 });
    for (const key of 'abcdefghij') await put(key, 'x'.repeat(49));
    expect([cache.size, cache.bytes]).toEqual([8, 800]);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([
      undefined,
      undefined,
      'x'.repeat(49),
    ]);
  });

  test('is not kept when it would take more than an eighth', async () => {
    const { cache, put } = make({ bytes: 800 });
    await put('a', 'x'.repeat(50));
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });

  test('takes the place of the one before', async () => {
    const { cache, put } = make();
    await put('k', '1');
    await put('k', '22');
    expect([cache.get('k'), cache.size, cache.bytes]).toEqual(['22', 1, 6]);
  });
});

describe('answers on their way', () => {
  test('can be waited for by others', async () => {
    const { cache } = make();
    let finish: (made: { answer: string; json: string }) => void = () => {};
    const made = new Promise<{ answer: string; json: string }>((resolve) => {
      finish = resolve;
    });
    const filling = cache.fill('k', owner, 100, () => made);
    const waiting = cache.running('k');
    finish({ answer: 'a', json: '1' });
    expect([await filling, await waiting]).toEqual(['a', '1']);
    expect(cache.running('k')).toBeUndefined();
  });

  test('are nobody else’s when they failed', async () => {
    const { cache } = make();
    const filling = cache.fill('k', owner, 100, () => Promise.reject(new Error('no')));
    const waiting = cache.running('k');
    await expect(filling).rejects.toThrow('no');
    expect(await waiting).toBeNull();
  });

  test('are not kept when their plugin was forgotten meanwhile', async () => {
    const { cache } = make();
    const filling = cache.fill('k', owner, 100, async () => {
      await null;
      cache.forget('p');
      return { answer: 1, json: '1' };
    });
    const waiting = cache.running('k');
    expect(await filling).toBe(1);
    expect([await waiting, cache.get('k')]).toEqual([null, undefined]);
  });
});

describe('forgetting', () => {
  test('takes the answers of one plugin', async () => {
    const { cache, put } = make();
    await put('a', '1');
    await put('b', '2', { plugin: 'q', generation: {} });
    cache.forget('p');
    expect([cache.get('a'), cache.get('b'), cache.size]).toEqual([undefined, '2', 1]);
  });

  test('takes the answers of generations that are gone', async () => {
    const { cache, put } = make();
    await put('a', '1');
    await put('b', '2', { plugin: 'p', generation: {} });
    cache.forgetGenerations(new Set([owner.generation]));
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, '2']);
  });
});

describe('the canonical form of arguments', () => {
  test.each([
    [
      '{"b":1,"a":{"d":[2,{"z":0,"y":0}],"c":null}}',
      '{"a":{"c":null,"d":[2,{"y":0,"z":0}]},"b":1}',
    ],
    ['{"a": 1.0, "2": "x", "10": "y"}', '{"2":"x","10":"y","a":1}'],
    ['{"__proto__":1,"a":2}', '{"__proto__":1,"a":2}'],
    ['[3,1,2]', '[3,1,2]'],
  ])('of %s is %s', (given, canonical) => {
    expect(canonicalJson(given)).toBe(canonical);
  });

  test('tells a key that is there from one that is not', () => {
    expect(canonicalJson('{"__proto__":1}')).not.toBe(canonicalJson('{}'));
  });
});
