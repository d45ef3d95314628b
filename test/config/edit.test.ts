import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { expect, test } from 'vitest';
import { errorOf, makeConfig } from './make-config.js';

const SECRET = 'hunter2-hunter2';
const posix = test.skipIf(process.platform === 'win32');

test('a value is written into config.toml, and counts at once', async () => {
  const { config, home, applied } = makeConfig({ toml: '# mine\n[trust] # t\ncalc = "trusted"\n' });
  const edited = await config.set('calc', 'port', 81);
  expect(edited).toEqual({
    key: 'port',
    file: home.configFile,
    line: 6,
    shadowed: false,
    warnings: [],
  });
  expect(readFileSync(home.configFile, 'utf8')).toBe(
    '# mine\n[trust] # t\ncalc = "trusted"\n\n[plugins.calc]\nport = 81\n',
  );
  expect(config.get('calc', 'port')).toBe(81);
  expect(applied).toEqual(['applied']);
});

test('without config.toml one is made, for its owner alone', async () => {
  const { config, home } = makeConfig();
  await config.set('calc', 'server', { host: 'a', port: 1 });
  expect(readFileSync(home.configFile, 'utf8')).toBe(
    '[plugins.calc]\nserver = { host = "a", port = 1 }\n',
  );
  if (process.platform !== 'win32') expect(statSync(home.configFile).mode & 0o777).toBe(0o600);
});

test('a value is written into the own file of the plugin where there is one', async () => {
  const { config, ownFile, home } = makeConfig({
    toml: '[plugins.calc]\nport = 1\n',
    own: '# o\n',
  });
  await config.set('calc', 'port', 2);
  expect(readFileSync(ownFile, 'utf8')).toBe('# o\nport = 2\n');
  expect(readFileSync(home.configFile, 'utf8')).toBe('[plugins.calc]\nport = 1\n');
  expect(config.get('calc', 'port')).toBe(2);
});

test('unset takes it out of the file that it comes from; what is below counts then', async () => {
  const { config, ownFile } = makeConfig({ toml: '[plugins.calc]\nport = 1\n', own: 'port = 2\n' });
  expect(await config.unset('calc', 'port')).toMatchObject({ file: ownFile, line: null });
  expect(config.get('calc', 'port')).toBe(1);
  await config.unset('calc', 'port');
  expect(config.get('calc', 'port')).toBe(80);
  const error = await errorOf(() => config.unset('calc', 'port'));
  expect(error.code).toBe('CONFIG_NOT_SET');
});

test('what an embedder gives can not be unset, and says that it shadows', async () => {
  const { config } = makeConfig({ overrides: { calc: { port: 3 } } });
  expect((await config.set('calc', 'port', 4)).shadowed).toBe(true);
  await config.unset('calc', 'port');
  const error = await errorOf(() => config.unset('calc', 'port'));
  expect(error.message).toContain('the program that opened the host gives it');
});

test.each([
  ['port', 'x'],
  ['port', 0],
  ['portt', 1],
  ['server.host', 'a'],
  ['url', 'ftp://x'],
])('what the schema refuses is not written: %s = %j', async (key, value) => {
  const toml = '# kept\n';
  const { config, home } = makeConfig({ toml });
  expect((await errorOf(() => config.set('calc', key, value))).code).toBe('CONFIG_INVALID');
  expect(readFileSync(home.configFile, 'utf8')).toBe(toml);
});

test('a configuration with several faults can be mended one by one', async () => {
  const { config, resolve } = makeConfig({ toml: '[plugins.calc]\nport = "a"\nmode = "b"\n' });
  const { warnings } = await config.set('calc', 'port', 1);
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining('plugins.calc.mode: found "b"'),
  ]);
  await config.unset('calc', 'mode');
  expect(resolve().value.port).toBe(1);
});

test.each([null, undefined, { a: null }, [null], () => {}])(
  'what TOML can not say is refused: %o',
  async (value) => {
    const { config } = makeConfig();
    expect((await errorOf(() => config.set('calc', 'port', value))).code).toBe('USAGE');
  },
);

test('a key in a place that would have to be written anew is refused', async () => {
  const toml = 'plugins.calc.server = { host = "a", port = 1 }\n[trust]\n';
  const { config, home } = makeConfig({ toml });
  const error = await errorOf(() => config.set('calc', 'server.host.name', 'x'));
  expect(error.code).toBe('CONFIG_UNEDITABLE');
  expect(readFileSync(home.configFile, 'utf8')).toBe(toml);
});

test.each([
  ['nested too deeply', JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`), '32'],
  ['in too many tables', 1, '32', `${'a.'.repeat(40)}a`],
  ['too large', 'a'.repeat(1_100_000), '1048576 bytes'],
])(
  'a value after which no host could read the file is refused: %s',
  async (_, value, limit, key = 'note') => {
    const toml = '[plugins.calc]\nport = 1\n';
    const { config, home } = makeConfig({ toml, schema: null });
    const error = await errorOf(() => config.set('calc', key, value));
    expect(error.code).toBe('CONFIG_UNEDITABLE');
    expect(error.message).toContain(limit);
    expect(readFileSync(home.configFile, 'utf8')).toBe(toml);
  },
);

test('a byte order mark at the begin of the file stays', async () => {
  const { config, home } = makeConfig({ toml: '\ufeff[plugins.calc]\r\nport = 1\r\n' });
  await config.set('calc', 'port', 2);
  const marked = '\ufeff[plugins.calc]\r\nport = 2\r\n';
  expect(readFileSync(home.configFile, 'utf8')).toBe(marked);
  await config.unset('calc', 'port');
  expect(readFileSync(home.configFile, 'utf8')).toBe('\ufeff[plugins.calc]\r\n');
  expect(config.get('calc', 'port')).toBe(80);
});

test('a file that is no TOML is not touched', async () => {
  const { config, home } = makeConfig();
  writeFileSync(home.configFile, 'a = \n');
  const error = await errorOf(() => config.set('calc', 'port', 1));
  expect(error.message).toContain('config.toml:1:5');
  expect(readFileSync(home.configFile, 'utf8')).toBe('a = \n');
  expect(existsSync(`${home.configFile}.lock`)).toBe(false);
});

test('a reference is written though the secret is not here, with a warning', async () => {
  const { config, home } = makeConfig();
  const { warnings } = await config.set('calc', 'api_key', { env: 'CALC_KEY' });
  expect(warnings.map(({ code }) => code)).toEqual(['SECRET_UNAVAILABLE']);
  expect(readFileSync(home.configFile, 'utf8')).toContain('api_key = { env = "CALC_KEY" }');
});

test('a secret itself is written with a warning, which does not show it', async () => {
  const { config } = makeConfig();
  const edited = await config.set('calc', 'api_key', SECRET);
  expect(edited.warnings.map(({ code }) => code)).toEqual(['SECRET_LITERAL']);
  expect(JSON.stringify(edited)).not.toContain(SECRET);
});

posix('mode and owner of the file stay, and a link to it too', async () => {
  const { config, home } = makeConfig({ toml: '' });
  const real = `${home.root}/real.toml`;
  renameSync(home.configFile, real);
  symlinkSync(real, home.configFile);
  chmodSync(real, 0o640);
  if (process.getuid?.() === 0) execFileSync('chown', ['12345:23456', real]);
  const { uid, gid } = statSync(real);
  await config.set('calc', 'port', 1);
  expect(lstatSync(home.configFile).isSymbolicLink()).toBe(true);
  expect(statSync(real)).toMatchObject({ uid, gid });
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(readFileSync(real, 'utf8')).toContain('port = 1');
});

posix('a file that cannot be replaced is a typed error, and stays', async () => {
  const { config, home } = makeConfig();
  mkdirSync(home.configFile);
  const error = await errorOf(() => config.set('calc', 'port', 1));
  expect(error.code).toBe('CONFIG_INVALID');
});

test('many changes at once lose nothing', async () => {
  const { config, home } = makeConfig({ schema: null, toml: '# many\n' });
  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
  await Promise.all(keys.map((key, i) => config.set('calc', key, i)));
  expect(config.get('calc')).toEqual(Object.fromEntries(keys.map((key, i) => [key, i])));
  expect(readFileSync(home.configFile, 'utf8')).toMatch(/^# many\n/);
});

test('a lock that a dead process left is taken away', async () => {
  const { config, home } = makeConfig();
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const { processName } = await import('../../src/base/files/index.js');
  const place = processName().split('-')[2];
  writeFileSync(`${home.configFile}.lock`, `${child.pid}-1-${place}`);
  if (process.platform === 'linux') await config.set('calc', 'port', 1);
  expect(existsSync(`${home.configFile}.lock`)).toBe(process.platform !== 'linux');
});
