import { expect, test } from 'vitest';
import { outputCheck } from '../../src/mcp/output-check.js';

test('a reply is held against the schema, and each fault is a line', () => {
  const check = outputCheck({
    type: 'object',
    properties: { sum: { type: 'number' } },
    required: ['sum', 'unit'],
  });
  expect(check?.problemOf({ sum: 1, unit: 'm' })).toBeNull();
  expect(check?.problemOf({ sum: '1' })).toBe('  reply: "unit" is missing\n  /sum: must be number');
});

test('a schema of an older dialect is checked and shown in the words of 2020-12', () => {
  const check = outputCheck({
    $schema: 'http://json-schema.org/draft-07/schema#',
    items: [{ type: 'string' }],
    additionalItems: false,
  });
  expect(check?.schema).toMatchObject({ prefixItems: [{ type: 'string' }], items: false });
  expect(check?.problemOf(['a'])).toBeNull();
  expect(check?.problemOf(['a', 'b'])).not.toBeNull();
});

test.each([
  ['with a type that does not exist', { type: 'str' }],
  ['that refers to another document', { $ref: 'https://example.com/schema' }],
  ['whose pattern could hold up the server', { type: 'string', pattern: '^(?=a)b' }],
])('a schema %s is left out', (_, schema) => {
  expect(outputCheck(schema)).toBeNull();
});
