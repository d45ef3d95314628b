import { describe, expect, test } from 'vitest';
import { checkSchema, type JsonSchema, Validators } from '../../../src/base/schema/index.js';

/** The faults of a value against a legal schema. */
function faultsOf(schema: object, value: unknown) {
  const { schema: modern, faults, expanded } = checkSchema(schema, 'linear');
  expect(faults).toEqual([]);
  const source = { schema: modern as JsonSchema, patterns: 'linear', expanded } as const;
  const validate = new Validators().get(source);
  return validate(value, JSON.stringify(value).length);
}

const node = { type: 'object', properties: { l: { $ref: '#/$defs/n' } } };
/** Each level of a value is tried twice, and each try tries what is below twice again. */
const DOUBLING = {
  $defs: { n: { anyOf: [{ ...node, additionalProperties: false }, node] } },
  $ref: '#/$defs/n',
};
const chain = (depth: number): object => (depth === 0 ? { x: 1 } : { l: chain(depth - 1) });

describe('alternatives that are tried inside each other', () => {
  test('are left when they take too many steps, with that as the one fault', () => {
    for (const depth of [20, 30, 100]) {
      expect(faultsOf(DOUBLING, chain(depth))).toEqual([
        expect.objectContaining({
          path: '',
          message: expect.stringMatching(/^takes more than \d+ steps/),
        }),
      ]);
    }
  });

  test('are tried to the end where the value is small', () => {
    expect(faultsOf(DOUBLING, chain(8))).toBeNull();
  });

  test('do not keep a large value from being checked that takes one step a part', () => {
    const schema = {
      $defs: { n: { type: 'object', properties: { list: { items: { $ref: '#/$defs/n' } } } } },
      $ref: '#/$defs/n',
    };
    const list = Array.from({ length: 300 }, () => ({
      list: Array.from({ length: 500 }, () => ({})),
    }));
    expect(faultsOf(schema, { list })).toBeNull();
    expect(faultsOf(schema, { list: [...list, 1] })).toHaveLength(1);
  });

  test('are not looked for in the values of enum and const', () => {
    const schema = {
      properties: { a: { const: { $ref: '#/nowhere/at/all' } }, b: { $ref: '#/properties/a' } },
    };
    expect(faultsOf(schema, { b: { $ref: '#/nowhere/at/all' } })).toBeNull();
    expect(faultsOf(schema, { b: 1 })).toHaveLength(1);
  });
});

describe('uniqueItems', () => {
  const LIST = { type: 'array', uniqueItems: true };

  test.each([
    [[1, 2, 1], 0, 2],
    [['a', { b: 1, c: [2] }, { c: [2], b: 1 }], 1, 2],
    [[[], [[]], [[]]], 1, 2],
    [[0, -0], 0, 1],
    [[null, 'null', null], 0, 2],
  ])('finds the equal items of %j', (list, first, again) => {
    expect(faultsOf(LIST, list)).toEqual([
      expect.objectContaining({
        message: `must NOT have duplicate items (items ## ${first} and ${again} are identical)`,
      }),
    ]);
  });

  test.each([
    [[1, '1', true, 'true', null, 'null', [], {}]],
    [[{ a: 1 }, { a: 2 }, { b: 1 }]],
    [[]],
  ])('takes %j', (list) => expect(faultsOf(LIST, list)).toBeNull());

  test('asks nothing when it is false', () => {
    expect(faultsOf({ type: 'array', uniqueItems: false }, [1, 1])).toBeNull();
  });
});

describe('the work of one validation', () => {
  const many = <T>(count: number, make: (i: number) => T) =>
    Array.from({ length: count }, (_, i) => make(i));
  const members = <T>(count: number, make: (i: number) => T) =>
    Object.fromEntries(many(count, (i) => [`k${i}`, make(i)]));
  const ones = many(200_000, () => 1);
  const object = members(60_000, () => 1);
  const tried = { anyOf: many(900, (i) => ({ const: `no ${i}` })) };

  // Each takes minutes to the end, or fills the memory with what it remembers.
  test.each<[string, object, unknown]>([
    ['a thousand schemas for each element', { items: { allOf: many(900, () => ({})) } }, ones],
    ['a thousand lists of elements', { allOf: many(450, () => ({ items: { minimum: 0 } })) }, ones],
    ['a thousand alternatives for each element', { items: tried }, ones],
    ['a thousand alternatives for what a list contains', { contains: tried }, ones],
    [
      'thousands of names in each element',
      { items: { required: many(8000, (i) => `n${i}`) } },
      many(30_000, () => ({})),
    ],
    ['a thousand schemas for each name', { propertyNames: tried }, object],
    ['a thousand schemas for each other member', { additionalProperties: tried }, object],
    [
      'a hundred patterns for each name',
      { patternProperties: Object.fromEntries(many(100, (i) => [`^k.*${i}x$`, false])) },
      object,
    ],
    [
      'a thousand distinct lists',
      { allOf: many(900, () => ({ uniqueItems: true })) },
      many(100_000, (i) => i),
    ],
    [
      'a hundred ways to evaluate each member',
      {
        $defs: members(100, () => ({ additionalProperties: { type: 'number' } })),
        anyOf: many(100, (i) => ({ $ref: `#/$defs/k${i}` })),
        unevaluatedProperties: false,
      },
      object,
    ],
    [
      'a thousand lengths of a long text',
      { allOf: many(900, (i) => ({ maxLength: 1_000_000 + i })) },
      '\u{1F600}'.repeat(600_000),
    ],
  ])('is limited for %s', (_, schema, value) => {
    expect(faultsOf(schema, value)?.[0]?.message).toMatch(/^takes more than \d+ steps/);
  });

  const node = { type: 'object', properties: { l: { $ref: '#/$defs/n' } } };
  const below = { properties: { l: { $ref: '#/$defs/n' } } };
  test.each<[string, object]>([
    [
      'anyOf',
      {
        anyOf: [
          { ...node, required: ['y'] },
          { ...node, required: ['z'] },
        ],
      },
    ],
    ['oneOf', { oneOf: [node, { ...node, minProperties: 1 }] }],
    ['allOf', { allOf: [below, below] }],
    ['not', { anyOf: [{ not: below }, below] }],
    [
      'if',
      Object.fromEntries([
        ['if', below],
        ['then', below],
      ]),
    ],
    ['dependentSchemas', { dependentSchemas: { l: below }, ...below }],
    [
      'additionalProperties',
      {
        allOf: [
          { additionalProperties: { $ref: '#/$defs/n' } },
          { additionalProperties: { $ref: '#/$defs/n' } },
        ],
      },
    ],
    ['patternProperties', { allOf: [{ patternProperties: { l: { $ref: '#/$defs/n' } } }, below] }],
    ['unevaluatedProperties', { anyOf: [below, below], unevaluatedProperties: false }],
  ])('is limited for schemas that meet inside each other by %s', (_, n) => {
    const value = chain(40);
    expect(faultsOf({ $ref: '#/$defs/n', $defs: { n } }, value)?.[0]?.message).toMatch(
      /^takes more than \d+ steps/,
    );
  });

  test('is enough for large values that ask for each part once', () => {
    const row = { id: 1, name: 'x', tags: ['a', 'b'], at: { x: 1.5, y: 2 } };
    const item = {
      type: 'object',
      properties: {
        id: { type: 'integer' },
        name: { type: 'string', maxLength: 20, pattern: '^[a-z]+$' },
        tags: { type: 'array', items: { enum: ['a', 'b', 'c'] }, uniqueItems: true },
        at: { $ref: '#/$defs/at' },
      },
      required: ['id', 'name'],
      additionalProperties: false,
    };
    const at = { type: 'object', properties: { x: { type: 'number' }, y: { multipleOf: 0.5 } } };
    const list = many(20_000, () => row);
    expect(faultsOf({ $defs: { at }, items: item }, list)).toBeNull();
  });
});

describe('a long enum', () => {
  const values = [...Array.from({ length: 5_000 }, (_, i) => `v${i}`), 7, null, { a: 1, b: [2] }];

  test('takes what is in it, whatever the order of members', () => {
    for (const value of ['v4999', 7, null, { b: [2], a: 1 }]) {
      expect(faultsOf({ enum: values }, value)).toBeNull();
    }
  });

  test('refuses other values in the words of a short one', () => {
    for (const value of ['v5000', '7', 8, false, {}, { a: 1 }, []]) {
      expect(faultsOf({ enum: values }, value)?.[0]?.message).toMatch(/^must be one of \["v0"/);
    }
    expect(faultsOf({ enum: values.slice(0, 100) }, values.slice(0, 100))).toHaveLength(1);
  });
});

describe('multipleOf', () => {
  test.each([
    [
      0.01,
      [19.99, 0.07, 4.35, 1.1, 0, -0.03, 1e15, 123456789.01],
      [0.005, 0.001, 1e-9, 0.015, 4.355],
    ],
    [0.1, [0.3, 1.7, 5], [0.25]],
    [1e-7, [3e-7, 1], [1.5e-7]],
    [1e-20, [1, 3e-20, 1e300], [1e-21]],
    [2.5, [5, 7.5, -2.5], [6]],
    [3, [9, -3, 0], [10, 1.5]],
    [0.07, [0.21, 0.49], [0.2]],
  ])('of %d takes what is a multiple as numbers are written', (multipleOf, good, bad) => {
    for (const value of good) expect(faultsOf({ multipleOf }, value), `${value}`).toBeNull();
    for (const value of bad) {
      expect(faultsOf({ multipleOf }, value), `${value}`).toEqual([
        expect.objectContaining({ message: `must be multiple of ${multipleOf}` }),
      ]);
    }
  });
});

describe('lengths', () => {
  const smile = '\u{1F600}';

  test.each<[object, string[], string[]]>([
    [
      { maxLength: 3 },
      ['', 'abc', smile.repeat(3), `a${smile}b`],
      ['abcd', smile.repeat(4), 'x'.repeat(9)],
    ],
    [{ minLength: 2 }, ['ab', smile.repeat(2), 'x'.repeat(9)], ['', 'a', smile]],
    [{ minLength: 0, maxLength: 0 }, [''], ['a', smile]],
    [{ maxLength: 1 }, ['\ud800', smile], ['\ud800\ud800', '\udc00\ud800']],
  ])('%j count characters, not units', (schema, good, bad) => {
    for (const text of good) expect(faultsOf(schema, text), text).toBeNull();
    for (const text of bad) {
      expect(faultsOf(schema, text)?.[0]?.message, text).toMatch(
        /^must NOT have (more|fewer) than/,
      );
    }
  });
});
