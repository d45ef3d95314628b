import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { valueAt } from '../../src/config/layers.js';
import { errorOf, makeConfig, problemsIn } from './make-config.js';

const SECRET = 'hunter2-hunter2';
const posix = test.skipIf(process.platform === 'win32');

function secretFile(text: string | Uint8Array, mode = 0o600): string {
  const { home } = makeConfig();
  mkdirSync(home.keys);
  const file = join(home.keys, 'key');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

test('a secret is taken from the environment', () => {
  const { resolve } = makeConfig({
    toml: '[plugins.calc]\napi_key = { env = "CALC_KEY" }\n',
    env: { CALC_KEY: SECRET },
  });
  const { value, secrets, warnings } = resolve();
  expect(value.api_key).toBe(SECRET);
  expect(secrets).toEqual([{ path: ['api_key'], reference: { env: 'CALC_KEY' } }]);
  expect(warnings).toEqual([]);
});

test('a secret is taken from a private file, without the line end', () => {
  const own = `server = { host = "a", port = 1, token.file = "${secretFile(`${SECRET}\n`)}" }\n`;
  expect(valueAt(makeConfig({ own }).resolve().value, ['server', 'token'])).toBe(SECRET);
});

test('a higher reference replaces a lower one as a whole, which is not even looked up', () => {
  const { resolve } = makeConfig({
    toml: '[plugins.calc]\napi_key = { env = "NOT_SET" }\n',
    own: `api_key = { file = "${secretFile(SECRET)}" }\n`,
  });
  expect(resolve().value.api_key).toBe(SECRET);
});

test.each([
  ['{ env = "NOT_SET" }', /"NOT_SET", which is not set/],
  ['{ env = "EMPTY" }', /"EMPTY", which is empty/],
  ['{ file = "/nowhere/at all" }', /no such file/],
  ['{ file = "relative" }', /absolute path/],
])('a secret that cannot be had is told where it is wanted: %s', async (written, why) => {
  const toml = `[plugins.calc]\n\napi_key = ${written}\n`;
  const error = await errorOf(makeConfig({ toml, env: { EMPTY: '' } }).resolve);
  expect(error.code).toBe('SECRET_UNAVAILABLE');
  expect(error.message).toMatch(why);
  expect(problemsIn(error)[0]).toMatchObject({ line: 3, path: 'plugins.calc.api_key' });
});

posix.each([0o640, 0o604, 0o660])('a file that others may open (%o) is refused', async (mode) => {
  const file = secretFile(SECRET, mode);
  const error = await errorOf(makeConfig({ own: `api_key.file = "${file}"\n` }).resolve);
  expect(error.code).toBe('SECRET_UNAVAILABLE');
  expect(error.message).toContain(`chmod 600 ${file}`);
  expect(JSON.stringify(error)).not.toContain(SECRET);
});

posix('behind a link, the file that it leads to is judged', async () => {
  const file = secretFile(SECRET, 0o644);
  symlinkSync(file, `${file}.link`);
  const own = `api_key.file = "${file}.link"\n`;
  expect((await errorOf(makeConfig({ own }).resolve)).code).toBe('SECRET_UNAVAILABLE');
  chmodSync(file, 0o400);
  expect(makeConfig({ own }).resolve().value.api_key).toBe(SECRET);
});

test.each([
  ['a folder', (file: string) => dirname(file), 'not a regular file'],
  ['nothing', () => secretFile(''), 'empty'],
  ['no text', () => secretFile(Uint8Array.of(0xff, 0xfe)), 'not UTF-8'],
  ['too much', () => secretFile('x'.repeat(70_000)), '70000 bytes'],
])('a file that holds %s is refused', async (_, path, why) => {
  const own = `api_key.file = "${path(secretFile(SECRET))}"\n`;
  const error = await errorOf(makeConfig({ own }).resolve);
  expect(error.code).toBe('SECRET_UNAVAILABLE');
  expect(error.message).toContain(why);
});

test('a secret is held against the schema, and a fault does not show it', async () => {
  const { resolve } = makeConfig({
    toml: '[plugins.calc]\napi_key.env = "SHORT"\n',
    env: { SHORT: 'pa55' },
  });
  const error = await errorOf(resolve);
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toContain('api_key: found a secret (not shown), expected something');
  expect(JSON.stringify(error)).not.toContain('pa55');
});

test('a secret that stands in a file itself works, with a warning that does not show it', () => {
  const { resolve } = makeConfig({ toml: `[plugins.calc]\napi_key = "${SECRET}"\n` });
  const { value, warnings } = resolve();
  expect(value.api_key).toBe(SECRET);
  expect(warnings.map(({ code }) => code)).toEqual(['SECRET_LITERAL']);
  expect(warnings[0]?.message).toMatch(/config\.toml:2:1: plugins\.calc\.api_key: /);
  expect(JSON.stringify(warnings)).not.toContain(SECRET);
});

test('one that an embedder gives is fine', () => {
  const { resolve } = makeConfig({ overrides: { calc: { api_key: SECRET } } });
  expect(resolve()).toMatchObject({ value: { api_key: SECRET }, warnings: [] });
});

test.each([
  'api_key = 12345678\n',
  `api_key = ["${SECRET}"]\n`,
  `api_key = { env = "A", file = "${SECRET}" }\n`,
  `api_key = { key = "${SECRET}" }\n`,
])('what is no text at the place of a secret is refused and not shown: %s', async (own) => {
  const error = await errorOf(makeConfig({ own }).resolve);
  expect(error.code).toBe('CONFIG_INVALID');
  expect(JSON.stringify(error)).not.toMatch(/12345678|hunter2/);
});

test('secrets are found in lists, maps, alternatives and behind references', () => {
  const schema = `
[config."$defs".login]
properties.password = { secret = true }
[config.properties]
logins = { type = "array", items."$ref" = "#/$defs/login" }
hosts = { additionalProperties."$ref" = "#/$defs/login" }
either = { anyOf = [{ type = "integer" }, { type = "string", secret = true }] }
tree."$ref" = "#/$defs/tree"
[config."$defs".tree]
properties.sub."$ref" = "#/$defs/tree"
properties.key.secret = true
[config.patternProperties."^x-"]
secret = true
`;
  const { resolve } = makeConfig({
    schema,
    env: { P: SECRET },
    own: `
logins = [{ password.env = "P" }, { password = "b" }]
hosts.a.password.env = "P"
either.env = "P"
tree.sub.sub.key.env = "P"
x-y = "c"
`,
  });
  const { value, secrets } = resolve();
  expect(value).toMatchObject({
    logins: [{ password: SECRET }, { password: 'b' }],
    hosts: { a: { password: SECRET } },
    either: SECRET,
    tree: { sub: { sub: { key: SECRET } } },
  });
  expect(secrets.map(({ path }) => path.join('.')).sort()).toEqual([
    'either',
    'hosts.a.password',
    'logins.0.password',
    'logins.1.password',
    'tree.sub.sub.key',
    'x-y',
  ]);
});
