import { describe, expect, test } from 'vitest';
import { checkSchema, Validators } from '../../../src/base/schema/index.js';

/** The faults of a value against a legal schema. */
function faultsOf(schema: object, value: unknown) {
  const { faults, expanded } = checkSchema(schema, 'linear');
  expect(faults).toEqual([]);
  const validate = new Validators().get({ schema: { ...schema }, patterns: 'linear', expanded });
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
