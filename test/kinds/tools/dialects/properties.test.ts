import { isDeepStrictEqual } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSchema, type JsonSchema, Validators } from '../../../../src/base/schema/index.js';
import { dialectParameters } from '../../../../src/kinds/tools/dialects/define-tools.js';
import { Drops } from '../../../../src/kinds/tools/dialects/drops.js';
import { TABLES, TOOL_DIALECTS } from '../../../../src/kinds/tools/dialects/index.js';
import { OutlineBuilder } from '../../../../src/kinds/tools/dialects/outline-builder.js';
import { PropertyNames } from '../../../../src/kinds/tools/dialects/property-names.js';
import { SchemaDocument } from '../../../../src/kinds/tools/dialects/schema-document.js';
import { rounds } from '../../../support/rounds.js';
import { asJsonSchema } from './as-json-schema.js';
import { legalSchemas } from './random-schemas.js';
import { randomFrom, Sampler } from './sample-values.js';
import { isAmbiguous, waysToSend } from './to-sent.js';
import { outsideTable } from './within-table.js';

const SEED = 20_261_130;
const COUNT = rounds(1000, 30);
/** UTF-16 units of a definition; the largest schema that the host takes has 65,536. */
const LARGEST = 400_000;

const cases = fc
  .sample(legalSchemas, { numRuns: COUNT, seed: SEED })
  .map((schema, i) => ({ schema, values: legalValues(schema, SEED + i) }));

/** Values that the host takes as arguments. */
function legalValues(schema: JsonSchema, seed: number): unknown[] {
  const { expanded } = checkSchema(schema, 'guarded');
  const validate = new Validators().get({ schema, patterns: 'guarded', expanded });
  const sampler = new Sampler(new SchemaDocument(schema), randomFrom(seed));
  return Array.from({ length: 20 }, () => sampler.value()).filter(
    (value) => typeof value === 'object' && isLegal(value),
  );

  function isLegal(value: unknown): boolean {
    try {
      return validate(value, 100) === null;
    } catch {
      // ajv has a fault with patterns of properties below unevaluatedProperties.
      return false;
    }
  }
}

function accepts(schema: unknown): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
  return ajv.compile(schema as object);
}

test('the random schemas have values', () => {
  expect(cases.flatMap(({ values }) => values).length).toBeGreaterThan(COUNT);
});

describe.each(TOOL_DIALECTS)('%s', (dialect) => {
  const table = TABLES[dialect];

  test('sends nothing outside of its table, as JSON, bounded and the same each time', () => {
    for (const { schema } of cases) {
      const { schema: sent, dropped } = dialectParameters(schema, dialect);
      if (sent === null) continue;
      const text = JSON.stringify(sent);
      expect(JSON.parse(text)).toEqual(sent);
      expect(text.length).toBeLessThan(LARGEST);
      expect(outsideTable(sent, table)).toEqual([]);
      const again = dialectParameters(structuredClone(schema), dialect);
      expect(JSON.stringify([again.schema, again.dropped])).toBe(JSON.stringify([sent, dropped]));
    }
  });
});

describe.each(['openai', 'anthropic', 'mcp'] as const)('%s', (dialect) => {
  test('accepts what the full schema accepts, and reads it back', () => {
    for (const { schema, values } of cases) {
      const { schema: sent, read } = dialectParameters(schema, dialect);
      const pattern = TABLES[dialect].propertyName.value;
      const names = new PropertyNames(new SchemaDocument(schema), pattern);
      const judge = accepts(sent);
      for (const value of values) {
        const given = names.valueToSent(value);
        expect(judge(given), JSON.stringify({ schema, sent, value })).toBe(true);
        expect(read(given)).toEqual(value);
      }
    }
  });
});

describe.each(['gemini', 'openai-strict'] as const)('%s', (dialect) => {
  const strict = dialect === 'openai-strict';
  const table = TABLES[dialect];

  test('accepts what the full schema accepts, and reads it back', () => {
    let judged = 0;
    let exact = 0;
    for (const { schema, values } of cases) {
      const { schema: sent, read } = dialectParameters(schema, dialect);
      const document = new SchemaDocument(schema);
      const names = new PropertyNames(document, table.propertyName.value);
      const options = { links: strict, freeObjects: !strict };
      const outline = new OutlineBuilder(document, table, new Drops(), options).build();
      const judge = accepts(asJsonSchema(sent ?? { type: 'object' }));
      for (const value of values) {
        const { ways: own, exact: isExact } = waysToSend(outline, value, strict);
        const ways = own.map((way) => names.valueToSent(way));
        // What strict can't say are properties that no schema names, and absent ones that may be null.
        if (strict && ways.length === 0) continue;
        judged += 1;
        const good = ways.filter((way) => judge(way));
        expect(good, JSON.stringify({ schema, sent, value, ways })).not.toEqual([]);
        if (!isExact || isAmbiguous(outline)) continue;
        exact += 1;
        const readBack = good.map(read);
        const same = readBack.some((each) => isDeepStrictEqual(each, value));
        expect(same, JSON.stringify({ schema, sent, value, good, readBack })).toBe(true);
      }
    }
    expect(judged).toBeGreaterThan(COUNT / 2);
    expect(exact).toBeGreaterThan(COUNT / 4);
  });
});
