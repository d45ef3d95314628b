import { describe, expect, it } from 'vitest';
import { checkSchema, type JsonSchema, Validators } from '../../../src/base/schema/index.js';
import { compilePattern } from '../../../src/base/schema/patterns.js';

function validator(schema: JsonSchema, patterns: 'linear' | 'native' = 'linear') {
  const { faults, expanded } = checkSchema(schema, patterns);
  expect(faults).toEqual([]);
  const validate = new Validators().get({ schema, patterns, expanded });
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
    for (const patterns of ['linear', 'native'] as const) {
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

  it('cannot be blocked by a pattern of a plugin that is not trusted', () => {
    // On the native engine these 60 letters would take longer than this machine lives, so coming
    // to an end is the proof.
    const pattern = '^(a+)+$';
    expect(compilePattern(pattern, 'native')).toBeInstanceOf(RegExp);
    expect(compilePattern(pattern, 'linear')).not.toBeInstanceOf(RegExp);
    const validate = validator({ pattern, patternProperties: { [pattern]: false } }, 'linear');
    expect(validate(`${'a'.repeat(60)}!`)).toHaveLength(1);
    expect(validate({ [`${'a'.repeat(60)}!`]: 1 })).toBeNull();
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
    expect(validators.get({ ...make(), patterns: 'native' })).not.toBe(validators.get(make()));
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
