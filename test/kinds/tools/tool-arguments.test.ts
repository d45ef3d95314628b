import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import { checkSchema, type JsonSchema, Validators } from '../../../src/base/schema/index.js';
import {
  argumentSerialiser,
  type SerialiseArguments,
} from '../../../src/kinds/tools/tool-arguments.js';

const validators = new Validators();

function serialiser(described: JsonSchema, asked = described) {
  const { expanded } = checkSchema(asked, 'guarded');
  const validate = validators.get({ schema: asked, patterns: 'guarded', expanded });
  return argumentSerialiser('demo:tool', described, validate);
}

/** What came of it: the text, or the refusal as data. */
function outcome(serialise: SerialiseArguments, args: unknown): unknown {
  try {
    return serialise(args);
  } catch (error) {
    expect(AisopodError.is(error)).toBe(true);
    return (error as AisopodError).toJSON();
  }
}

const SCHEMA = {
  type: 'object',
  properties: {
    text: { type: 'string', maxLength: 20 },
    n: { type: 'integer' },
    on: { type: 'boolean' },
    place: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] },
    tags: { type: 'array', items: { type: 'string' } },
    any: {},
  },
  required: ['text'],
  additionalProperties: false,
};

/** Asks for types only, so a writer decides. */
const FLAT = {
  title: 'flat',
  type: 'object',
  properties: {
    text: { type: 'string', description: 'a text' },
    n: { type: 'integer' },
    x: { type: 'number' },
    on: { type: 'boolean' },
    none: { type: 'null' },
    place: true,
    any: {},
  },
  required: ['text', 'unnamed'],
};
const CLOSED = { ...FLAT, required: ['text'], additionalProperties: false };

const flatArgs = fc.record(
  {
    text: fc.oneof({ weight: 5, arbitrary: fc.string({ unit: 'binary' }) }, fc.anything()),
    n: fc.oneof({ weight: 5, arbitrary: fc.integer() }, fc.double(), fc.constant(-0), fc.string()),
    x: fc.oneof({ weight: 5, arbitrary: fc.double({ noNaN: true }) }, fc.anything()),
    on: fc.oneof({ weight: 5, arbitrary: fc.boolean() }, fc.constantFrom(undefined, null, 0)),
    none: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, fc.constantFrom(undefined, 0)),
    place: fc.oneof(fc.record({ text: fc.anything(), n: fc.string() }), fc.boolean()),
    any: fc.anything({ withDate: true, withBoxedValues: true, withBigInt: true }),
    unnamed: fc.oneof(fc.integer(), fc.string({ unit: 'binary' })),
    other: fc.integer(),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Without the members that the schema does not name. */
function named({ unnamed, other, ...rest }: Record<string, unknown>): object {
  return rest;
}

const args = fc.record(
  {
    text: fc.oneof(fc.string({ unit: 'binary' }), fc.anything()),
    n: fc.oneof(fc.integer(), fc.double(), fc.constant(-0)),
    on: fc.oneof(fc.boolean(), fc.constant(undefined)),
    place: fc.oneof(fc.record({ x: fc.double() }), fc.anything()),
    tags: fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.anything({ maxDepth: 1 }))),
    any: fc.anything({ withDate: true, withBoxedValues: true, withBigInt: true }),
    other: fc.anything(),
  },
  { requiredKeys: ['text'] },
);

describe('argumentSerialiser()', () => {
  // A serialiser that was made without the schema knows no key and takes the long way always.
  const quick = serialiser(SCHEMA);
  const general = serialiser({}, SCHEMA);

  test('gives the text and the refusals that writing the long way gives', () => {
    fc.assert(
      fc.property(args, (value) => {
        expect(outcome(quick, value)).toEqual(outcome(general, value));
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['open', FLAT],
    ['closed', CLOSED],
  ])('gives them for a flat schema that is %s', (_, schema) => {
    const flat = serialiser(schema);
    const long = serialiser({}, schema);
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(flatArgs, flatArgs.map(named), fc.anything()), (value) => {
        const said = outcome(flat, value);
        if (typeof said === 'string') taken += 1;
        expect(said).toEqual(outcome(long, value));
      }),
      { numRuns: 4_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  test('gives them for anything', () => {
    fc.assert(
      fc.property(fc.anything({ withDate: true, withBoxedValues: true }), (value) => {
        expect(outcome(quick, value)).toEqual(outcome(general, value));
      }),
      { numRuns: 2_000 },
    );
  });

  test('refuses a member whose getter throws', () => {
    const value = {
      get text() {
        throw new Error('not now');
      },
    };
    expect(outcome(quick, value)).toEqual(outcome(general, value));
    expect(outcome(quick, value)).toMatchObject({ code: 'ARGUMENTS_INVALID' });
  });
});

describe('arguments that answer otherwise when they are read again', () => {
  /** Asks for more than types, deeper down too. */
  const ASKING = {
    type: 'object',
    properties: {
      path: { type: 'string', pattern: '^ok' },
      list: { type: 'array', items: { type: 'string', pattern: '^ok' } },
      inner: { type: 'object', properties: { path: { type: 'string', pattern: '^ok' } } },
    },
  };
  const SHAPED = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] };

  /** Reads one of some values each time, beginning with the one at `first`. */
  function reader(values: readonly unknown[], first: number) {
    let reads = first;
    return () => values[reads++ % values.length];
  }

  /** The ways in which an object can answer otherwise. */
  const WAYS: [string, (read: () => unknown) => unknown][] = [
    ['a getter', (read) => Object.defineProperty({}, 'path', { get: read, enumerable: true })],
    [
      'a proxy',
      (read) =>
        new Proxy({ path: 'ok' }, { get: (_, key) => (key === 'path' ? read() : undefined) }),
    ],
    [
      'a nested getter',
      (read) => ({ inner: Object.defineProperty({}, 'path', { get: read, enumerable: true }) }),
    ],
    [
      'an element',
      (read) => ({ list: Object.defineProperty(['ok'], 0, { get: read, enumerable: true }) }),
    ],
    [
      'an element of many',
      (read) => ({
        list: Object.defineProperty(new Array(20).fill('ok'), 7, { get: read, enumerable: true }),
      }),
    ],
    ['toJSON()', (read) => ({ toJSON: () => ({ path: read() }) })],
    ['toJSON() of a member', (read) => ({ path: { toJSON: read } })],
  ];

  test.each(WAYS)('are validated as they are sent: %s', (_, make) => {
    for (const schema of [ASKING, SHAPED]) {
      const serialise = serialiser(schema);
      const { expanded } = checkSchema(schema, 'guarded');
      const validate = validators.get({ schema, patterns: 'guarded', expanded });
      const values = ['ok', '../../etc/passwd', 'ok', 5, undefined, null, { deep: [] }];
      for (const first of values.keys()) {
        const sent = outcome(serialise, make(reader(values, first)));
        if (typeof sent === 'string') expect(validate(JSON.parse(sent), sent.length)).toBeNull();
        else expect(sent).toMatchObject({ code: 'ARGUMENTS_INVALID' });
      }
    }
  });

  test('are read once', () => {
    let reads = 0;
    const value = {
      get path() {
        reads += 1;
        return 'ok';
      },
    };
    expect(outcome(serialiser(ASKING), value)).toBe('{"path":"ok"}');
    expect(reads).toBe(1);
  });

  test('send the text of a key "__proto__"', () => {
    const value = JSON.parse('{"path":"ok","__proto__":{"path":"bad"}}');
    expect(outcome(serialiser(ASKING), value)).toBe('{"path":"ok","__proto__":{"path":"bad"}}');
  });
});

test('a schema whose validator fails is reported as such, with no raw error', () => {
  const broken = serialiser({
    type: 'object',
    allOf: [{ dependentSchemas: { k: { patternProperties: { '^a': {} } } } }],
    patternProperties: { '^a': {} },
    unevaluatedProperties: false,
  });
  expect(outcome(broken, { a: 1 })).toMatchObject({
    code: 'SCHEMA_INVALID',
    message: expect.stringContaining('The arguments of demo:tool cannot be validated'),
    details: { tool: 'demo:tool' },
  });
});
