import { describe, expect, test } from 'vitest';
import { KINDS } from '../../src/abi/index.js';
import { hostRequests } from '../../src/host/services.js';
import { KIND_DEFINITIONS, openKinds } from '../../src/kinds/index.js';
import { specSchema } from '../../src/registry/index.js';
import { examplesOf, filesBelow, read } from './pages.js';
import { SCHEMA_FILES, schemaOf } from './schemas.js';

const FOLDER = 'docs/reference/kinds';
const page = read(`${FOLDER}/README.md`);
const pages = [
  ...filesBelow(FOLDER, '.md'),
  ...['docs/reference/requests.md', 'docs/reference/host-events.md'],
].map((file) => ({ file, text: read(file) }));

test('every schema compiles', () => {
  for (const { $id, $defs } of SCHEMA_FILES) {
    const file = $id.slice('urn:aisopod:schema:'.length);
    for (const name of Object.keys($defs))
      expect(schemaOf(`${file}#${name}`)).toBeTypeOf('function');
  }
});

describe.each(pages)('the examples of $file', ({ text }) => {
  test.each(examplesOf(text))('$label: $json', ({ label, json }) => {
    const validate = schemaOf(label);
    expect(validate(JSON.parse(json)) || validate.errors).toBe(true);
  });

  test('are all labelled with their schema', () => {
    const examples = examplesOf(text);
    expect(examples).toHaveLength(text.match(/^```json/gm)?.length ?? 0);
    expect(examples).not.toEqual([]);
  });
});

describe('the table of kinds', () => {
  const rows = Array.from(page.matchAll(/^\| (.*?) \| `.*? \| (.*?) \|$/gm), (row) => ({
    kinds: Array.from((row[1] ?? '').matchAll(/`(\w+)`/g), ([, kind = '']) => kind),
    here: row[2],
  }));

  test('has every kind of the ABI', () => {
    expect(rows.flatMap(({ kinds }) => kinds).sort()).toEqual([...KINDS].sort());
  });

  test('says which ones this host serves, and each of them has a page', () => {
    const served = rows.filter(({ here }) => here === 'serves it').flatMap(({ kinds }) => kinds);
    expect(served.sort()).toEqual([...KIND_DEFINITIONS.keys()].sort());
    const titles = filesBelow(FOLDER, '.md')
      .filter((file) => !file.endsWith('/README.md'))
      .map((file) => /^# (\w+)$/m.exec(read(file))?.[1]);
    expect(titles.sort()).toEqual(served.sort());
  });
});

describe('the table of keys', () => {
  test.each([...KIND_DEFINITIONS.values()])('of a $kind has each key of its spec', (definition) => {
    const text = read(`${FOLDER}/${definition.kind}.md`);
    const spec = /^## Spec$(.*?)^## /ms.exec(text)?.[1] ?? '';
    const rows = Array.from(spec.matchAll(/^\| `(\w+)` \|/gm), ([, key]) => key);
    expect(rows).toEqual(Object.keys(specSchema(definition).properties as object));
  });
});

test('the table of requests has every method that the host answers', () => {
  const table = /(?:^\|.*\n)+/m.exec(read('docs/reference/requests.md'))?.[0] ?? '';
  const cells = Array.from(table.matchAll(/^\| (.*?) \|/gm), ([, cell = '']) => cell);
  const listed = cells.flatMap((cell) => Array.from(cell.matchAll(/`(.+?)`/g), ([, name]) => name));
  // Which methods there are does not depend on who answers them.
  const none = { storage: {} as never, kinds: openKinds({} as never), bus: {} as never };
  expect(listed.sort()).toEqual([...hostRequests(none, {}).keys()].sort());
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
