import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../../src/abi/index.js';
import { DOCS, SCHEMA_FILES, schemaOf } from './schemas.js';

const page = readFileSync(`${DOCS}/kinds.md`, 'utf8');

const examples = Array.from(page.matchAll(/^```json (\S+)\n(.*?)^```$/gms), ([, label, json]) => ({
  label: label ?? '',
  json: json ?? '',
}));

test('every schema compiles', () => {
  for (const { $id, $defs } of SCHEMA_FILES) {
    const file = $id.slice('urn:aisopod:schema:'.length);
    for (const name of Object.keys($defs))
      expect(schemaOf(`${file}#${name}`)).toBeTypeOf('function');
  }
});

describe('the examples of kinds.md', () => {
  test.each(examples)('$label: $json', ({ label, json }) => {
    const validate = schemaOf(label);
    expect(validate(JSON.parse(json)) || validate.errors).toBe(true);
  });

  test('are all labelled with their schema', () => {
    expect(examples).toHaveLength(page.match(/^```json/gm)?.length ?? 0);
    expect(examples.length).toBeGreaterThan(10);
  });
});

test('the table of kinds.md has every kind of the ABI', () => {
  const rows = Array.from(page.matchAll(/^\| (`.*?) \| `/gm), ([, kinds]) => kinds ?? '');
  const listed = rows.flatMap((row) => Array.from(row.matchAll(/`(\w+)`/g), ([, kind]) => kind));
  expect(listed.filter((kind) => KINDS.some((known) => known === kind)).sort()).toEqual(
    [...KINDS].sort(),
  );
});

describe('the schema of a spec refuses', () => {
  test.each([
    ['no description', {}],
    ['a blank description', { description: ' ' }],
    ['parameters of a list', { description: 'x', parameters: { type: 'array' } }],
    ['parameters that are no schema', { description: 'x', parameters: { minLength: 'many' } }],
    ['an output that is no schema', { description: 'x', output: { type: 'text' } }],
    ['a permission that is no text', { description: 'x', permissions: [1] }],
    ['a hint that is no boolean', { description: 'x', hints: { readOnly: 'yes' } }],
  ])('%s', (_, spec) => {
    expect(schemaOf('tool#spec')(spec)).toBe(false);
  });
});

describe('the schema of a result refuses', () => {
  test.each([
    [
      'an error beside data',
      { success: true, data: 1, output: '1', error: { code: 'X', message: '' } },
    ],
    ['success without data', { success: true }],
    ['failure without an error', { success: false }],
    ['data of a failure', { success: false, data: 1, error: { code: 'X', message: '' } }],
  ])('%s', (_, result) => {
    expect(schemaOf('tool#result')(result)).toBe(false);
  });
});
