import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  configDefaults,
  configSecrets,
  readManifest,
} from '../../../src/packages/manifest/index.js';
import { MINIMAL, pluginFolder, reading } from './write-manifest.js';

const SCHEMA = {
  type: 'object',
  properties: {
    port: { type: 'integer', default: 80 },
    proxy: { properties: { host: { default: 'localhost' }, key: { secret: true } } },
  },
};
const DEFAULTS = { port: 80, proxy: { host: 'localhost' } };

test('a schema in the manifest yields defaults and secrets', () => {
  const { manifest } = reading(`${MINIMAL}[config.properties.port]
type = "integer"
default = 80
[config.properties.proxy.properties]
host.default = "localhost"
key = { type = "string", secret = true }
`);
  expect(manifest?.config).toMatchObject({
    file: null,
    defaults: DEFAULTS,
    secrets: ['/proxy/key'],
  });
});

test.each(['config = "c.json"\n', '[config]\nschema = "c.json"\n'])(
  'a schema can stand in a file beside the manifest: %s',
  (line) => {
    const text = line.startsWith('[') ? MINIMAL + line : line + MINIMAL;
    const { manifest, errors } = reading(text, { 'c.json': JSON.stringify(SCHEMA) });
    expect(errors).toEqual([]);
    expect(manifest?.config).toMatchObject({ file: 'c.json', schema: SCHEMA, defaults: DEFAULTS });
  },
);

test.each([
  ['none.json', {}],
  ['c.json', { 'c.json': '{' }],
  ['c.json', { 'c.json': '[]' }],
  ['c.json', { 'c.json': '{"type":"string"}' }],
  ['c.json', { 'c.json': `{"description":"${'x'.repeat(70_000)}"}` }],
  ['c.json/d.json', { 'c.json': '{}' }],
  ['../c.json', {}],
  ['c.toml', { 'c.toml': '' }],
])('the file %s is refused when it is no schema inside the folder', (name, files) => {
  const { errors } = reading(`config = "${name}"\n${MINIMAL}`, files as Record<string, string>);
  expect(errors.map(({ path, line }) => [path, line])).toEqual([['config', 1]]);
});

test.each([
  [
    '{\n  "type": "objekt",\n  "maximum": 9007199254740993}',
    'line 3, column 14: an integer that a',
  ],
  ['{"type":"object","type":"object"}', 'line 1, column 18: the key "type" twice in one object'],
  ['{"description":"\\ud83d"}', 'line 1, column 17: half of a surrogate pair'],
  ['{"type":', 'line 1, column 9: not JSON: unexpected end'],
])('the schema %j in a file is refused with the place', (text, said) => {
  const { errors } = reading(`config = "c.json"\n${MINIMAL}`, { 'c.json': text });
  expect(errors.map(({ hint }) => hint)).toEqual([expect.stringContaining(said)]);
});

test('a byte order mark before a schema in a file is skipped', () => {
  const file = `\ufeff${JSON.stringify(SCHEMA)}\r\n`;
  const { manifest, errors } = reading(`config = "c.json"\n${MINIMAL}`, { 'c.json': file });
  expect(errors).toEqual([]);
  expect(manifest?.config).toMatchObject({ schema: SCHEMA });
});

test('a link that leads out of the folder is refused', () => {
  const outside = pluginFolder(MINIMAL, { 'c.json': '{}' });
  const dir = pluginFolder(`config = "c.json"\n${MINIMAL}`);
  symlinkSync(join(outside, 'c.json'), join(dir, 'c.json'));
  const { errors } = readManifest(join(dir, 'aisopod.plugin.toml'));
  expect(errors.map(({ hint }) => hint)).toEqual(['it leaves the folder']);
});

test('values where the schema belongs are warned about', () => {
  const { warnings } = reading(`${MINIMAL}[config]\ngreeting = "hello"\nproprties = {}\n`);
  expect(warnings.map(({ hint }) => hint)).toEqual([
    expect.stringContaining('config.toml'),
    'did you mean `properties`?',
  ]);
});

test('a schema of something else than an object, or one that JSON cannot hold, is a fault', () => {
  expect(reading(`${MINIMAL}[config]\ntype = "string"\n`).errors).toHaveLength(1);
  expect(reading(`${MINIMAL}[config.properties.a]\ndefault = inf\n`).errors).toHaveLength(1);
});

test("an object's own default is laid over those of its properties", () => {
  expect(
    configDefaults({
      default: { a: 1 },
      properties: { a: { default: 2 }, b: { default: 3 }, c: { type: 'string' } },
    }),
  ).toEqual({ a: 1, b: 3 });
});

test('references inside the schema are followed', () => {
  const schema = {
    $defs: { 'a/b': { default: 5 } },
    properties: { x: { $ref: '#/$defs/a~1b' }, y: { $ref: 'https://example.com/' } },
  };
  expect(configDefaults(schema)).toEqual({ x: 5 });
});

test('schemas that refer to themselves come to an end', () => {
  const node = { $ref: '#' };
  const schema = {
    properties: { a: node, b: node, c: { $ref: '#/properties/c' }, d: { default: 1 } },
  };
  expect(configDefaults(schema)).toHaveProperty('d', 1);
  expect(configSecrets(schema)).toEqual([]);
});

test('a property called __proto__ pollutes nothing', () => {
  const schema = JSON.parse('{"properties":{"__proto__":{"properties":{"p":{"default":1}}}}}');
  const defaults = configDefaults(schema);
  expect(Object.keys(defaults)).toEqual(['__proto__']);
  expect(({} as Record<string, unknown>).p).toBeUndefined();
});
