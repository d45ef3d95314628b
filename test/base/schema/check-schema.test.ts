import { describe, expect, it } from 'vitest';
import { checkSchema, SCHEMA_LIMITS } from '../../../src/base/schema/index.js';

type Faults = [path: string, message: unknown][];

function faults(schema: unknown, patterns: 'linear' | 'guarded' = 'linear'): Faults {
  return checkSchema(schema, patterns).faults.map(({ path, message }) => [path, message]);
}

const saying = (text: string) => expect.stringContaining(text);

/** `levels` schemas inside each other. */
function nested(levels: number): object {
  let schema: object = { type: 'string' };
  for (let i = 1; i < levels; i++) schema = { properties: { p: schema } };
  return schema;
}

describe('what a schema may be', () => {
  it('takes what tools really use', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'https://example.org/args',
      type: 'object',
      title: 'Arguments',
      properties: {
        text: { type: 'string', minLength: 1, maxLength: 10, pattern: '^[a-z]+$', format: 'email' },
        count: { type: ['integer', 'null'], minimum: 0, multipleOf: 2, default: 4 },
        mode: { enum: ['a', 1, null, { deep: [] }] },
        tree: { $ref: '#/$defs/tree' },
        odd: { $ref: '#/$defs/odd%20name~1x' },
        named: { $ref: '#leaf' },
      },
      patternProperties: { '^x-': true },
      additionalProperties: false,
      required: ['text'],
      dependentRequired: { text: ['count'] },
      if: { required: ['mode'] },
      else: { minProperties: 2 },
      $defs: {
        tree: { type: 'object', properties: { kids: { items: { $ref: '#/$defs/tree' } } } },
        'odd name/x': { const: 7 },
        leaf: { $anchor: 'leaf', prefixItems: [{ type: 'string' }], items: false },
      },
      'x-own': { anything: { $ref: 5 } },
    };
    expect(faults(schema)).toEqual([]);
    expect(faults(true)).toEqual([]);
  });

  it('gathers all faults at once, each with its place', () => {
    const schema = {
      type: 'text',
      required: 'name',
      properties: { a: { minLength: -1 }, 'b/c': { pattern: '(' }, d: 5, e: { enum: [] } },
      anyOf: [],
    };
    expect(faults(schema)).toEqual([
      ['/type', saying('one of array, boolean')],
      ['/required', saying('a list of texts')],
      ['/properties/a/minLength', saying('whole number')],
      ['/properties/b~1c/pattern', saying('Unterminated group')],
      ['/properties/d', saying('must be a schema')],
      ['/properties/e/enum', saying('at least one value')],
      ['/anyOf', saying('at least one schema')],
    ]);
  });

  it.each<[string, unknown]>([
    ['/type', { type: [] }],
    ['/minimum', { minimum: '1' }],
    ['/minimum', JSON.parse('{"minimum": 1e400}')],
    ['/minimum', { minimum: { $data: '1/x' } }],
    ['/multipleOf', { multipleOf: 0 }],
    ['/maxItems', { maxItems: 1.5 }],
    ['/uniqueItems', { uniqueItems: 'yes' }],
    ['/required', { required: [1] }],
    ['/dependentRequired', { dependentRequired: { a: 'b' } }],
    ['/pattern', { pattern: 5 }],
    ['/properties', { properties: [] }],
    ['/items', { items: [{}] }],
    ['/allOf', { allOf: {} }],
    ['/not', { not: [] }],
    ['/nullable', { type: 'string', nullable: 'yes' }],
    ['/$id', { $id: 5 }],
    ['/$schema', { $schema: 'http://json-schema.org/draft-03/schema#' }],
    ['/$schema', { $schema: 7 }],
    ['/patternProperties/(', { patternProperties: { '(': true } }],
    ['/items/$anchor', { items: { $anchor: '1 2' } }],
    ['/$async', { $async: true }],
    ['/$dynamicRef', { $dynamicRef: '#x' }],
    ['/additionalItems', { additionalItems: false }],
    ['/dependencies', { dependencies: { a: ['b'] } }],
    ['/properties/__proto__', JSON.parse('{"properties": {"__proto__": {}}}')],
    ['/dependentSchemas/toString', { dependentSchemas: { toString: true } }],
    ['/dependentRequired', JSON.parse('{"dependentRequired": {"__proto__": []}}')],
  ])('refuses what stands at %s in %j', (path, schema) => {
    expect(faults(schema).map(([at]) => at)).toEqual([path]);
  });

  it('says what to write instead of a keyword of another dialect', () => {
    expect(faults({ additionalItems: false })[0]?.[1]).toContain('"prefixItems"');
  });
});

describe('references', () => {
  it.each(['https://example.org/schema', 'other.json#/a', '/$defs/a'])(
    'refuse to leave the document: %j',
    (reference) => {
      expect(faults({ $ref: reference })).toEqual([['/$ref', saying('another document')]]);
    },
  );

  it.each([
    '#/$defs/gone',
    '#gone',
    '#/properties',
    '#/properties/a/enum/0',
    '#/x-own',
    '#/$defs/%zz',
    '#/$defs/a#b',
    '#/__proto__',
    '#/properties/constructor',
  ])('refuse %j, which leads to no schema', (reference) => {
    const schema = { properties: { a: { enum: [{}] } }, 'x-own': {}, items: { $ref: reference } };
    expect(faults(schema)).toEqual([['/items/$ref', saying('leads to no schema')]]);
  });

  it('refuse two equal anchors', () => {
    const schema = { $defs: { a: { $anchor: 'x' }, b: { $anchor: 'x' } } };
    expect(faults(schema)).toEqual([['/$defs/b/$anchor', saying('twice')]]);
  });

  it.each<[string, object]>([
    ['itself', { $ref: '#' }],
    ['itself through allOf', { allOf: [{ $ref: '#' }] }],
    [
      'each other',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { not: { $ref: '#/$defs/a' } } } },
    ],
    ['itself through dependentSchemas', { dependentSchemas: { x: { $ref: '#' } } }],
  ])('refuse a circle that never goes into the value: %s', (_, schema) => {
    expect(faults(schema)).toEqual([[expect.any(String), saying('never ends')]]);
  });

  it('may go in a circle that goes into the value', () => {
    expect(faults({ items: { $ref: '#' }, propertyNames: { $ref: '#' } })).toEqual([]);
  });

  it('may not double the work again and again', () => {
    const $defs: Record<string, unknown> = { d30: { type: 'string' } };
    for (let i = 0; i < 30; i++) {
      const next = { $ref: `#/$defs/d${i + 1}` };
      $defs[`d${i}`] = { anyOf: [next, next] };
    }
    expect(faults({ $ref: '#/$defs/d0', $defs })).toEqual([['', saying('more than 10000')]]);
  });

  it('may not make a very long chain', () => {
    const $defs: Record<string, unknown> = { d500: true };
    for (let i = 0; i < 500; i++) $defs[`d${i}`] = { $ref: `#/$defs/d${i + 1}` };
    expect(faults({ $ref: '#/$defs/d0', $defs })).toEqual([['', saying('64 "$ref"')]]);
  });
});

describe('limits', () => {
  it('are 64 KiB and 32 levels', () => {
    expect([SCHEMA_LIMITS.bytes, SCHEMA_LIMITS.depth]).toEqual([65_536, 32]);
  });

  it('hold for the bytes of the JSON text', () => {
    const text = (length: number) => ({ description: 'é'.repeat(length) });
    const frame = JSON.stringify(text(0)).length;
    expect(faults(text((65_536 - frame) / 2))).toEqual([]);
    expect(faults(text((65_536 - frame) / 2 + 1))).toEqual([['', saying('65538')]]);
  });

  it('hold for schemas inside each other', () => {
    expect(faults(nested(32))).toEqual([]);
    expect(faults(nested(33))).toEqual([['/properties/p'.repeat(32), saying('32 levels')]]);
  });

  it('hold for JSON of any other shape, which is not walked any further', () => {
    const deep = JSON.parse(`{"default": ${'['.repeat(30_000)}${']'.repeat(30_000)}}`);
    expect(faults(deep)).toEqual([['', saying('nests deeper than 128')]]);
  });

  it('hold for the number of schemas, and what costs as much', () => {
    const named = (n: number, value: unknown) =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`p${i}`, value]));
    expect(faults({ properties: named(999, { type: 'string' }) })).toEqual([]);
    expect(faults({ properties: named(1_000, { type: 'string' }) })).toEqual([
      ['', saying('1001 schemas')],
    ]);
    expect(faults({ dependentRequired: named(1_000, ['a']) })).toEqual([
      ['', saying('the limit is 1000')],
    ]);
  });
});

describe('patterns', () => {
  it.each([
    ['(?=a)b', 'lookaround'],
    ['(?<!a)b', 'lookaround'],
    ['(a)\\1', 'back references'],
    ['a{5000}', 'large repetitions'],
    ['^a{1,9}b{1,5000}$', 'large repetitions'],
  ])('refuse %s on the linear engine only', (pattern, what) => {
    expect(faults({ pattern })).toEqual([['/pattern', saying(`uses ${what}`)]]);
    expect(faults({ pattern }, 'guarded')).toEqual([]);
  });

  it.each(['^(a+)+$', '^\\d{4}-\\d{2}$', '\\p{L}+', '^[\\w.-]+@[\\w-]+\\.\\w{2,}$', '\\u00e9'])(
    'take %s on both engines',
    (pattern) => {
      expect([...faults({ pattern }), ...faults({ pattern }, 'guarded')]).toEqual([]);
    },
  );
});
