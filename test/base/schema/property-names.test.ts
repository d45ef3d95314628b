import { expect, test } from 'vitest';
import { propertyNames } from '../../../src/base/schema/index.js';

test('names the properties of a schema at every depth', () => {
  const schema = {
    type: 'object',
    properties: { a: { items: { properties: { b: true } } }, properties: { type: 'string' } },
    patternProperties: { '^x': { properties: { c: {} } } },
    anyOf: [{ properties: { d: {} } }],
    $defs: { named: { properties: { e: {} } } },
    not: { properties: { f: {} } },
    enum: [{ properties: { none: {} } }],
    required: ['unnamed'],
  };
  expect([...propertyNames(schema)].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'properties']);
});

test('names none of a schema that is true', () => {
  expect(propertyNames(true).size).toBe(0);
});
