import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveHome } from '../../../src/home/paths/index.js';
import { searchPaths } from '../../../src/packages/discovery/index.js';
import { directory, ours, plugin, scan } from './plugins-directory.js';

const make = (...parts: [string, ...string[]]) => {
  const path = join(...parts);
  mkdirSync(path, { recursive: true });
  return path;
};

test('places are searched in the order of precedence', () => {
  const home = directory();
  const user = directory();
  const [single, first, second, configured] = [directory(), directory(), directory(), directory()];
  const own = make(home, 'plugins');
  const config = make(user, '.config', 'aisopod', 'plugins');
  const data = make(user, '.local', 'share', 'aisopod', 'plugins');
  const env = { HOME: user, AISOPOD_PLUGIN_PATHS: [first, second].join(delimiter) };
  const paths = searchPaths({
    home: resolveHome({ home, env }),
    env,
    configPaths: [configured],
    pluginDirs: [single],
    platform: 'linux',
  });
  const expected = [single, own, first, second, configured, config, data];
  expect(paths.slice(0, 7).map(({ path }) => path)).toEqual(expected);
  expect(paths.slice(0, 7).map(({ origin, single: alone }) => [origin, alone])).toEqual([
    ['option', true],
    ['home', false],
    ['environment', false],
    ['environment', false],
    ['config', false],
    ['platform', false],
    ['platform', false],
  ]);
});

test('the directories of the platform are searched where they exist', () => {
  const user = directory();
  const mac = make(user, 'Library', 'Application Support', 'aisopod', 'plugins');
  const xdg = make(user, 'xdg', 'aisopod', 'plugins');
  const home = resolveHome({ home: directory(), env: {} });
  const platform = (name: NodeJS.Platform, env: NodeJS.ProcessEnv) =>
    searchPaths({ home, env, platform: name })
      .map(({ path }) => path)
      .filter((path) => path.startsWith(user));
  expect(platform('darwin', { HOME: user })).toEqual([mac]);
  expect(platform('linux', { HOME: user, XDG_CONFIG_HOME: join(user, 'xdg') })).toEqual([xdg]);
});

test('missing places of the home and the platform, and empty parts of the list, are left out', () => {
  const env = { AISOPOD_PLUGIN_PATHS: `${delimiter}${delimiter}`, HOME: '/does/not/exist' };
  expect(ours({ env, home: '/does/not/exist/either' })).toEqual([]);
});

test('a named place that is missing is reported, and stops nothing', () => {
  const good = directory();
  plugin(join(good, 'calc'), 'calc');
  const env = { AISOPOD_PLUGIN_PATHS: ['/does/not/exist', good].join(delimiter) };
  const configPaths = ['/does/not/exist/either', 'below'];
  const home = directory();
  expect(
    ours({ env, home, configPaths }).map(({ path, origin, error }) => [path, origin, error?.code]),
  ).toEqual([
    ['/does/not/exist', 'environment', 'SEARCH_PATH_MISSING'],
    [good, 'environment', undefined],
    ['/does/not/exist/either', 'config', 'SEARCH_PATH_MISSING'],
    [join(home, 'below'), 'config', 'SEARCH_PATH_MISSING'],
  ]);
  expect(scan({ env, home, configPaths }).map(({ id, error }) => [id, error])).toEqual([
    ['calc', null],
  ]);
});

test.each([
  ['/a,/b', /Separate paths by "[:;]"/],
  ['"/a/b"', /without the quotes/],
  ["'/a/b'", /without the quotes/],
  ['/does/not/exist ', /without the spaces/],
  ['/does/not/exist', /mkdir -p \/does\/not\/exist$/],
])('AISOPOD_PLUGIN_PATHS=%s is missing, with what to write', (written, advice) => {
  const [place] = ours({ env: { AISOPOD_PLUGIN_PATHS: written } });
  expect(place?.error?.message).toMatch(advice);
  expect(place?.error?.message).toContain('AISOPOD_PLUGIN_PATHS');
});

test('several paths in one string of config.toml are missing, with what to write', () => {
  const [place] = ours({ configPaths: ['/a,/b'] });
  expect(place?.error?.message).toContain('[plugins.settings] paths of config.toml');
  expect(place?.error?.message).toContain('paths = ["/a", "/b"]');
});

test('a file is no place to search', () => {
  const file = join(directory(), 'calc.so');
  writeFileSync(file, '');
  const [found] = scan({ configPaths: [file] });
  expect(found?.error?.code).toBe('SCAN_UNREADABLE');
  expect(found?.error?.message).toMatch(/is not a directory/);
});

test('a directory that several names lead to is searched once', () => {
  const home = directory();
  const real = directory();
  symlinkSync(real, join(home, 'plugins'));
  symlinkSync(real, join(home, 'again'));
  const env = { AISOPOD_PLUGIN_PATHS: real };
  const paths = ours({ home, env, configPaths: ['again', real] });
  expect(paths.map(({ path }) => path)).toEqual([join(home, 'plugins')]);
});

test('a tilde is expanded, and a configured path is relative to the home', () => {
  const home = directory();
  const user = directory();
  const mine = make(user, 'mine');
  const more = make(home, 'more');
  const env = { HOME: user, AISOPOD_PLUGIN_PATHS: '~/mine' };
  expect(ours({ home, env, configPaths: ['more'] }).map(({ path }) => path)).toEqual([mine, more]);
});

test('a tilde without a home directory is reported and stops nothing', () => {
  const good = directory();
  plugin(join(good, 'calc'), 'calc');
  const found = scan({ env: { AISOPOD_PLUGIN_PATHS: ['~/x', good].join(delimiter) } });
  expect(found.map(({ id, error }) => [id, error?.code])).toEqual([
    [null, 'NO_HOME'],
    ['calc', undefined],
  ]);
});

test('a --plugin that is not there is reported', () => {
  const [found] = scan({ pluginDirs: ['/does/not/exist'] });
  expect(found).toMatchObject({ path: '/does/not/exist', error: { code: 'SCAN_UNREADABLE' } });
});
