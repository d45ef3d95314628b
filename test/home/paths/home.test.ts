import { chmodSync, chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { expandTilde, makeDataDir, resolveHome } from '../../../src/home/paths/index.js';
import { temporaryFolder } from '../../support/compile-library.js';

const posix = process.platform !== 'win32';
const asRoot = process.getuid?.() === 0;

test('the option wins over AISOPOD_HOME, which wins over HOME', () => {
  const env = { HOME: '/u', AISOPOD_HOME: '/a' };
  expect(resolveHome({ home: '/o', env, platform: 'linux' }).root).toBe(resolve('/o'));
  expect(resolveHome({ env, platform: 'linux' }).root).toBe(resolve('/a'));
  expect(resolveHome({ env: { HOME: '/u' }, platform: 'linux' }).root).toBe(resolve('/u/.aisopod'));
});

test.runIf(posix)('an empty AISOPOD_HOME is none', () => {
  const env = { HOME: '/u', AISOPOD_HOME: '' };
  expect(resolveHome({ env }).root).toBe('/u/.aisopod');
});

test('everything lies below the root', () => {
  const home = resolveHome({ home: '/h', env: {} });
  const { root, dataOf, ...paths } = home;
  for (const path of Object.values(paths)) expect(path.startsWith(root)).toBe(true);
  expect(home.configFile).toBe(join(root, 'config.toml'));
  expect(home.copies).toBe(join(root, 'cache', 'copies'));
  expect(home.audit).toBe(join(root, 'audit.jsonl'));
  expect(dataOf('x')).toBe(join(root, 'data', 'x'));
});

test('AISOPOD_CACHE moves the cache, and nothing else', () => {
  const env = { HOME: '/u', AISOPOD_CACHE: '/fast/cache' };
  const home = resolveHome({ home: '/h', env, platform: 'linux' });
  expect(home.cache).toBe('/fast/cache');
  expect(home.copies).toBe('/fast/cache/copies');
  expect(home.state).toBe('/h/state');
  const inHome = resolveHome({
    home: '/h',
    env: { ...env, AISOPOD_CACHE: '~/c' },
    platform: 'linux',
  });
  expect(inHome.cache).toBe('/u/c');
  const none = resolveHome({ home: '/h', env: { AISOPOD_CACHE: '' }, platform: 'linux' });
  expect(none.cache).toBe('/h/cache');
});

test('resolving creates nothing', () => {
  const root = join(temporaryFolder(), 'home');
  resolveHome({ home: root, env: {} }).dataOf('x');
  expect(existsSync(root)).toBe(false);
});

test.each([{}, { HOME: '' }, { HOME: 'relative' }])(
  'without a home directory (%o) it says what to do',
  (env) => {
    expect(() => resolveHome({ env, platform: 'linux' })).toThrowError(
      expect.objectContaining({
        code: 'NO_HOME',
        message: expect.stringMatching(/HOME.*AISOPOD_HOME.*--home DIR/s),
      }),
    );
  },
);

test('a given home needs no HOME, unless it starts with a tilde', () => {
  expect(resolveHome({ home: '/h', env: {} }).root).toBe(resolve('/h'));
  expect(() => resolveHome({ home: '~/h', env: {}, platform: 'linux' })).toThrow(/NO_HOME|HOME/);
});

test('on Windows the home directory is USERPROFILE', () => {
  const env = { HOME: '/nix', USERPROFILE: 'C:\\Users\\me' };
  expect(expandTilde('~\\x', env, 'win32')).toBe('C:\\Users\\me\\x');
  const home = resolveHome({ env, platform: 'win32' });
  expect(home.root).toBe('C:\\Users\\me\\.aisopod');
  expect(home.copies).toBe('C:\\Users\\me\\.aisopod\\cache\\copies');
  expect(home.dataOf('x')).toBe('C:\\Users\\me\\.aisopod\\data\\x');
  expect(() => resolveHome({ env: { HOME: '/nix' }, platform: 'win32' })).toThrow(/USERPROFILE/);
});

test.runIf(posix)('only a tilde that stands alone before a slash is expanded', () => {
  const env = { HOME: '/u' };
  expect(expandTilde('~', env)).toBe('/u');
  expect(expandTilde('~/x', env)).toBe('/u/x');
  expect(expandTilde('~name/x', env)).toBe('~name/x');
  expect(expandTilde('/~/x', env)).toBe('/~/x');
});

test.each(['../x', '', 'A', 'a/b', '.', '..', 'a\0', 'settings', 'hеlp'])(
  '%j is no id, so it has no data directory',
  (id) => {
    const home = resolveHome({ home: '/h', env: {} });
    expect(() => home.dataOf(id)).toThrowError(expect.objectContaining({ code: 'USAGE' }));
  },
);

test('the data directory is made for its owner alone', () => {
  const home = resolveHome({ home: join(temporaryFolder(), 'deep', 'home'), env: {} });
  const path = makeDataDir(home, 'calc');
  expect(path).toBe(home.dataOf('calc'));
  if (posix) expect(statSync(path).mode & 0o777).toBe(0o700);
});

test.runIf(posix)('a data directory that others may enter is mended', () => {
  const home = resolveHome({ home: temporaryFolder(), env: {} });
  mkdirSync(home.dataOf('calc'), { recursive: true });
  chmodSync(home.dataOf('calc'), 0o755);
  makeDataDir(home, 'calc');
  expect(statSync(home.dataOf('calc')).mode & 0o777).toBe(0o700);
});

test('a data directory that cannot be made is a typed error', () => {
  const home = resolveHome({ home: temporaryFolder(), env: {} });
  writeFileSync(home.data, 'a file');
  expect(() => makeDataDir(home, 'calc')).toThrowError(
    expect.objectContaining({ code: 'HOME_UNWRITABLE' }),
  );
});

test.runIf(asRoot)(
  'root takes no home in the directory of another user, unless it is named',
  () => {
    const HOME = temporaryFolder();
    expect(resolveHome({ env: { HOME } }).root).toBe(join(HOME, '.aisopod'));
    chownSync(HOME, 1000, 1000);
    const refused = expect.objectContaining({
      code: 'HOME_OF_ANOTHER',
      message: expect.stringContaining(`--home ${join(HOME, '.aisopod')}`),
      details: { path: HOME, owner: 1000, home: join(HOME, '.aisopod') },
    });
    expect(() => resolveHome({ env: { HOME } })).toThrow(refused);
    expect(resolveHome({ home: '~/.aisopod', env: { HOME } }).root).toBe(join(HOME, '.aisopod'));
    expect(resolveHome({ env: { HOME, AISOPOD_HOME: '~/h' } }).root).toBe(join(HOME, 'h'));
  },
);

test.runIf(asRoot)(
  'the owner of a home that is there decides, not that of the folder around it',
  () => {
    const HOME = temporaryFolder();
    const root = join(HOME, '.aisopod');
    mkdirSync(root);
    chownSync(HOME, 1000, 1000);
    expect(resolveHome({ env: { HOME } }).root).toBe(root);
    chownSync(root, 1000, 1000);
    expect(() => resolveHome({ env: { HOME } })).toThrow(
      expect.objectContaining({ code: 'HOME_OF_ANOTHER' }),
    );
  },
);
