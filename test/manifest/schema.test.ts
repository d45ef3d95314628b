import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { manifestSchema } from '../../src/manifest/index.js';
import { MINIMAL } from './write-manifest.js';

const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(manifestSchema());
const valid = (text: string) => validate(JSON.parse(JSON.stringify(parse(text))));

test('the schema for editors takes what the reader takes', () => {
  expect(valid(MINIMAL)).toBe(true);
  expect(valid(MINIMAL.replace('entry', 'main'))).toBe(true);
  const full = `config = "c.json"
${MINIMAL.replace('"calc.so"', '{ linux-x64 = "a.so" }')}
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
])('the schema for editors refuses %j', (text) => {
  expect(valid(text)).toBe(false);
});
