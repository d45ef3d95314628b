import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadAddon } from '../../../src/abi/addon.js';
import {
  isDeeperThan,
  isTextDeeperThan,
  strictJson,
  writeJson,
} from '../../../src/base/json/index.js';
import { rounds } from '../../support/rounds.js';

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

const circle: { self?: unknown } = {};
circle.self = circle;

describe('writeJson()', () => {
  test.each([
    [Number.NaN, 'holds NaN, which JSON cannot say'],
    [{ rates: [0, 1, Infinity] }, 'holds Infinity at /rates/2, which JSON cannot say'],
    [[null, { n: -Infinity }], 'holds -Infinity at /1/n, which JSON cannot say'],
    [[Object(Number.NaN)], 'holds NaN at /0, which JSON cannot say'],
    [{ id: 1n }, 'holds a bigint at /id, which JSON cannot say'],
    [undefined, 'holds undefined, which JSON cannot say'],
    [() => 1, 'holds a function, which JSON cannot say'],
    [[undefined], 'holds undefined at /0, which JSON cannot say'],
    [Array(1), 'holds undefined at /0, which JSON cannot say'],
    [[() => 1], 'holds a function at /0, which JSON cannot say'],
    [[Symbol('s')], 'holds a symbol at /0, which JSON cannot say'],
    ['\ud83d', 'holds half of a surrogate pair, which JSON cannot say'],
    [{ a: ['x\ude00'] }, 'holds half of a surrogate pair at /a/0, which JSON cannot say'],
    [
      { 'a/\ud800': 1 },
      'holds half of a surrogate pair in a key at /a~1\ufffd, which JSON cannot say',
    ],
    [circle, 'contains itself'],
    [nested(513), 'nests deeper than 512 levels'],
    [{ n: null, deep: nested(512) }, 'nests deeper than 512 levels'],
    [nested(100_000), 'nests deeper than 512 levels'],
    [
      {
        toJSON() {
          throw new Error('not now');
        },
      },
      'cannot be read: not now',
    ],
  ])('refuses %# with the reason', (value, reason) => {
    expect(() => writeJson(value)).toThrow(
      expect.objectContaining({ name: 'JsonFault', message: reason }),
    );
  });

  test.each([
    [{ a: 1, gone: undefined, also() {} }, '{"a":1}'],
    [{ a: null, gone: undefined, also: Symbol('s') }, '{"a":null}'],
    [{ when: new Date(0) }, '{"when":"1970-01-01T00:00:00.000Z"}'],
    [[-0], '[0]'],
    ['null', '"null"'],
    ['\\ud800', '"\\\\ud800"'],
    ['😀\u0000\uffff', '"😀\\u0000\uffff"'],
    [{ none: null, list: [null] }, '{"none":null,"list":[null]}'],
    [{ toJSON: (key: string) => `key ${key}` }, '"key "'],
    [
      Object.create({ inherited: Number.NaN }, { own: { value: null, enumerable: true } }),
      '{"own":null}',
    ],
  ])('writes %# as JSON.stringify() does', (value, json) => {
    expect(writeJson(value)).toBe(json);
  });

  test('writes 512 levels', () => {
    expect(writeJson(nested(512))).toBe(JSON.stringify(nested(512)));
    expect(writeJson({ n: null, deep: nested(511) })).toContain('null');
  });

  test('writes any JSON unchanged, and the checker takes it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const json = writeJson(value);
        expect(json).toBe(JSON.stringify(value));
        expect(loadAddon().checkJson(json)).toBeNull();
      }),
      { numRuns: rounds(500, 50) },
    );
  });

  test('refuses whatever comes back as something else', () => {
    const text = fc.string({ unit: 'binary' });
    const loose = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.double().map((number) => number || 0), // -0 is 0 in JSON; NaN comes by itself
        fc.constantFrom(Number.NaN, -Infinity),
        fc.oneof(text, fc.constantFrom('\ud800', 'a\udc00', '\\ud800', 'null')),
        fc.constantFrom(null, undefined, true),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(text, fc.constant('\ud800')), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    let refused = 0;
    fc.assert(
      fc.property(loose, (value) => {
        let json: string;
        try {
          json = writeJson(value);
        } catch {
          refused += 1;
          return;
        }
        expect(JSON.parse(json)).toEqual(value); // which overlooks members that are undefined
        expect(loadAddon().checkJson(json)).toBeNull();
      }),
      { numRuns: rounds(2_000, 200) },
    );
    expect(refused).toBeGreaterThan(50);
  });
});

describe('strictJson()', () => {
  test.each([
    [{ fn() {} }, 'It holds a function at /fn, which JSON cannot say'],
    [{ map: new Map() }, 'It holds a Map at /map, which JSON cannot say'],
    [{ n: Number.NaN }, 'It holds NaN at /n, which JSON cannot say'],
    [{ text: '\ud800' }, 'It holds half of a surrogate pair at /text, which JSON cannot say'],
    [nested(129), 'It nests deeper than 128 levels'],
  ])('refuses %# naming the place', (value, message) => {
    expect(() => strictJson(value, 'It')).toThrow(
      expect.objectContaining({ code: 'INVALID', message }),
    );
  });

  test('writes 128 levels, without members that are undefined', () => {
    expect(strictJson(nested(128), 'It')).toBe(JSON.stringify(nested(128)));
    expect(strictJson({ a: 1, b: undefined }, 'It')).toBe('{"a":1}');
  });
});

describe('the depth of a value and of its text', () => {
  test.each([0, 1, 2, 31, 32, 33])('is %i levels', (depth) => {
    const value = nested(depth);
    const text = JSON.stringify(value);
    expect([isDeeperThan(value, depth), isTextDeeperThan(text, depth)]).toEqual([false, false]);
    if (depth === 0) return;
    expect(isDeeperThan(value, depth - 1)).toBe(true);
    expect(isTextDeeperThan(text, depth - 1)).toBe(true);
  });

  test('overlooks brackets in strings', () => {
    const text = JSON.stringify(['[[[["[[', '\\"[[[[', '{{{{\\', ['}']]);
    expect(isTextDeeperThan(text, 2)).toBe(false);
    expect(isTextDeeperThan(text, 1)).toBe(true);
  });

  test('ends for what contains itself', () => {
    expect(isDeeperThan(circle, 512)).toBe(true);
  });
});
