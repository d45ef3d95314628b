import { describe, expect, it } from 'vitest';
import { checkSchema, type JsonSchema, Validators } from '../../../src/base/schema/index.js';

function validator(schema: JsonSchema, patterns: 'linear' | 'guarded' = 'linear') {
  const { schema: modern, faults, expanded } = checkSchema(schema, patterns);
  expect(faults).toEqual([]);
  const source = { schema: modern as JsonSchema, patterns, expanded };
  const validate = new Validators().get(source);
  return (value: unknown, bytes = 100) => validate(value, bytes);
}

describe('a validator', () => {
  it('gives null for what is good', () => {
    const validate = validator({ type: 'object', properties: { a: { type: 'number' } } });
    expect(validate({ a: 1, b: 2 })).toBeNull();
  });

  it('gives every fault with path, message, what is expected and what was found', () => {
    const validate = validator({
      type: 'object',
      properties: {
        n: { type: 'integer', minimum: 0 },
        mode: { enum: ['a', 'b'] },
        'x/y': { type: 'array', items: { type: 'string' } },
      },
      required: ['name'],
      additionalProperties: false,
    });
    expect(validate({ n: -1, mode: 'c', 'x/y': ['a', 5], extra: 1 })).toEqual([
      { path: '', message: '"name" is missing', expected: 'name' },
      { path: '', message: '"extra" is not known', expected: 'extra' },
      { path: '/n', message: 'must be >= 0', expected: '>=', found: -1 },
      { path: '/mode', message: 'must be one of ["a","b"]', expected: ['a', 'b'], found: 'c' },
      { path: '/x~1y/1', message: 'must be string', expected: 'string', found: 5 },
    ]);
  });

  it('gives no more than 20 faults', () => {
    const validate = validator({ items: { type: 'string' } });
    expect(validate(Array.from({ length: 1_000 }, (_, i) => i))).toHaveLength(20);
  });

  it('stops at the first fault where gathering all could fill the memory', () => {
    const validate = validator({ items: { type: 'string' } });
    expect(validate([1, 2, 3], 16 * 1024 * 1024)).toHaveLength(1);
  });

  it('cuts long values in what it says', () => {
    const [fault] = validator({ maxLength: 1 })('x'.repeat(1_000)) ?? [];
    expect(fault?.found).toBe(`${'x'.repeat(100)}...`);
  });

  it('takes arguments called like what objects inherit for what they are', () => {
    const validate = validator({
      type: 'object',
      properties: { constructor: { type: 'string' }, toString: { type: 'number' } },
      required: ['valueOf'],
      additionalProperties: false,
    });
    expect(validate({})).toEqual([expect.objectContaining({ message: '"valueOf" is missing' })]);
    expect(validate(JSON.parse('{"valueOf": 1, "constructor": 5}'))).toHaveLength(2);
    const hidden = JSON.parse('{"__proto__": {"valueOf": 1}}');
    expect(validate(hidden)?.map((fault) => fault.message)).toContain('"__proto__" is not known');
  });

  it('treats formats and defaults as annotations', () => {
    const value = {};
    const validate = validator({
      properties: { a: { default: 1 }, b: { type: 'string', format: 'date-time' } },
    });
    expect(validate(value)).toBeNull();
    expect(value).toEqual({});
    expect(validate({ b: 'soon' })).toBeNull();
  });

  it.each([
    ['#/$defs/a', { $defs: { a: { type: 'string' } } }],
    ['#/$defs/a%20b~1c', { $defs: { 'a b/c': { type: 'string' } } }],
    ['#/$defs/%C3%A9', { $defs: { é: { type: 'string' } } }],
    ['#/$defs/a%25b', { $defs: { 'a%b': { type: 'string' } } }],
    ['#name', { $defs: { a: { $anchor: 'name', type: 'string' } } }],
    ['#name', { dependentSchemas: { z: { $anchor: 'name', type: 'string' } } }],
  ])('follows the reference %s', (reference, definitions) => {
    const validate = validator({ ...definitions, properties: { x: { $ref: reference } } });
    expect(validate({ x: 'text' })).toBeNull();
    expect(validate({ x: 1 })).toHaveLength(1);
  });

  it('follows a schema that contains itself', () => {
    const validate = validator({
      type: 'object',
      properties: { name: { type: 'string' }, kids: { items: { $ref: '#' } } },
      required: ['name'],
    });
    expect(validate({ name: 'a', kids: [{ name: 'b', kids: [] }] })).toBeNull();
    expect(validate({ name: 'a', kids: [{ kids: [] }] })).toEqual([
      expect.objectContaining({ path: '/kids/0' }),
    ]);
  });

  it('keeps schemas with the same $id apart', () => {
    const validators = new Validators();
    const $id = 'https://example.org/same';
    const number = { $id, type: 'number' };
    const text = { $id, type: 'string', $defs: { a: { $anchor: 'a' } } };
    const validate = [number, text].map((schema) =>
      validators.get({ schema, patterns: 'linear', expanded: 1 }),
    );
    expect(validate.map((each) => each(1, 1) === null)).toEqual([true, false]);
  });

  it('checks text against both engines alike', () => {
    for (const patterns of ['linear', 'guarded'] as const) {
      const validate = validator(
        {
          properties: { a: { pattern: '^[\\p{L}]+-\\d{2}$' } },
          patternProperties: { '^x': false },
        },
        patterns,
      );
      expect(validate({ a: 'né-42' })).toBeNull();
      expect(validate({ a: 'né-4' })?.[0]).toMatchObject({ path: '/a', found: 'né-4' });
      expect(validate({ x1: 1 })).not.toBeNull();
    }
  });

  it('takes a moment for a pattern that would hold the engine of JavaScript for minutes', () => {
    for (const patterns of ['linear', 'guarded'] as const) {
      const pattern = '^(a+)+$';
      const validate = validator({ pattern, patternProperties: { [pattern]: false } }, patterns);
      expect(validate(`${'a'.repeat(60)}!`)).toHaveLength(1);
      expect(validate({ [`${'a'.repeat(60)}!`]: 1 })).toBeNull();
    }
  });
});

describe('Validators', () => {
  it('compiles equal schemas once', () => {
    const validators = new Validators();
    const make = (more: object = {}) => ({
      schema: { type: 'object', ...more },
      patterns: 'linear' as const,
      expanded: 1,
    });
    expect(validators.get(make())).toBe(validators.get(make()));
    expect(validators.get(make({ maxProperties: 1 }))).not.toBe(validators.get(make()));
    expect(validators.get({ ...make(), patterns: 'guarded' })).not.toBe(validators.get(make()));
    expect(validators.size).toBe(3);
  });

  it('keeps the newest compiled schemas, up to a number of bytes', () => {
    const validators = new Validators();
    const wide = (n: number) => ({
      schema: { type: 'object', description: `${n}`.repeat(100_000) },
      patterns: 'linear' as const,
      expanded: 1,
    });
    const first = validators.get(wide(1));
    const last = [2, 3, 4].map((n) => validators.get(wide(n))).at(-1);
    expect(validators.size).toBe(2);
    expect(validators.get(wide(4))).toBe(last);
    expect(validators.get(wide(1))).not.toBe(first);
  });
});
