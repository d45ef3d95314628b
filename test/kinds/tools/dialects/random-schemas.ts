import fc from 'fast-check';
import { checkSchema, type JsonSchema } from '../../../../src/base/schema/index.js';

const names = fc.constantFrom(
  'a',
  'b',
  'kind',
  'max-results',
  '$filter',
  'say "hi"',
  'naïve',
  '3d',
);
const texts = fc.constantFrom('x', 'y', '', 'abc', '5');
const scalars = fc.oneof(texts, fc.integer({ min: -3, max: 9 }), fc.constantFrom(null, true, 0.5));
const patterns = fc.constantFrom('^[a-z]*$', '^x', 'c$', '.');
const references = fc.constantFrom('#/$defs/one', '#/$defs/two', '#', '#/properties/a', '#one');
const values = fc.oneof(
  { weight: 5, arbitrary: scalars },
  fc.constantFrom<unknown>({ a: 1 }, [1, 'x'], { kind: 'x' }, []),
);

const annotations = fc.record(
  {
    title: fc.constant('A title'),
    description: fc.constant('What it is'),
    default: values,
    examples: fc.array(values, { maxLength: 1 }),
    deprecated: fc.boolean(),
    'x-own': fc.constant(1),
    $comment: fc.constant('none'),
  },
  { requiredKeys: [] },
);

const some = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(shape, { requiredKeys: [] });
const count = fc.integer({ min: 0, max: 3 });

const textual = some({
  minLength: count,
  maxLength: fc.integer({ min: 2, max: 5 }),
  pattern: patterns,
  format: fc.constantFrom('email', 'uri', 'date-time', 'odd'),
}).map((more) => ({ type: 'string', ...more }));

const numeric = some({
  minimum: fc.integer({ min: -3, max: 1 }),
  maximum: fc.integer({ min: 2, max: 9 }),
  exclusiveMinimum: fc.constantFrom(-4, -1.5),
  multipleOf: fc.constantFrom(1, 0.5),
}).chain((more) => fc.constantFrom('number', 'integer').map((type) => ({ type, ...more })));

const listed = fc.oneof(
  fc
    .uniqueArray(values, { minLength: 1, maxLength: 4, selector: (v) => JSON.stringify(v) })
    .map((list) => ({ enum: list })),
  values.map((value) => ({ const: value })),
  texts.map((value) => ({
    type: 'string',
    enum: [value, 'x'].filter((v, i, all) => all.indexOf(v) === i),
  })),
);

type Node = object | boolean;

const { schema: anySchema, object: anyObject } = fc.letrec<{
  schema: Node;
  object: object;
  list: object;
  composed: object;
}>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'schema' },
    { weight: 2, arbitrary: fc.tuple(textual, annotations).map(([a, b]) => ({ ...a, ...b })) },
    { weight: 2, arbitrary: numeric },
    { weight: 2, arbitrary: listed },
    fc.constantFrom<Node>(true, {}, { type: 'boolean' }, { type: 'null' }, { type: 'object' }),
    fc.constantFrom<Node>({ type: 'array' }, false, { type: ['string', 'null'] }, { minLength: 1 }),
    fc.constantFrom<Node>({ type: ['object', 'integer', 'null'] }, { not: { type: 'string' } }),
    {
      weight: 2,
      arbitrary: fc.tuple(references, annotations).map(([$ref, more]) => ({ $ref, ...more })),
    },
    { weight: 5, arbitrary: tie('object') },
    { weight: 3, arbitrary: tie('list') },
    { weight: 4, arbitrary: tie('composed') },
  ),
  object: fc
    .tuple(
      fc.dictionary(names, tie('schema'), { maxKeys: 3 }),
      fc.uniqueArray(names, { maxLength: 2 }),
      some({
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
        patternProperties: fc.dictionary(patterns, tie('schema'), { maxKeys: 1 }),
        propertyNames: fc.constantFrom<Node>({ pattern: '^[^ ]*$' }, { maxLength: 11 }),
        unevaluatedProperties: fc.boolean(),
        minProperties: fc.constantFrom(0, 1),
        maxProperties: fc.constantFrom(3, 8),
        dependentRequired: fc.constantFrom({ a: ['b'] }, { $filter: ['kind'] }),
        dependentSchemas: fc.dictionary(names, tie('schema'), { maxKeys: 1 }),
        if: tie('schema'),
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: tie('schema'),
        not: tie('schema'),
      }),
      fc.integer({ min: 0, max: 9 }),
      annotations,
    )
    .map(([properties, required, more, rare, about]) => ({
      type: 'object',
      properties,
      ...(required.length > 0 && { required }),
      ...about,
      // Most of them make the schema refuse most values.
      ...Object.fromEntries(Object.entries(more).filter((_, i) => (rare + i) % 4 === 0)),
    })),
  list: fc
    .tuple(
      tie('schema'),
      some({
        prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        minItems: fc.constantFrom(0, 1),
        maxItems: fc.constantFrom(2, 3),
        uniqueItems: fc.boolean(),
        contains: tie('schema'),
        maxContains: fc.constantFrom(1, 2),
        minContains: fc.constantFrom(0, 1),
      }),
      fc.boolean(),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([items, more, has, rare]) => ({
      type: 'array',
      ...(has && { items }),
      ...Object.fromEntries(Object.entries(more).filter((_, i) => (rare + i) % 3 === 0)),
    })),
  composed: fc
    .tuple(
      fc.constantFrom('anyOf', 'oneOf', 'allOf'),
      fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
      annotations,
      fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, tie('object')),
    )
    .map(([keyword, list, about, base]) => ({ ...base, [keyword]: list, ...about })),
}));

/** Schemas of arguments that the host takes, with everything that JSON Schema has. */
export const legalSchemas: fc.Arbitrary<JsonSchema> = fc
  .tuple(
    anyObject,
    anySchema,
    anySchema,
    fc.constantFrom('none', 'anyOf', 'oneOf', 'allOf', 'ref'),
    fc.array(anyObject, { minLength: 1, maxLength: 3 }),
  )
  .map(([root, one, two, how, list]): JsonSchema => {
    const anchored = typeof one === 'object' ? { ...one, $anchor: 'one' } : { $anchor: 'one' };
    const composition =
      how === 'none' ? {} : how === 'ref' ? { $ref: '#/$defs/two' } : { [how]: list };
    return { ...root, type: 'object', ...composition, $defs: { one: anchored, two } };
  })
  .filter((schema) => checkSchema(schema, 'guarded').faults.length === 0);
