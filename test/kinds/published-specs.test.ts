import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kind, RawRegistration } from '../../src/abi/index.js';
import { KIND_DEFINITIONS, KINDS_SERVED } from '../../src/kinds/index.js';
import { type KindDefinition, type SpecProblem, specSchema } from '../../src/registry/index.js';
import { readSpec } from '../../src/registry/spec.js';
import { load, loadFolder } from '../loaders/native/load-native.js';
import { makePlugin, makeRaw } from '../registry/make-batch.js';
import { builtPlugin } from '../support/built.js';
import { casesOf } from './refusals/cases.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The published schema of each kind, as an editor or an author's test has it. */
const published = new Map<Kind, ValidateFunction>(
  KINDS_SERVED.map(({ kind }) => {
    const file = `${ROOT}docs/reference/schemas/${kind}-spec.schema.json`;
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
    return [kind, ajv.compile(JSON.parse(readFileSync(file, 'utf8')))];
  }),
);

/**
 * Whether the host takes a spec and has nothing to say about its schemas; what other plugins and its own name
 * have to do with it is left out.
 */
function isTaken(kind: Kind, spec: string): boolean {
  const raw = makeRaw(kind, kind === 'hook' ? 'OnError' : 'mine', spec);
  const definition = KIND_DEFINITIONS.get(kind) as KindDefinition;
  const { problems, warnings } = readSpec(definition, raw, makePlugin('p'));
  const isOfSchema = ({ path }: SpecProblem) => /^\/(?:parameters|output)\b/.test(path);
  return problems.every(isUnsayable) && !warnings.some(isOfSchema);
}

/** What a schema has no words for: texts of templates, files, and names that are equal. */
function isUnsayable({ path, message, expected }: SpecProblem): boolean {
  if (message.endsWith(' is there already')) return true;
  return expected === undefined && /^\/(?:template|file)$/.test(path);
}

const isValid = (kind: Kind, spec: string) => published.get(kind)?.(JSON.parse(spec));

// Case does not count for reserved names, nor does a schema know of depth.
const isSayable = (spec: string) => !/PLUGINS|\[{100}/.test(spec);

const parsedCases = (kind: Kind) =>
  casesOf(kind).flatMap(({ spec, trust }) => {
    if (trust === 'untrusted' || !isSayable(spec)) return [];
    try {
      return [{ spec, value: JSON.parse(spec) as unknown }];
    } catch {
      return [];
    }
  });

describe.each(KINDS_SERVED)('the published schema of the spec of a $kind', (definition) => {
  const { kind } = definition;

  test('is the one that the definition gives', () => {
    // To publish it again: npm run schemas
    const file = `${ROOT}docs/reference/schemas/${kind}-spec.schema.json`;
    const text = `${JSON.stringify(specSchema(definition), null, 2)}\n`;
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('says of each key what it is for', () => {
    const { properties } = specSchema(definition) as { properties: Record<string, object> };
    for (const [key, schema] of Object.entries(properties)) {
      expect(schema, key).toHaveProperty('description', expect.stringMatching(/\S/));
    }
  });

  test('takes each recorded spec exactly when the host does', () => {
    const cases = parsedCases(kind);
    expect(cases.length).toBeGreaterThan(20);
    const differing = cases.filter(({ spec }) => isValid(kind, spec) !== isTaken(kind, spec));
    expect(differing.map(({ spec }) => spec)).toEqual([]);
  });

  test('takes any spec made of their values exactly when the host does', () => {
    const values = new Map<string, unknown[]>();
    for (const { value } of parsedCases(kind)) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      for (const [key, each] of Object.entries(value)) {
        values.set(key, [...(values.get(key) ?? []), each]);
      }
    }
    const members = Object.fromEntries(
      Array.from(values, ([key, each]) => [key, fc.constantFrom(...each)]),
    );
    fc.assert(
      fc.property(fc.record(members, { requiredKeys: [] }), (value) => {
        const spec = JSON.stringify(value);
        expect(isValid(kind, spec), spec).toBe(isTaken(kind, spec));
      }),
      { numRuns: 500 },
    );
  });

  test('takes any spec of values at random exactly when the host does', () => {
    const keys = Object.keys((specSchema(definition) as { properties: object }).properties);
    const member = fc.record(
      Object.fromEntries(keys.map((key) => [key, fc.oneof(fc.string(), fc.jsonValue())])),
      { requiredKeys: [] },
    );
    // What is at random in a schema of arguments is about JSON Schema, not about specs.
    const isPlain = ({ parameters, output }: Record<string, unknown>) =>
      [parameters, output].every((each) => typeof each !== 'object' || each === null);
    fc.assert(
      fc.property(member.filter(isPlain), (value) => {
        const spec = JSON.stringify(value);
        expect(isValid(kind, spec), spec).toBe(isTaken(kind, spec));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the published schemas take the specs', () => {
  const samples = readdirSync(`${ROOT}plugins-c`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const fixtures = readdirSync(`${ROOT}test/plugins`).filter((name) => name.endsWith('.c'));

  const check = (registrations: readonly RawRegistration[]) => {
    for (const { kind, name, spec } of registrations) {
      const validate = published.get(kind);
      expect(validate?.(JSON.parse(spec)), `${kind} ${name} ${spec}`).toBe(true);
      expect(isTaken(kind, spec)).toBe(true);
    }
  };

  test.each(samples)('of the sample %s', async (id) => {
    const { instance } = await loadFolder(builtPlugin(id), { kinds: KINDS_SERVED });
    const registrations = await instance.register();
    expect(registrations).not.toEqual([]);
    check(registrations);
  });

  test.each(fixtures)('of the fixture %s', async (source) => {
    // This one ends the process at a step, or at none.
    const flags = source === 'crashes.c' ? ['-DCRASH_AT="none"', '-DHOW=abort()'] : [];
    const { instance } = await load(source as `${string}.cc`, { kinds: KINDS_SERVED, flags });
    check(await instance.register());
  });
});
