import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { directory, manifest, plugin, put, scan, summary } from './plugins-directory.js';

const NAMES = {
  'with a space': 'a b',
  'with a tab': 'a\tb',
  'with a line end': 'a\nb',
  'that ends with a line end': 'ab\n',
  'with an escape of a terminal': 'a\x1b[31mb',
  'with a control character of C1': 'a\x9b31mb',
  'with text from right to left': 'a\u202eb',
  'with a line separator': 'a\u2028b',
  'of dots': '...',
  'that begins with a dash': '-rf',
  'that begins with a tilde': '~root',
  'with quotes': `a'b"c`,
  'with signs of the shell': '$(touch x)`;&|*?',
  'with a backslash': 'a\\b',
  'of other letters': 'дом 家',
  'with an emoji': '🦐',
  'of 255 bytes': 'x'.repeat(255),
};
const names = Object.entries(NAMES).filter(([, name]) => !name.startsWith('.'));

/** What would break a line or steer a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

const expectOneLine = (where: Parameters<typeof scan>[0], code: string) => {
  const found = scan(where);
  expect(found.map(({ error }) => error?.code)).toEqual([code]);
  const [plugin] = found;
  expect(plugin?.error?.message).not.toMatch(UNPRINTABLE);
  for (const { message } of plugin?.warnings ?? []) expect(message).not.toMatch(UNPRINTABLE);
};

describe.each(names)('a folder whose name is one %s', (_, name) => {
  test('is found like any other', () => {
    const plugins = directory();
    const dir = plugin(join(plugins, name), 'calc');
    expect(scan({ configPaths: [plugins] })).toMatchObject([
      { path: dir, id: 'calc', error: null },
    ]);
    expect(scan({ pluginDirs: [dir] })).toMatchObject([{ path: dir, id: 'calc', error: null }]);
  });

  test.each([
    ['no manifest', 'MANIFEST_MISSING', (dir: string) => mkdirSync(dir, { mode: 0o755 })],
    [
      'a broken manifest',
      'MANIFEST_SYNTAX',
      (dir: string) => put(dir, 'aisopod.plugin.toml', '[plugin'),
    ],
    [
      'a faulty manifest',
      'MANIFEST_INVALID',
      (dir: string) => put(dir, 'aisopod.plugin.toml', `${manifest('calc')}author = 1\n`),
    ],
    [
      'no library',
      'ENTRY_NOT_FOUND',
      (dir: string) => put(dir, 'aisopod.plugin.toml', manifest('calc')),
    ],
    [
      'a link that leads out',
      'ENTRY_OUTSIDE',
      (dir: string) => {
        put(dir, 'aisopod.plugin.toml', manifest('calc'));
        symlinkSync('/bin/sh', join(dir, 'lib.so'));
      },
    ],
  ])('and that has %s is refused in one line', (_what, code, fill) => {
    const plugins = directory();
    fill(join(plugins, name));
    expectOneLine({ configPaths: [plugins] }, code);
  });
});

test('a name of dots is hidden, as all that begin with one', () => {
  const plugins = directory();
  plugin(join(plugins, NAMES['of dots']), 'calc');
  expect(summary({ configPaths: [plugins] })).toEqual([]);
});

test('a link, a bare library and a search path with such a name are told in one line', () => {
  const plugins = directory();
  symlinkSync('/does/not/exist', join(plugins, 'a\nb'));
  expectOneLine({ configPaths: [plugins] }, 'SCAN_UNREADABLE');
  const bare = directory();
  put(bare, 'a\nb.so', '');
  expectOneLine({ configPaths: [bare] }, 'BARE_LIBRARY');
  expectOneLine({ pluginDirs: [join(directory(), 'a\nb')] }, 'SCAN_UNREADABLE');
});

// Other systems refuse such names.
const linux = process.platform === 'linux';
test.runIf(linux)('a name that is no UTF-8 is told so, and stops nothing', () => {
  const plugins = directory();
  // Node.js cannot remove it.
  onTestFinished(() => void execFileSync('rm', ['-rf', plugins]));
  mkdirSync(Buffer.concat([Buffer.from(`${plugins}/a`), Buffer.from([0xff])]), { mode: 0o755 });
  plugin(join(plugins, 'good'), 'good');
  const [bad, good] = scan({ configPaths: [plugins] });
  expect(bad?.error?.code).toBe('SCAN_UNREADABLE');
  expect(bad?.error?.message).toContain('a name that is not UTF-8');
  expect(good?.error).toBeNull();
});

describe('names that other systems do not distinguish', () => {
  const twins = (one: string, other: string) => {
    const plugins = directory();
    plugin(join(plugins, one), 'one');
    plugin(join(plugins, other), 'two');
    return scan({ configPaths: [plugins] });
  };

  test.each([
    ['case', 'Calc', 'calc'],
    ['case of other letters', 'ДОМ', 'дом'],
    ["Unicode's forms NFC and NFD", 'u\u0308ber', '\u00fcber'],
    ['both', 'U\u0308ber', '\u00fcber'],
  ])('differ in %s: both are refused, and each error names both', (_, one, other) => {
    const found = twins(one, other);
    expect(found.map(({ id, error }) => [id, error?.code])).toEqual([
      [null, 'NAME_TWINS'],
      [null, 'NAME_TWINS'],
    ]);
    const paths = found.map(({ path }) => path);
    for (const { error } of found) {
      expect(error?.message).toContain('macOS and Windows do not distinguish them');
      expect(error?.details).toEqual({ paths: expect.arrayContaining(paths) });
    }
  });

  test('stop no other plugin', () => {
    const plugins = directory();
    for (const name of ['Calc', 'calc', 'good']) plugin(join(plugins, name), name.toLowerCase());
    const found = scan({ configPaths: [plugins] });
    expect(found.map(({ id }) => id)).toEqual([null, null, 'good']);
  });

  test('are refused as manifests beside libraries and as versions, too', () => {
    const plugins = directory();
    for (const stem of ['Calc', 'calc']) put(plugins, `${stem}.plugin.toml`, manifest('calc'));
    for (const version of ['1.0.0-Beta', '1.0.0-beta']) {
      plugin(join(plugins, 'tick', version), 'tick', version);
    }
    expect(scan({ configPaths: [plugins] }).map(({ error }) => error?.code)).toEqual(
      Array(4).fill('NAME_TWINS'),
    );
  });

  test('are two where a letter only looks alike', () => {
    expect(twins('help', 'hеlp').map(({ error }) => error)).toEqual([null, null]);
  });
});
