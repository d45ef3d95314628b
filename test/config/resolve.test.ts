import { expect, test } from 'vitest';
import { errorOf, makeConfig, problemsIn, SCHEMA } from './make-config.js';

const placesOf = async (run: () => unknown) => {
  const error = await errorOf(run);
  expect(error.code).toBe('CONFIG_INVALID');
  return problemsIn(error).map(({ line, column, path }) => [line, column, path]);
};

test('defaults, config.toml, the own file and the override lie over each other, key by key', () => {
  const { resolve } = makeConfig({
    toml: '[plugins.calc]\nport = 1\nurl = "http://toml"\nserver = { host = "a", port = 1 }\n',
    own: 'port = 2\nmode = "fast"\nserver.port = 2\n',
    overrides: { calc: { mode: 'safe', tags: ['x'] } },
  });
  expect(resolve().value).toEqual({
    url: 'http://toml',
    port: 2,
    mode: 'safe',
    tags: ['x'],
    server: { host: 'a', port: 2 },
  });
});

test('every fault of every layer is told at once, each at its place', async () => {
  const { resolve, ownFile, home } = makeConfig({
    toml: '[plugins.calc]\nport = "80"\n\n# why\nmode = "quick"\n',
    own: 'tags = ["a", 1]\nportt = 1\n',
  });
  const error = await errorOf(resolve);
  expect(problemsIn(error).map(({ file, line, path }) => [file, line, path])).toEqual([
    [home.configFile, 2, 'plugins.calc.port'],
    [home.configFile, 5, 'plugins.calc.mode'],
    [ownFile, 1, 'tags[1]'],
    [ownFile, 2, 'portt'],
  ]);
  expect(error.message).toContain('found "80", expected a whole number');
  expect(error.message).toContain('found "quick", expected one of "fast", "safe"');
  expect(error.message).toContain('did you mean `port`?');
});

test('a fault in a layer is told although a higher one hides it', async () => {
  const { resolve } = makeConfig({ toml: '[plugins.calc]\nport = 0\n', own: 'port = 1\n' });
  expect(await placesOf(resolve)).toEqual([[2, 1, 'plugins.calc.port']]);
});

test('a layer need not be complete, the whole must', async () => {
  const parts = { toml: '[plugins.calc]\nserver.host = "a"\n' };
  expect(await placesOf(makeConfig(parts).resolve)).toEqual([[2, 1, 'plugins.calc.server.port']]);
  expect(makeConfig({ ...parts, own: 'server.port = 1\n' }).resolve().value.server).toEqual({
    host: 'a',
    port: 1,
  });
});

test('what is missing throughout is told where it is best written', async () => {
  const schema = SCHEMA.replace('default = "http://localhost"\n', '');
  const [problem] = problemsIn(await errorOf(makeConfig({ schema }).resolve));
  expect(problem).toMatchObject({ path: 'plugins.calc.url', found: 'nothing', hint: /needs/ });
});

test('an override is judged as the files are', async () => {
  const { resolve } = makeConfig({ overrides: { calc: { port: 'x' } } });
  const error = await errorOf(resolve);
  expect(error.message).toMatch(/^PluginHost\.open\(\{ config \}\): calc\.port: found "x", /);
});

test.each([
  ['Up', () => ({})],
  ['calc', () => 5],
  ['calc', () => ({ a: 1n })],
])('an override that is none is refused: %s', async (id, value) => {
  const error = await errorOf(() => makeConfig({ overrides: { [id]: value() } as never }));
  expect(error.code).toBe('USAGE');
});

test('alternatives are judged over the whole, not over its parts', () => {
  const schema = `
[config]
oneOf = [{ required = ["a"] }, { required = ["b"] }]
not = { required = ["c"] }
[config.properties]
a.type = "integer"
b.type = "integer"
e = { anyOf = [{ const = { x = 1, y = 2 } }, { type = "string" }] }
`;
  const good = { schema, toml: '[plugins.calc]\ne.x = 1\n', own: 'a = 1\ne.y = 2\n' };
  expect(makeConfig(good).resolve().value).toEqual({ a: 1, e: { x: 1, y: 2 } });
  expect(() => makeConfig({ ...good, own: 'a = 1\nb = 1\ne.y = 2\n' }).resolve()).toThrow();
  expect(() => makeConfig({ ...good, own: 'a = 1\nc = 1\ne.y = 2\n' }).resolve()).toThrow();
});

test('without a schema anything goes', () => {
  const { resolve } = makeConfig({ schema: null, toml: '[plugins.calc]\nx = [{ y = 1 }]\n' });
  expect(resolve().value).toEqual({ x: [{ y: 1 }] });
});

test('patterns of a plugin that is not trusted run on the linear engine, or not at all', async () => {
  const schema = '[config.properties.a]\npattern = "^(a+)+$"\n';
  const evil = `${'a'.repeat(40)}!`;
  const toml = `[plugins.calc]\na = "${evil}"\n[trust]\ncalc = "untrusted"\n`;
  expect(await placesOf(makeConfig({ schema, toml }).resolve)).toEqual([[2, 1, 'plugins.calc.a']]);
  const ahead = '[config.properties.a]\npattern = "(?=b)"\n';
  const error = await errorOf(makeConfig({ schema: ahead, toml }).resolve);
  expect(error.message).toContain('lookaround');
});
