import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import { checkSchema, type JsonSchema, Validators } from '../../../src/base/schema/index.js';
import { argumentSerialiser } from '../../../src/kinds/tools/tool-arguments.js';

const validators = new Validators();

function serialiser(described: JsonSchema, asked = described) {
  const { expanded } = checkSchema(asked, 'native');
  const validate = validators.get({ schema: asked, patterns: 'native', expanded });
  return argumentSerialiser('demo:tool', described, validate);
}

/** What came of it: the text, or the refusal as data. */
function outcome(serialise: (args: unknown) => string, args: unknown): unknown {
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
