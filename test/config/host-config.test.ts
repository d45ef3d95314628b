import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AisopodError } from '../../src/base/errors/index.js';
import type { JsonObject } from '../../src/base/json/index.js';
import { mergeJson } from '../../src/base/toml/index.js';
import { DEFAULT_LIMITS, type HostConfig, readHostConfig } from '../../src/config/index.js';
import { resolveHome } from '../../src/home/paths/index.js';
import { temporaryFolder } from '../support/compile-library.js';
import { rounds } from '../support/rounds.js';

const folder = temporaryFolder();
let homes = 0;

/** A home with this config.toml and these files for single plugins. */
const homeWith = (config: string | null, plugins: Record<string, string> = {}) => {
  const home = resolveHome({ home: join(folder, `h${homes++}`), env: {} });
  mkdirSync(home.plugins, { recursive: true });
  if (config !== null) writeFileSync(home.configFile, config);
  for (const [id, text] of Object.entries(plugins)) {
    writeFileSync(join(home.plugins, `${id}.toml`), text);
  }
  return home;
};
const read = (config: string | null, plugins?: Record<string, string>) =>
  readHostConfig(homeWith(config, plugins));
const configOf = (config: HostConfig, id: string, defaults: JsonObject = {}) =>
  config.layersFor(id).reduce((below, { value }) => mergeJson(below, value), defaults);
const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (AisopodError.is(error)) return error;
  }
  throw new Error('no typed error was thrown');
};
const problems = (config: string) => {
  const { code, details } = refusal(() => read(config));
  expect(code).toBe('CONFIG_INVALID');
  const list = (details as { problems: { line: number; column: number; path: string }[] }).problems;
  return list.map(({ line, column, path }) => [line, column, path]);
};

test.each([null, '', '\uFEFF# nothing\r\n'])(
  'a missing or empty file (%j) is an empty configuration',
  (text) => {
    const config = read(text);
    expect(config).toMatchObject({
      paths: [],
      strict: false,
      features: [],
      registryUrl: null,
      warnings: [],
    });
    expect(config.settingsFor('calc')).toMatchObject({ enabled: true, version: null });
    expect(config.limitsFor('calc')).toEqual(DEFAULT_LIMITS);
    expect(config.trustFor('calc')).toBeNull();
    expect(configOf(config, 'calc')).toEqual({});
  },
);

test('every part of it is read', () => {
  const config = read(`
[plugins.calc]
enabled = "this is the plugin's own"
[plugins.settings]
paths = ["~/mine", "relative"]
strict = true
features = ["telegram"]
[plugins.settings.calc]
enabled = false
version = "1.2.3"
isolation = "process"
permissions.network = ["example.com:443"]
[plugins.registry]
url = "https://registry.example.com"
[trust]
calc = "untrusted"
`);
  expect(config).toMatchObject({
    paths: ['~/mine', 'relative'],
    strict: true,
    features: ['telegram'],
    registryUrl: 'https://registry.example.com',
  });
  expect(config.settingsFor('calc')).toMatchObject({
    enabled: false,
    version: '1.2.3',
    isolation: 'process',
    permissions: { network: ['example.com:443'] },
  });
  expect(config.trustFor('calc')).toBe('untrusted');
  expect(configOf(config, 'calc')).toEqual({ enabled: "this is the plugin's own" });
});

test('limits of a plugin lie over those of the host, which lie over the defaults', () => {
  const config = read(
    '[plugins.settings.limits]\ncall_ms = 1\nqueue = 2\n[plugins.settings.calc.limits]\nqueue = 3\n',
  );
  expect(config.limitsFor('calc')).toEqual({ ...DEFAULT_LIMITS, callMs: 1, queue: 3 });
  expect(config.limitsFor('other')).toEqual({ ...DEFAULT_LIMITS, callMs: 1, queue: 2 });
});

test('every limit has its key', () => {
  const keys = Object.keys(DEFAULT_LIMITS).map((name) =>
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
  const config = read(`[plugins.settings.limits]\n${keys.map((key) => `${key} = 7`).join('\n')}\n`);
  expect(config.warnings).toEqual([]);
  expect(new Set(Object.values(config.limitsFor('calc')))).toEqual(new Set([7]));
});

test('a plugin is configured by defaults, config.toml and its own file, key by key', () => {
  const config = read('[plugins.calc]\na = 2\nsub.x = 2\nlist = [2]\n', {
    calc: 'a = 3\nsub.y = 3\n',
  });
  const defaults = { a: 1, b: 1, sub: { x: 1, y: 1, z: 1 }, list: [1, 1] };
  expect(configOf(config, 'calc', defaults)).toEqual({
    a: 3,
    b: 1,
    sub: { x: 2, y: 3, z: 1 },
    list: [2],
  });
  expect(defaults.sub.x).toBe(1);
});

test('dates become text, since the plugin gets JSON', () => {
  const config = read('[plugins.calc]\nday = 1979-05-27\nat = 07:32:00\n');
  expect(configOf(config, 'calc')).toEqual({ day: '1979-05-27', at: '07:32:00.000' });
});

test('a broken file of one plugin concerns that plugin alone', () => {
  const config = read('', { calc: 'a = \n', other: 'b = 1\n' });
  const error = refusal(() => configOf(config, 'calc'));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toMatch(/calc\.toml:1:5/);
  expect(configOf(config, 'other')).toEqual({ b: 1 });
});

test('something that is no id has no configuration', () => {
  expect(refusal(() => configOf(read(null), '../config')).code).toBe('USAGE');
});

test('all faults are reported at once with line and column', () => {
  expect(
    problems(`[plugins.settings]
strict = "yes"
paths = ["ok", 1]
[plugins.settings.calc]
version = "latest"
isolation = "some"
limits.queue = 0
[plugins.calc]
ratio = inf
[plugins.Up]
[trust]
calc = "fully"
`),
  ).toEqual([
    [2, 1, 'plugins.settings.strict'],
    [3, 16, 'plugins.settings.paths[1]'],
    [5, 1, 'plugins.settings.calc.version'],
    [6, 1, 'plugins.settings.calc.isolation'],
    [7, 8, 'plugins.settings.calc.limits.queue'],
    [9, 1, 'plugins.calc.ratio'],
    [10, 10, 'plugins.Up'],
    [12, 1, 'trust.calc'],
  ]);
});

test('a syntax error has line and column', () => {
  expect(problems('[plugins]\nx = = 1\n')).toEqual([[2, 5, '']]);
});

test('keys that nobody reads are warnings with the nearest known key', () => {
  const config = read(
    '[plugin]\n[plugins]\nregistri = 1\n[plugins.settings]\nstrikt = true\n[plugins.settings.calc]\nenable = false\n',
  );
  expect(config.warnings.map(({ path, expected }) => [path, expected])).toEqual([
    ['plugin', '`plugins`'],
    ['plugins.registri', '`registry`'],
    ['plugins.settings.strikt', '`strict`'],
    ['plugins.settings.calc.enable', '`enabled`'],
  ]);
});

test('a table that is nearly called like one of the host is taken as a plugin, with a warning', () => {
  const config = read('[plugins.setings]\nstrict = true\n');
  expect(configOf(config, 'setings')).toEqual({ strict: true });
  expect(config.warnings.map(({ path, expected }) => [path, expected])).toEqual([
    ['plugins.setings', '`settings`'],
  ]);
});

test('special names of JavaScript are ids or data, and pollute nothing', () => {
  const config = read(
    '[plugins.constructor]\nx = 1\n[plugins.calc]\n__proto__ = { polluted = true }\n',
    { calc: '__proto__.more = 1\n' },
  );
  expect(configOf(config, 'constructor')).toEqual({ x: 1 });
  expect(JSON.stringify(configOf(config, 'calc'))).toBe('{"__proto__":{"polluted":true,"more":1}}');
  expect(config.settingsFor('constructor').enabled).toBe(true);
  expect(config.trustFor('constructor')).toBeNull();
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('random text gives a configuration or a typed error', () => {
  const part = fc.constantFrom(
    ...'[plugins] [plugins.settings] [plugins.settings.calc] [trust] [plugins.calc] [plugins.registry]'.split(
      ' ',
    ),
    ...['strict', 'paths', 'limits', 'version', 'url', 'calc', '=', '.', '"', '[', ']', '{', '}'],
    ...['1', 'true', '"1.0.0"', '"trusted"', '\n', '\n', '\n', ' ', '#', 'inf', '__proto__'],
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const home = homeWith(parts.join(''));
      try {
        configOf(readHostConfig(home), 'calc');
      } catch (error) {
        expect(AisopodError.is(error) && error.code).toBe('CONFIG_INVALID');
      }
    }),
    { seed: 5, numRuns: rounds(1000, 100) },
  );
});
