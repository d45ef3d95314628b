import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../../../src/packages/manifest/index.js';
import { manifestSchema } from '../../../src/packages/manifest/json-schema.js';
import { undescribedKeys } from '../../support/undescribed-keys.js';
import { MINIMAL } from './write-manifest.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PUBLISHED = `${ROOT}docs/reference/schemas/manifest.schema.json`;

const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(manifestSchema());
const valid = (text: string) => validate(JSON.parse(JSON.stringify(parse(text))));

test('the published schema is the one that the rules give', () => {
  // To publish it again: npm run schemas
  const published = readFileSync(PUBLISHED, 'utf8');
  expect(published).toBe(`${JSON.stringify(manifestSchema(), null, 2)}\n`);
});

describe('the schema for editors', () => {
  const samples = readdirSync(`${ROOT}plugins-c`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `plugins-c/${name}`);

  test.each([...samples, 'docs/guide/first-plugin', 'docs/guide/first-plugin-cpp'])(
    'takes the manifest of %s',
    (folder) => {
      const file = `${ROOT}${folder}/aisopod.plugin.toml`;
      expect(valid(readFileSync(file, 'utf8')), JSON.stringify(validate.errors)).toBe(true);
      expect(readManifest(file)).toMatchObject({ errors: [], warnings: [] });
    },
  );

  test('takes what the reader takes', () => {
    expect(valid(MINIMAL)).toBe(true);
    expect(valid(MINIMAL.replace('entry', 'main'))).toBe(true);
    const full = `config = "c.json"
${MINIMAL.replace('"calc.so"', '{ linux-x64 = "bin/..a/a.so" }').replace('1.2.3', '1.0.0-rc.1+x')}
homepage = "https://example.com"
[compatibility]
host = "^1"
abi = "1.0"
platforms = ["linux-x64"]
[dependencies]
a = { version = "*" }
[permissions]
network = ["example.com:443"]
filesystem.read = ["~/x/"]
limits.memory = "1MiB"
`;
    expect(valid(full), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each([
    MINIMAL.replace('calc"', 'Calc"'),
    MINIMAL.replace('1.2.3', 'v1'),
    MINIMAL.replace('entry', 'etnry'),
    MINIMAL.replace('id = "calc"\n', ''),
    `${MINIMAL}[runtime]\nisolation = "much"\n`,
    `${MINIMAL}[compatibility]\nabi = 1.0\n`,
    `${MINIMAL}[dependencies]\nUp = "*"\n`,
    '',
  ])('refuses %j', (text) => {
    expect(valid(text)).toBe(false);
  });

  test('says of every key what is expected', () => {
    expect(undescribedKeys(manifestSchema())).toEqual([]);
  });
});
