import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkSchema, type JsonSchema, Validators } from '../../../src/base/schema/index.js';

// Everything the validator must cope with is drawn from the words it knows, right and wrong.
const keywords = fc.constantFrom(
  ...['type', 'enum', 'const', 'minimum', 'multipleOf', 'maxLength', 'pattern', 'required'],
  ...['nullable', 'id', '$comment', 'dependentRequired', 'discriminator', '$async', '$vocabulary'],
  ...['format', 'minContains', 'x', '__proto__', '$dynamicAnchor', 'uniqueItems', 'default'],
);
const values = fc.constantFrom<unknown[]>(
  ...['string', 'object', ['string', 'null'], '^a', '(?=a)', 'a', '#', ['a', 'b'], [1, 'a']],
  ...[1, -1, 0, 0.5, true, false, null, [], {}, { $id: '#/a' }, { $anchor: '1' }, { a: ['b'] }],
);
const names = fc.constantFrom('a', 'b', '^a', 'constructor', 'toString');
const references = fc.constantFrom('#', '#/$defs/a', '#a', '#/properties/b', '#/items');

const { schema: anySchema } = fc.letrec<{ schema: unknown; member: [string, unknown] }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'schema' },
    fc.boolean(),
    fc.array(tie('member'), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
  ),
  member: fc.oneof(
    fc.tuple(keywords, values),
    fc.tuple(fc.constant('$ref'), references),
    fc.tuple(fc.constant('$anchor'), fc.constantFrom('a', 'b')),
    fc.tuple(
      fc.constantFrom('$defs', 'properties', 'patternProperties', 'dependentSchemas'),
      fc.dictionary(names, tie('schema'), { maxKeys: 2 }),
    ),
    fc.tuple(
      fc.constantFrom('anyOf', 'oneOf', 'allOf', 'prefixItems'),
      fc.array(tie('schema'), { maxLength: 2 }),
    ),
    fc.tuple(
      fc.constantFrom(
        ...['items', 'contains', 'not', 'if', 'then', 'else', 'propertyNames'],
        ...['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems'],
      ),
      tie('schema'),
    ),
  ),
}));

it('a schema that passes the check compiles, and judges any value without throwing', () => {
  let compiled = 0;
  fc.assert(
    fc.property(anySchema, fc.jsonValue({ maxDepth: 2 }), (schema, data) => {
      const { schema: modern, faults, expanded } = checkSchema(schema, 'linear');
      if (faults.length > 0 || typeof schema !== 'object') return;
      compiled += 1;
      const source = { schema: modern as JsonSchema, patterns: 'linear', expanded } as const;
      new Validators().get(source)(data, 100);
    }),
    { numRuns: 500 },
  );
  expect(compiled).toBeGreaterThan(50);
});
