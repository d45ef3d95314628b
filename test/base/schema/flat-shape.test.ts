import { expect, test } from 'vitest';
import { flatShape } from '../../../src/base/schema/index.js';

test('reads the types of members, which are required, and whether there may be others', () => {
  const shape = flatShape({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    description: 'flat',
    properties: {
      a: { type: 'integer', title: 'A', default: 1 },
      b: true,
      c: { description: 'c' },
    },
    required: ['a', 'd'],
    additionalProperties: false,
  });
  expect(shape).toEqual({
    members: new Map([
      ['a', 'integer'],
      ['b', 'any'],
      ['c', 'any'],
    ]),
    required: new Set(['a', 'd']),
    open: false,
  });
  expect(flatShape({ type: 'object' })).toEqual({
    members: new Map(),
    required: new Set(),
    open: true,
  });
});

test.each([
  [{ type: 'object', properties: { a: { type: 'string', maxLength: 3 } } }],
  [{ type: 'object', properties: { a: { type: ['string', 'null'] } } }],
  [{ type: 'object', properties: { a: { type: 'object' } } }],
  [{ type: 'object', properties: { a: { type: 'array' } } }],
  [{ type: 'object', properties: { a: { enum: [1] } } }],
  [{ type: 'object', properties: { a: { $ref: '#' } } }],
  [{ type: 'object', properties: { a: false } }],
  [{ type: 'object', additionalProperties: { type: 'string' } }],
  [{ type: 'object', minProperties: 1 }],
  [{ type: 'object', patternProperties: { a: true } }],
  [{ type: 'object', not: {} }],
  [{ type: 'object', const: {} }],
  [{ type: 'object', $ref: '#/$defs/a', $defs: { a: true } }],
  [{ properties: {} }],
])('sees that a schema asks for more: %j', (schema) => {
  expect(flatShape(schema)).toBeNull();
});
