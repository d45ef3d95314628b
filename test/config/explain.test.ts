import { expect, test } from 'vitest';
import { errorOf, makeConfig } from './make-config.js';

const SECRET = 'hunter2-hunter2';
const files = {
  toml: `[plugins.calc]\nport = 1\napi_key = "${SECRET}"\n`,
  own: 'port = 2\nserver.host = "a"\nserver.token = { env = "TOKEN" }\n',
  overrides: { calc: { mode: 'safe' } },
  env: { TOKEN: SECRET },
};

test('each value has its source, and what it shadows', () => {
  const { config, home, ownFile } = makeConfig(files);
  const byKey = Object.fromEntries(config.explain('calc').map((entry) => [entry.key, entry]));
  const none = { file: null, line: null };
  expect(byKey).toEqual({
    url: {
      key: 'url',
      value: 'http://localhost',
      secret: false,
      source: 'default',
      ...none,
      shadows: [],
    },
    port: {
      key: 'port',
      value: 2,
      secret: false,
      source: 'plugin file',
      file: ownFile,
      line: 1,
      shadows: [
        { source: 'config.toml', file: home.configFile, line: 2 },
        { source: 'default', ...none },
      ],
    },
    mode: { key: 'mode', value: 'safe', secret: false, source: 'override', ...none, shadows: [] },
    api_key: {
      key: 'api_key',
      value: '[secret]',
      secret: true,
      source: 'config.toml',
      file: home.configFile,
      line: 3,
      shadows: [],
    },
    'server.host': expect.objectContaining({ value: 'a', line: 2 }),
    'server.token': expect.objectContaining({
      value: '[secret from env TOKEN]',
      secret: true,
      line: 3,
    }),
  });
});

test('one key, or one table, can be asked for', () => {
  const { config } = makeConfig(files);
  const keys = (key: string) => config.explain('calc', key).map((entry) => entry.key);
  expect(keys('port')).toEqual(['port']);
  expect(keys('server')).toEqual(['server.host', 'server.token']);
  expect(keys('serv')).toEqual([]);
});

test('get() gives what counts, without secrets', () => {
  const { config } = makeConfig(files);
  expect(config.get('calc')).toEqual({
    url: 'http://localhost',
    port: 2,
    mode: 'safe',
    api_key: '[secret]',
    server: { host: 'a', token: '[secret from env TOKEN]' },
  });
  expect(config.get('calc', 'server.host')).toBe('a');
  expect(config.get('calc', 'server.nothing')).toBeUndefined();
  expect(config.get('calc', 'constructor')).toBeUndefined();
});

test('a configuration that is wrong can be explained', () => {
  const { config } = makeConfig({ own: 'port = "x"\n' });
  expect(config.explain('calc', 'port')).toMatchObject([{ value: 'x', line: 1 }]);
});

test.each([
  ['none', 'port', 'PLUGIN_NOT_FOUND'],
  ['../x', 'port', 'PLUGIN_NOT_FOUND'],
  ['calc', '', 'USAGE'],
  ['calc', 'a..b', 'USAGE'],
  ['calc', 'a b', 'USAGE'],
  ['calc', '"\\x"', 'USAGE'],
])('what is not there, or no key, is refused: %s %s', async (id, key, code) => {
  const { config } = makeConfig(files);
  expect((await errorOf(() => config.explain(id, key))).code).toBe(code);
});
