import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quickWriter, writeAndRead } from '../../../src/base/json/index.js';

const KEYS = ['text', 'n', 'list', 'a"b', '\\', '\u2028', '', '0', 'toJSON', 'é😀', '__proto__'];
const write = quickWriter(KEYS);

/** Texts with everything that JSON writes otherwise, whole and half surrogate pairs among it. */
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom('"', '\\', '\\ud800', '\ud800', '\udfff', '\u007f', '\u2028', '\n', ''),
);

const scalars = fc.oneof(
  texts,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom<unknown>(null, undefined, -0, Number.NaN, 1n, Symbol.iterator, () => 1),
  fc.constantFrom(new Date(0), new Date(Number.NaN), new Map(), Object('x'), Object(1), /x/),
);

const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { weight: 4, arbitrary: scalars },
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...KEYS) }, texts),
      tie('value'),
      {
        maxKeys: 5,
      },
    ),
    fc.array(scalars, { minLength: 17, maxLength: 19 }),
    fc.array(fc.integer(), { minLength: 17, maxLength: 19 }),
    fc.sparseArray(tie('value'), { maxLength: 3, maxNumElements: 2 }),
  ),
}));

describe('quickWriter()', () => {
  test('writes the text that writeAndRead() does, or nothing', () => {
    let written = 0;
    fc.assert(
      fc.property(values, (value) => {
        const json = write(value);
        if (json === undefined) return;
        written += 1;
        expect(writeAndRead(value)).toEqual({ json, said: JSON.parse(json) });
      }),
      { numRuns: 10_000 },
    );
    expect(written).toBeGreaterThan(1_000);
  });

  test('writes every plain value', () => {
    const plain = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('text', 'n', 'a"b', 'unknown', '😀'), tie('value'), {
          noNullPrototype: true,
        }),
      ),
    })).value;
    fc.assert(
      fc.property(plain, (value) => {
        expect(write(value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 5_000 },
    );
  });

  test('keeps the order in which an object has its keys', () => {
    expect(write({ n: 1, text: 'a' })).toBe('{"n":1,"text":"a"}');
  });

  const point = {
    members: new Map([
      ['n', 'integer'],
      ['text', 'string'],
      ['any', 'any'],
    ] as const),
    required: new Set(['n']),
    open: false,
  };

  test.each([
    [{ n: 1 }],
    [{ text: '', n: -0 }],
    [{ n: 2 ** 53, any: { n: 'no integer', other: [{ text: 1 }] } }],
  ])('writes an object of a shape: %j', (value) => {
    expect(quickWriter(['n'], point)(value)).toBe(JSON.stringify(value));
  });

  test.each([
    [{}],
    [{ n: 1.5 }],
    [{ n: '1' }],
    [{ n: 1, text: null }],
    [{ n: 1, other: 1 }],
    [{ any: { n: 1 } }],
    [[1]],
    [null],
    ['n'],
  ])('writes no value that has another shape: %j', (value) => {
    expect(quickWriter(['n', 'text'], point)(value)).toBeUndefined();
  });

  test('writes members beyond those of a shape that is open', () => {
    const write = quickWriter([], { ...point, open: true });
    expect(write({ n: 1, other: 'x' })).toBe('{"n":1,"other":"x"}');
  });

  const inherits = Object.create({ text: 'inherited' }) as object;
  const circle: { list?: unknown } = {};
  circle.list = [circle];
  class Point {
    n = 1;
  }
  class Numbers extends Array<number> {}

  test.each([
    ['a member that is undefined', { text: undefined }],
    ['a number that JSON cannot say', { n: Number.POSITIVE_INFINITY }],
    ['half of a surrogate pair', { text: 'a\ud800' }],
    ['an object that writes itself', { toJSON: () => 1 }],
    ['an array that writes itself', Object.assign([1], { toJSON: () => 1 })],
    ['members that are inherited', inherits],
    ['an object of a class', new Point()],
    ['an array of a class', new Numbers(1, 2)],
    ['a hole in an array', Array(1)],
    ['a hole in a long array', Array(100)],
    ['an element that JSON cannot say in a long array', [...Array(100).keys(), Number.NaN]],
    ['half of a surrogate pair in a long array', [...Array(100).keys(), '\ud800']],
    ['what contains itself', circle],
    ['a bigint', { n: 1n }],
  ])('leaves %s to writeAndRead()', (_, value) => {
    expect(write(value)).toBeUndefined();
  });

  test('leaves an object alone while every object inherits a member', () => {
    Object.assign(Object.prototype, { text: 'everywhere' });
    const said = write({ n: 1 });
    delete (Object.prototype as { text?: string }).text;
    expect(said).toBeUndefined();
  });

  test.each([[['\ud800']], [[]]])('writes no key with half of a surrogate pair', (keys) => {
    expect(quickWriter(keys)({ '\ud800': 1 })).toBeUndefined();
  });
});
