import { describe, expect, test } from 'vitest';
import type { JsonSchema, ToolDialect } from '../../../../src/index.js';
import { dialectParameters } from '../../../../src/kinds/tools/dialects/define-tools.js';
import { TABLES, TOOL_DIALECTS } from '../../../../src/kinds/tools/dialects/index.js';
import { outsideTable } from './within-table.js';

const LARGEST = 1_000_000;

function doubling(): JsonSchema {
  const $defs: Record<string, unknown> = { d40: { type: 'object' } };
  for (let i = 0; i < 40; i++) {
    const next = { $ref: `#/$defs/d${i + 1}` };
    $defs[`d${i}`] = { type: 'object', properties: { a: next, b: next }, required: ['a', 'b'] };
  }
  return { type: 'object', properties: { d: { $ref: '#/$defs/d0' } }, $defs };
}

function nested(levels: number): JsonSchema {
  let schema: JsonSchema = { type: 'string' };
  for (let i = 0; i < levels; i++) schema = { type: 'object', properties: { a: schema } };
  return schema;
}

function wide(): JsonSchema {
  const self = { $ref: '#' };
  const names = Array.from({ length: 300 }, (_, i) => `p${i}`);
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, self])) };
}

function alternatives(): JsonSchema {
  const branch = (name: string) => ({ properties: { [name]: { type: 'string' } } });
  const list = ['a', 'b', 'c', 'd'].map(branch);
  const all = Array.from({ length: 6 }, () => ({ anyOf: list }));
  return { type: 'object', allOf: all, properties: { x: { type: 'object', allOf: all } } };
}

const SCHEMAS: Record<string, JsonSchema> = {
  'a property named __proto__': JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"number"}},' +
      '"required":["__proto__"],"$defs":{"__proto__":{"type":"object"}}}',
  ),
  '64 levels': nested(64),
  'references that double': doubling(),
  'references of a wide object to itself': wide(),
  'combinations of alternatives': alternatives(),
  'an enum of 3,000 values': {
    type: 'object',
    properties: { e: { enum: Array.from({ length: 3000 }, (_, i) => `value ${i}`) } },
  },
  'an enum of 400 long values': {
    type: 'object',
    properties: { e: { enum: Array.from({ length: 400 }, (_, i) => `${i} ${'x'.repeat(50)}`) } },
  },
  'names with quotes, blanks and line breaks': {
    type: 'object',
    properties: { 'say "hi"': { type: 'string' }, 'a\nb': {}, '': {}, ['x'.repeat(100)]: {} },
    required: ['say "hi"', ''],
  },
  'a name that another one would be sent as': {
    type: 'object',
    properties: { 'max-results': {}, max_results_12d65eae: {} },
  },
  'a reference that leads nowhere': {
    type: 'object',
    properties: { a: { $ref: '#/$defs/none' }, b: { $ref: 'https://example.org/' } },
  },
  'a circle of references': {
    type: 'object',
    $ref: '#/$defs/a',
    $defs: { a: { allOf: [{ $ref: '#/$defs/b' }] }, b: { $ref: '#/$defs/a' } },
  },
  'nothing that is accepted': {
    type: 'object',
    properties: { a: false, b: { type: 'string', enum: [1] }, c: { allOf: [false] } },
    required: ['b'],
  },
};

describe.each(TOOL_DIALECTS)('%s', (dialect) => {
  test.each(Object.keys(SCHEMAS))('defines a tool with %s', (name) => {
    const schema = SCHEMAS[name] as JsonSchema;
    const { schema: sent } = dialectParameters(schema, dialect);
    if (sent === null) return;
    const text = JSON.stringify(sent);
    expect(text.length).toBeLessThan(LARGEST);
    expect(outsideTable(sent, TABLES[dialect])).toEqual([]);
    expect(Object.getPrototypeOf(sent)).toBe(Object.prototype);
  });
});

describe.each<ToolDialect>(['openai', 'openai-strict', 'gemini', 'anthropic', 'mcp'])(
  'read() of %s',
  (dialect) => {
    test('keeps a member named __proto__ a member', () => {
      const schema = SCHEMAS['a property named __proto__'] as JsonSchema;
      const { read } = dialectParameters(schema, dialect);
      const args = JSON.parse('{"__proto__":"x","constructor":1}');
      const found = read(args) as object;
      expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
      expect(Object.entries(found)).toEqual(Object.entries(args));
    });

    test.each<[unknown]>([[null], ['text'], [[1]], [{ d: 1 }], [undefined]])(
      'leaves %j, which fits no schema, to the host',
      (args) => {
        expect(dialectParameters(doubling(), dialect).read(args)).toEqual(args);
      },
    );
  },
);

test('a property is never sent under the name of another property', () => {
  const schema = SCHEMAS['a name that another one would be sent as'] as JsonSchema;
  const { schema: sent } = dialectParameters(schema, 'gemini');
  const names = Object.keys(sent?.properties as object);
  expect(new Set(names).size).toBe(2);
  expect(names).toContain('max_results_12d65eae');
});

test('an object below a recursive reference stays an object without properties', () => {
  const node = {
    type: 'object',
    properties: { next: { $ref: '#/$defs/node' } },
    required: ['next'],
  };
  const schema = { type: 'object', properties: { first: node }, $defs: { node } };
  const { schema: sent, dropped } = dialectParameters(schema, 'gemini');
  expect(JSON.stringify(sent).match(/next/g)).toHaveLength(6);
  expect(JSON.stringify(sent)).toContain('"next":{"type":"OBJECT"}');
  expect(dropped).toContainEqual({
    path: '/$defs/node/properties/next',
    keyword: '$ref',
    reason: 'it is recursive, and the dialect has no references',
  });
});
