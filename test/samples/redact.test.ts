import { describe, expect, test } from 'vitest';
import { openHost } from '../host/open-host.js';
import { builtPlugin } from '../support/built.js';
import type { TestPlugin } from '../support/plugin-folder.js';

const echoing: TestPlugin = { id: 'around', source: 'middleware.c' };
const pluginDirs = [builtPlugin('redact')];

/** A host with redact, and a tool that gives back its arguments. */
async function open(config?: object) {
  const host = await openHost({
    plugins: [echoing],
    pluginDirs,
    ...(config && { pluginConfig: { redact: config } }),
  });
  const echo = async (args: object) => (await host.tools.call('echo', args)).data;
  const masked = async (text: string) => ((await echo({ text })) as { text: string }).text;
  return { host, echo, masked };
}

const GITHUB = `ghp_${'a1B2'.repeat(9)}`;
const WEB_TOKEN = `eyJ${'hbGci'.repeat(6)}.${'eyJzdWIi'.repeat(3)}.c2ln_bmF0dXJl`;
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----';

test('redact listens as its manifest says', async () => {
  const { host } = await open();
  expect(host.plugins.get('redact')).toMatchObject({ state: 'active', warnings: [] });
  expect(host.hooks.list('AfterToolExecute')).toMatchObject([
    { plugin: 'redact', priority: 1000, state: 'on' },
  ]);
});

describe('in texts redact masks', () => {
  test.each([
    [`use ${GITHUB} now`, 'use *** now'],
    [`"${GITHUB}"`, '"***"'],
    [`${GITHUB} ${GITHUB}`, '*** ***'],
    [`jwt ${WEB_TOKEN}.`, 'jwt ***'],
    [`AKIAIOSFODNN7EXAMPLE`, '***'],
    ['Bearer abcdefgh12345', 'Bearer ***'],
    ['authorization: bearer abc', 'authorization: bearer ***'],
    ['Authorization: Basic dXNlcjpwYXNz=', 'Authorization: Basic ***'],
    [`a\n${PEM}\nb`, 'a\n***\nb'],
    [PEM.slice(0, 50), '***'],
    ['API_KEY=abc other=def', 'API_KEY=*** other=def'],
    ['X-Api-Key: abc', 'X-Api-Key: ***'],
    ['{"password":"a b","n":1}', '{"password":"***","n":1}'],
    ["password = 'it is long' # no", "password = '***' # no"],
    ['"{\\"token\\":\\"abc\\"}"', '"{\\"token\\":\\"***\\"}"'],
    ['https://x.org/?access_token=abc&b=1', 'https://x.org/?access_token=***&b=1'],
    ['Grüße 👋 token=abc 👋', 'Grüße 👋 token=*** 👋'],
    ['\u0000token=abc', '\u0000token=***'],
  ])('%j', async (text, expected) => {
    expect(await (await open()).masked(text)).toBe(expected);
  });
});

describe('redact leaves alone', () => {
  test.each([
    'nothing to see',
    'the token is a word',
    'max_tokens=5',
    'token=',
    'ghp_short',
    'eyJust a word',
    '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
    'bearer of news',
    'ada@example.org',
    '',
  ])('%j', async (text) => {
    const { host, masked } = await open();
    const { metadata, ...result } = await host.tools.call('echo', { text });
    expect(result).toMatchObject({ success: true, output: JSON.stringify({ text }) });
    expect(await masked(text)).toBe(text);
  });
});

describe('in data redact masks', () => {
  test('the members with secret names, whatever they hold', async () => {
    const { echo } = await open();
    expect(
      await echo({
        db_password: { a: 1 },
        list: [{ Token: 5, 'api-key': ['x'] }],
        secret: null,
        password: false,
        tokens: 'no',
      }),
    ).toEqual({
      db_password: '***',
      list: [{ Token: '***', 'api-key': '***' }],
      secret: null,
      password: false,
      tokens: 'no',
    });
  });

  test('keys, and leaves numbers as they are', async () => {
    const { echo } = await open();
    const result = await echo({ [GITHUB]: 1.5e300, big: 2 ** 70 });
    expect(result).toEqual({ '***': 1.5e300, big: 2 ** 70 });
  });

  test('what is far down, and what is too deep for it fails the call', async () => {
    const { host, echo } = await open();
    const nested = (depth: number) =>
      JSON.parse(`${'['.repeat(depth)}"${GITHUB}"${']'.repeat(depth)}`);
    expect(JSON.stringify(await echo({ a: nested(500) }))).toContain('***');
    await expect(host.tools.call('echo', { a: nested(511) })).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      message: expect.stringContaining('what it would get nests deeper than 512 levels'),
    });
  });

  test('much, in time that grows with it', async () => {
    const { echo } = await open({ find: ['tokens', 'keys', 'assignments', 'emails'] });
    const hostile = [
      'a.',
      'eyJ.',
      'eyJ+',
      'sk-.',
      'a@',
      'a@b-',
      '-----BEGIN ',
      'token ',
      'token=" ',
    ];
    for (const piece of hostile) {
      const text = piece.repeat(200_000 / piece.length);
      expect(await echo({ text })).toHaveProperty('text');
    }
  });
});

test('redact masks in errors, and keeps their codes', async () => {
  const { host } = await open({ names: ['code', 'pin'] });
  host.middleware.use('tool', () => ({
    success: false,
    error: { code: 'DENIED', message: `no ${GITHUB}`, details: { pin: 1234, why: GITHUB } },
  }));
  expect((await host.tools.call('echo')).error).toEqual({
    code: 'DENIED',
    message: 'no ***',
    details: { pin: '***', why: '***' },
  });
});

test('redact masks in chunks', async () => {
  const host = await openHost({
    pluginDirs: [...pluginDirs, builtPlugin('file-search')],
    pluginConfig: { redact: { words: [{ prefix: 'PLUGIN_DIRS', min: 0 }] } },
  });
  const root = import.meta.dirname;
  const search = { root, pattern: 'PLUGIN_DIRS_ARE', files: 'redact.test.ts' };
  const chunks: unknown[] = [];
  for await (const chunk of host.tools.stream('search', search)) chunks.push(chunk);
  expect(chunks.length).toBeGreaterThan(0); // this very line says PLUGIN_DIRS_ARE_MASKED
  for (const chunk of chunks) expect(JSON.stringify(chunk)).not.toContain('DIRS_ARE');
});

describe('the configuration of redact', () => {
  test('says what is looked for, and what stands in its place', async () => {
    const { masked, echo } = await open({
      mask: '"x"',
      find: ['emails'],
      names: ['PIN_CODE'],
      words: [{ prefix: 'acme_', min: 3 }],
    });
    expect(await masked('mail ada.l+x@mail.example.org, or a@b, or @x.org')).toBe(
      'mail "x", or a@b, or @x.org',
    );
    expect(await masked('acme_abc acme_ab')).toBe('"x" acme_ab');
    expect(await masked(`${GITHUB} token=abc`)).toBe(`${GITHUB} token=abc`);
    expect(await echo({ pincode: 1, password: 'p' })).toEqual({ pincode: '"x"', password: 'p' });
  });

  test.each<[string, object]>([
    ['mask: it must be a text of at most 64 bytes', { mask: 1 }],
    ['mask: it must be a text of at most 64 bytes', { mask: 'x'.repeat(65) }],
    ['find: it must be a list', { find: 'tokens' }],
    ['find: there are tokens, keys, assignments and emails', { find: ['all'] }],
    ['names: it must be a list', { names: 'x' }],
    ['names: each must be a text of at most 64 bytes', { names: ['x'.repeat(65)] }],
    ['names: one of them is empty', { names: ['_'] }],
    ['names: more than 64', { names: Array(65).fill('x') }],
    ['words: it must be a list', { words: 'x' }],
    ['words: each has a prefix of 1 to 32 bytes', { words: [{ min: 1 }] }],
    ['words: each has a prefix of 1 to 32 bytes', { words: [{ prefix: '' }] }],
    ['words: min must be a number from 0 to 1000', { words: [{ prefix: 'x', min: -1 }] }],
    ['words: more than 64', { words: Array(65).fill({ prefix: 'x' }) }],
  ])('that is wrong withholds everything: %s', async (why, config) => {
    const { host } = await open(config);
    const { state, error } = host.plugins.get('redact') ?? {};
    if (error) expect([state, error.code]).toEqual(['failed_config', 'CONFIG_INVALID']);
    else {
      expect(await host.tools.call('echo', {})).toMatchObject({
        success: false,
        error: { code: 'DENIED', message: `redact withholds the result: ${why}` },
      });
    }
  });
});
