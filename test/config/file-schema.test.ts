import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { Findings } from '../../src/base/shape/index.js';
import { configFileSchema } from '../../src/config/file-schema.js';
import { configShape } from '../../src/config/shape.js';
import { undescribedKeys } from '../support/undescribed-keys.js';

const PUBLISHED = new URL('../../docs/reference/schemas/config.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(configFileSchema());
const valid = (text: string) => validate(JSON.parse(JSON.stringify(parse(text))));

/** Whether the host takes a file, and has nothing to say about its keys. */
function taken(text: string): boolean {
  const findings = new Findings('CONFIG_INVALID');
  configShape.read(parse(text), null, findings);
  return findings.errors.length + findings.warnings.length === 0;
}

test('the published schema of config.toml is the one that the rules give', () => {
  // To publish it again: npm run schemas
  const published = readFileSync(fileURLToPath(PUBLISHED), 'utf8');
  expect(published).toBe(`${JSON.stringify(configFileSchema(), null, 2)}\n`);
});

describe('the schema of config.toml for editors', () => {
  test.each([
    '',
    '[plugins.weather]\ncity = "Bonn"\ntoken = { env = "TOKEN" }\n',
    '[plugins.settings]\npaths = ["~/more"]\nstrict = true\nfeatures = ["telegram"]\n',
    '[plugins.settings.limits]\ncall_ms = 60_000\nqueue_bytes = 67_108_864\n',
    '[plugins.settings.weather]\nenabled = false\nversion = "1.2.3"\naccept = ["signals"]\n',
    '[plugins.settings.weather]\nisolation = "none"\npermissions.network = ["example.com:443"]\n',
    '[plugins.settings.weather.limits]\ncall_ms = 1\n',
    '[plugins.registry]\nurl = "https://example.com"\n',
    '[trust]\nweather = "trusted"\n',
  ])('takes what the host takes: %j', (text) => {
    expect(taken(text)).toBe(true);
    expect(valid(text), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each([
    'plugin = 1\n',
    '[plugins]\nweather = 1\n',
    '[plugins.Weather]\ncity = "Bonn"\n',
    '[plugins.host]\na = 1\n',
    '[plugins.settings]\npath = ["~/more"]\n',
    '[plugins.settings]\npaths = "~/more"\n',
    '[plugins.settings.limits]\ncall = 1\n',
    '[plugins.settings.limits]\ncall_ms = 0\n',
    '[plugins.settings.Weather]\nenabled = false\n',
    '[plugins.settings.weather]\nenable = false\n',
    '[plugins.settings.weather]\nversion = 1\n',
    '[plugins.registry]\nurl = "example.com"\n',
    '[trust]\nweather = "much"\n',
    '[trust]\nWeather = "trusted"\n',
  ])('refuses what the host refuses or warns of: %j', (text) => {
    expect(taken(text)).toBe(false);
    expect(valid(text)).toBe(false);
  });

  test('says of every key what is expected', () => {
    expect(undescribedKeys(configFileSchema())).toEqual([]);
  });
});
