import { describe, expect, it } from 'vitest';
import { checkSchema, type JsonSchema, Validators } from '../../../src/base/schema/index.js';

const D4 = 'http://json-schema.org/draft-04/schema#';
const D6 = 'http://json-schema.org/draft-06/schema#';
const D7 = 'http://json-schema.org/draft-07/schema#';
const D2019 = 'https://json-schema.org/draft/2019-09/schema';
const D2020 = 'https://json-schema.org/draft/2020-12/schema';

function check(schema: unknown) {
  const { schema: modern, faults, oddities, expanded } = checkSchema(schema, 'guarded');
  return { modern: modern as JsonSchema, faults, oddities, expanded };
}

/** Which of the values a legal schema takes. */
function taken(schema: object, values: readonly unknown[]): unknown[] {
  const { modern, faults, expanded } = check(schema);
  expect(faults).toEqual([]);
  const validate = new Validators().get({ schema: modern, patterns: 'guarded', expanded });
  return values.filter((value) => validate(value, 100) === null);
}

describe('a schema of another dialect', () => {
  it.each([
    D4,
    D6,
    D7,
    D2019,
    D2020,
    'https://json-schema.org/draft-07/schema#',
    'http://json-schema.org/draft-07/schema',
    'http://json-schema.org/draft/2020-12/schema#',
    'https://spec.openapis.org/oas/3.1/dialect/base',
  ])('is taken by the name %s, and published as one of 2020-12', ($schema) => {
    const schema = { $schema, type: 'object', required: ['a'] };
    expect(taken(schema, [{}, { a: 1 }])).toEqual([{ a: 1 }]);
    expect(check(schema).modern).toEqual({ $schema: D2020, type: 'object', required: ['a'] });
  });

  it('is refused by another name, which says the known ones', () => {
    const { faults } = check({ $schema: 'https://example.org/own', type: 'object' });
    expect(faults).toEqual([
      { path: '/$schema', message: expect.stringMatching(/"https:\/\/example.org\/own".*2020-12/) },
    ]);
  });

  it.each([D4, D6, D7, D2019])('of %s has its tuples', ($schema) => {
    const pair = { $schema, items: [{ type: 'number' }, { type: 'string' }] };
    const values = [[1], [1, 'a'], ['a'], [1, 'a', null]];
    expect(taken(pair, values)).toEqual([[1], [1, 'a'], [1, 'a', null]]);
    expect(taken({ ...pair, additionalItems: false }, values)).toEqual([[1], [1, 'a']]);
    expect(taken({ ...pair, additionalItems: { type: 'null' } }, values)).toHaveLength(3);
    expect(taken({ $schema, items: [], additionalItems: false }, [[], [1]])).toEqual([[]]);
    expect(taken({ $schema, items: {}, additionalItems: false }, [[1]])).toEqual([[1]]);
  });

  it('has its dependencies', () => {
    const dependencies = { card: ['address'], name: { required: ['title'] } };
    const values = [{}, { card: 1 }, { card: 1, address: 1 }, { name: 1 }, { name: 1, title: 1 }];
    expect(taken({ $schema: D7, dependencies }, values)).toEqual([values[0], values[2], values[4]]);
  });

  it('of draft-04 has bounds that are exclusive', () => {
    const schema = { $schema: D4, minimum: 0, exclusiveMinimum: true, maximum: 2 };
    expect(taken({ ...schema, exclusiveMaximum: false }, [0, 1, 2])).toEqual([1, 2]);
    expect(taken({ $schema: D4, maximum: 2, exclusiveMaximum: true }, [1, 2])).toEqual([1]);
    expect(taken({ $schema: D4, exclusiveMaximum: true }, [1])).toEqual([1]);
  });

  it('may say its dialect in a part again, or another one', () => {
    const range = { $schema: D7, items: [{ type: 'number' }] };
    expect(taken({ properties: { range } }, [{ range: [1] }, { range: ['a'] }])).toHaveLength(1);
  });

  it('is translated with its references', () => {
    const schema = {
      $schema: D7,
      properties: {
        range: { items: [{ type: 'number' }], additionalItems: { type: 'string' } },
        first: { $ref: '#/properties/range/items/0' },
        rest: { $ref: '#/properties/range/additionalItems' },
        whole: { $ref: '#/properties/range' },
      },
    };
    const values = [{ first: 1, rest: 'a', whole: [1, 'a'] }, { first: 'a' }, { rest: 1 }];
    expect(taken(schema, values)).toEqual([values[0]]);
  });

  it('has its faults where their author wrote them', () => {
    const { faults } = check({
      $schema: D7,
      items: [{ type: 'str' }],
      additionalItems: { minimum: 'a' },
      dependencies: { a: { type: 'int' } },
    });
    expect(faults.map(({ path }) => path)).toEqual([
      '/items/0/type',
      '/additionalItems/minimum',
      '/dependencies/a/type',
    ]);
  });

  it('keeps what dynamic references mean in one document', () => {
    const tree = {
      $schema: D2020,
      $dynamicAnchor: 'node',
      type: 'object',
      properties: { c: { $dynamicRef: '#node' } },
    };
    expect(taken(tree, [{ c: { c: {} } }, { c: { c: 1 } }])).toHaveLength(1);
    const old = {
      $schema: D2019,
      $recursiveAnchor: true,
      properties: { c: { $recursiveRef: '#' } },
    };
    expect(taken({ ...old, type: 'object' }, [{ c: {} }, { c: 1 }])).toHaveLength(1);
  });
});

describe('keywords without their dialect', () => {
  it.each([
    ['items', { items: [{}] }, /prefixItems.*draft-07/],
    ['additionalItems', { additionalItems: false }, /prefixItems.*draft-07/],
    ['dependencies', { dependencies: { a: ['b'] } }, /dependentRequired.*draft-07/],
    ['exclusiveMinimum', { minimum: 3, exclusiveMinimum: true }, /write "exclusiveMinimum": 3/],
    ['properties', { properties: [] }, /write \{\}/],
    ['required', { required: true }, /object above.*"required": \["name"\]/],
    ['required', { required: { 0: 'a', 2: 'b' } }, /write \["a","b"\]/],
    ['required', { required: 'a' }, /write \["a"\]/],
    ['minimum', { minimum: '1' }, /write 1 without quotes/],
    ['additionalProperties', { additionalProperties: 'false' }, /write false without quotes/],
    ['additionalProperties', { additionalProperties: 'string' }, /write \{"type": "string"\}/],
    ['anyOf', { anyOf: {} }, /write a list/],
    ['type', { type: 'str' }, /write "string"/],
    ['type', { type: 'STRING' }, /write "string"/],
    ['type', { type: 'int' }, /write "integer"/],
    ['type', { type: 'float' }, /write "number"/],
    ['type', { type: 'bool' }, /write "boolean"/],
    ['type', { type: 'dict' }, /write "object"/],
    ['type', { type: 'list' }, /write "array"/],
    ['type', { type: 'None' }, /write "null"/],
    ['type', { type: 'date' }, /"string" and "format": "date"/],
    ['type', { type: 'any' }, /leave "type" out for any value/],
    ['type', { type: 'string|null' }, /write \["string","null"\]/],
    ['type', { type: 'str, int' }, /write \["string","integer"\]/],
    ['type', { type: 'string[]' }, /"array".*"items"/],
    ['type', { type: ['string', null] }, /"null" in quotes/],
    ['type', { type: [] }, /leave "type" out/],
  ])('are refused at %s in %j, with what to write', (keyword, schema, hint) => {
    const { faults } = check(schema);
    expect(faults).toEqual([{ path: `/${keyword}`, message: expect.stringMatching(hint) }]);
  });
});

describe('nullable', () => {
  const NULL = [{ a: null }];
  it.each([
    { type: 'integer' },
    { type: 'string', enum: ['x'] },
    { enum: ['x'] },
    { const: 'x' },
    { $ref: '#/$defs/x' },
    { allOf: [{ $ref: '#/$defs/x' }] },
    { anyOf: [{ type: 'string' }, { type: 'number' }] },
    { oneOf: [{ type: 'string' }, { type: 'number' }], description: 'd' },
    { not: { type: 'null' } },
    { type: 'object', properties: { b: { nullable: true, type: 'string' } } },
  ])('lets null through beside %j, and nothing else', (more) => {
    const $defs = { x: { type: 'string' } };
    const schema = (nullable: unknown) => ({ $defs, properties: { a: { ...more, nullable } } });
    expect(taken(schema(true), NULL)).toEqual(NULL);
    expect(taken(schema(false), NULL)).toEqual([]);
    const others = [{ a: 'x' }, { a: 1 }, { a: {} }, { a: false }];
    expect(taken(schema(true), others)).toEqual(taken(schema(false), others));
  });

  it('keeps references into what it stands beside', () => {
    const a = { nullable: true, allOf: [{ type: 'string' }] };
    const schema = { properties: { a, b: { $ref: '#/properties/a/allOf/0' } } };
    expect(taken(schema, [{ a: null, b: 'x' }, { b: null }])).toEqual([{ a: null, b: 'x' }]);
  });
});

describe('names of schemas', () => {
  const A = { $defs: { A: { type: 'string' } } };
  const values = [{ a: 'x' }, { a: 1 }];

  it.each([
    ['https://example.org/tool.json', 'https://example.org/tool.json#/$defs/A'],
    ['https://example.org/tool.json', 'tool.json#/$defs/A'],
    ['https://example.org/tool.json', '#/$defs/A'],
    ['urn:example:tool', 'urn:example:tool#/$defs/A'],
    ['tool-input', 'tool-input#/$defs/A'],
  ])('of the root %s are followed in %s', ($id, $ref) => {
    expect(taken({ $id, ...A, properties: { a: { $ref } } }, values)).toEqual([values[0]]);
    expect(taken({ id: $id, ...A, properties: { a: { $ref } } }, values)).toEqual([values[0]]);
  });

  it('of parts are followed', () => {
    const $defs = { A: { $id: 'Name', type: 'string' } };
    expect(taken({ $defs, properties: { a: { $ref: 'Name' } } }, values)).toEqual([values[0]]);
    const part = {
      $id: 'https://example.org/part',
      ...A,
      properties: { a: { $ref: '#/$defs/A' } },
    };
    expect(taken({ properties: { p: part } }, [{ p: { a: 'x' } }, { p: { a: 1 } }])).toHaveLength(
      1,
    );
  });

  it('of draft-06 may be anchors', () => {
    const definitions = { A: { $id: '#name', type: 'string' } };
    const schema = { $schema: D6, definitions, properties: { a: { $ref: '#name' } } };
    expect(taken(schema, values)).toEqual([values[0]]);
  });

  it('are no keyword where a property is called so', () => {
    expect(
      taken({ properties: { id: { type: 'string' } } }, [{ id: 'a' }, { id: 1 }]),
    ).toHaveLength(1);
    expect(check({ id: 'x', type: 'object' }).oddities).toEqual([]);
  });

  it('of other documents are refused', () => {
    const { faults } = check({ $id: 'https://example.org/a', $ref: 'https://example.org/b#/c' });
    expect(faults).toEqual([
      { path: '/$ref', message: expect.stringContaining('leads to another document') },
    ]);
  });
});

describe('what only describes', () => {
  it.each([
    ['description', ['a', 'b'], 'a\nb'],
    ['title', 5, '5'],
    ['format', {}, undefined],
    ['examples', 'x', ['x']],
    ['deprecated', 'use b', true],
    ['readOnly', 'false', false],
  ])('is odd, not wrong, when "%s" is %j', (keyword, value, mended) => {
    const { faults, oddities, modern } = check({ properties: { q: { [keyword]: value } } });
    expect(faults).toEqual([]);
    expect(oddities).toEqual([
      {
        path: `/properties/q/${keyword}`,
        message: expect.stringContaining(`"${keyword}" should be`),
      },
    ]);
    const q = mended === undefined ? {} : { [keyword]: mended };
    expect(modern).toEqual({ properties: { q } });
  });

  it('is left as it is when it is as it should be', () => {
    const schema = { title: 't', description: 'd', examples: [null], default: null, const: null };
    const { modern, oddities } = check(schema);
    expect(modern).toBe(schema);
    expect(oddities).toEqual([]);
  });
});

describe('null', () => {
  it('counts as absent for every keyword that has no use for it', () => {
    const q = { type: 'string', enum: null, items: null, minimum: null, not: null, $ref: null };
    const schema = { type: 'object', properties: { q, r: null }, required: null };
    expect(check(schema).faults.map(({ path }) => path)).toEqual(['/properties/r']);
    const { modern, oddities } = check({ properties: { q, r: { enum: null } }, required: null });
    expect(modern).toEqual({ properties: { q: { type: 'string' }, r: {} } });
    expect(oddities.map(({ path }) => path)).toContain('/properties/q/enum');
    expect(oddities.find(({ path }) => path === '/properties/q/enum')?.message).toBe(
      '"enum" is null, which counts as absent (also in 1 other place)',
    );
  });

  it('is the value of a constant', () => {
    expect(taken({ const: null }, [null, 0])).toEqual([null]);
  });
});
