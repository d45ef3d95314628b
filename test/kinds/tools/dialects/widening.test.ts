import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { JsonSchema, ToolDialect } from '../../../../src/index.js';
import { dialectParameters } from '../../../../src/kinds/tools/dialects/define-tools.js';
import { PropertyNames } from '../../../../src/kinds/tools/dialects/property-names.js';
import { SchemaDocument } from '../../../../src/kinds/tools/dialects/schema-document.js';
import { TABLES } from '../../../../src/kinds/tools/dialects/tables/index.js';

const ajv = () => new Ajv2020({ strict: false, logger: false });
const AROUND = { type: 'string', pattern: '(?=x)x' };

function property(p: object, $defs?: object): JsonSchema {
  return { type: 'object', properties: { p }, ...($defs && { $defs }) };
}

const CASES: readonly [what: string, dialect: ToolDialect, schema: JsonSchema, value: object][] = [
  ['a pattern below not', 'openai', property({ not: AROUND }), { p: 'abc' }],
  [
    'a pattern that not refers to',
    'openai',
    property({ not: { items: { $ref: '#/$defs/d' }, minItems: 1 } }, { d: AROUND }),
    { p: ['abc'] },
  ],
  [
    'a pattern below oneOf',
    'openai',
    property({ oneOf: [AROUND, { type: 'string' }] }),
    { p: 'abc' },
  ],
  [
    'a pattern below if',
    'openai',
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    property({ if: AROUND, then: { maxLength: 1 } }),
    { p: 'abc' },
  ],
  [
    'a pattern of items that are counted',
    'openai',
    property({ type: 'array', contains: AROUND, minContains: 0, maxContains: 1 }),
    { p: ['abc', 'abc'] },
  ],
  [
    'patterns of names in a closed object',
    'openai',
    property({ patternProperties: { '(?=x)': {} }, additionalProperties: false }),
    { p: { x: 1 } },
  ],
  [
    'patterns of names next to one that is sent as another',
    'anthropic',
    {
      type: 'object',
      properties: { $top: { type: 'integer' } },
      patternProperties: { '^\\$': { type: ['integer', 'string'] } },
      additionalProperties: false,
    },
    { $top: 1, $skip: 'a' },
  ],
  [
    'rules for names, one of which is sent as another',
    'anthropic',
    { type: 'object', properties: { $top: {} }, propertyNames: { maxLength: 4 } },
    { $top: 1 },
  ],
  [
    'a closed root that is composed',
    'anthropic',
    {
      type: 'object',
      allOf: [{ properties: { a: {} } }, { $ref: '#/$defs/b' }],
      unevaluatedProperties: false,
      $defs: { b: { properties: { b: {} } } },
    },
    { a: 1, b: 2 },
  ],
  [
    'alternatives of which one does not name the property',
    'anthropic',
    {
      type: 'object',
      anyOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }, { required: ['b'] }],
    },
    { a: 1, b: 2 },
  ],
  [
    'a reference into what the root may not have',
    'openai',
    {
      type: 'object',
      properties: { p: { $ref: '#/anyOf/0/properties/q' } },
      anyOf: [{ properties: { q: { type: 'string' } } }, {}],
    },
    { p: 'a' },
  ],
  [
    'a reference to a root that may not stay as it is',
    'openai',
    {
      type: 'object',
      properties: { p: { not: { $ref: '#' } } },
      anyOf: [{ required: ['q'] }, false],
    },
    { q: 1, p: {} },
  ],
];

describe('a definition stays as wide as the full schema', () => {
  test.each(CASES)('with %s', (_, dialect, schema, value) => {
    expect(ajv().validate(schema, value)).toBe(true);
    const { schema: sent } = dialectParameters(schema, dialect);
    const pattern = TABLES[dialect].propertyName.value;
    const names = new PropertyNames(new SchemaDocument(schema), pattern);
    expect(ajv().validate(sent as object, names.valueToSent(value)), JSON.stringify(sent)).toBe(
      true,
    );
  });
});

describe('a definition keeps', () => {
  test('a root that is one reference, closed', () => {
    const Input = {
      type: 'object',
      properties: { q: { type: 'string' } },
      required: ['q'],
      additionalProperties: false,
    };
    const schema = { type: 'object', $ref: '#/definitions/Input', definitions: { Input } };
    for (const dialect of ['openai', 'anthropic'] as const) {
      const { schema: sent, dropped } = dialectParameters(schema, dialect);
      expect(sent).toEqual({ ...Input, definitions: { Input } });
      expect(dropped).toEqual([]);
    }
    expect(dialectParameters(schema, 'openai-strict')).toMatchObject({
      schema: Input,
      dropped: [],
    });
  });

  test('a composed root that is closed by unevaluatedProperties', () => {
    const schema = {
      type: 'object',
      allOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }],
      properties: { b: { type: 'number' } },
      unevaluatedProperties: false,
    };
    const { schema: sent, dropped } = dialectParameters(schema, 'anthropic');
    expect(sent).toEqual({
      type: 'object',
      properties: { b: { type: 'number' }, a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    });
    expect(dropped).toEqual([]);
  });
});
