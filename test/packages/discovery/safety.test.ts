import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DiscoveredPlugin, judge } from '../../../src/packages/discovery/index.js';
import { directory, plugin, put, scan, summary } from './plugins-directory.js';

const ME = 1000;
const asRoot = process.getuid?.() === 0;
const stats = (uid: number, gid: number, mode: number) => ({ uid, gid, mode });

test.each([
  ['mine', stats(ME, ME, 0o755)],
  ["root's", stats(0, 0, 0o755)],
  ['mine, writable by my private group', stats(ME, ME, 0o775)],
  ["root's, writable by root's group", stats(0, 0, 0o775)],
])('%s is safe', (_name, file) => {
  expect(judge('/x', file, ME)).toBeNull();
});

test.each([
  ["someone else's", stats(1001, 1001, 0o755), 'sudo chown 1000 /x'],
  ['mine, writable by everyone', stats(ME, ME, 0o757), 'chmod go-w /x'],
  ['mine, writable by a group', stats(ME, 100, 0o775), 'chmod g-w /x'],
  ['that of a service, writable by its group', stats(33, 33, 0o775), 'sudo chown 1000 /x'],
  ["root's, writable by a group", stats(0, 50, 0o775), 'chmod g-w /x'],
  ['mine, writable by everyone, though sticky', stats(ME, ME, 0o1777), 'chmod go-w /x'],
  [
    'mine, writable by a group with the number of another user',
    stats(ME, 1001, 0o775),
    'chmod g-w /x',
  ],
])('%s is unsafe, with the command that mends it', (_name, file, command) => {
  expect(judge('/x', file, ME)?.command).toBe(command);
});

test('for root, what belongs to a user is unsafe, and needs no sudo to be mended', () => {
  expect(judge('/x', stats(ME, ME, 0o755), 0)?.command).toBe('chown 0 /x');
  expect(judge('/x', stats(0, 0, 0o755), 0)).toBeNull();
});

test('a path is quoted for the shell', () => {
  expect(judge("/a b/it's", stats(ME, ME, 0o777), ME)?.command).toBe("chmod go-w '/a b/it'\\''s'");
});

describe.skipIf(process.platform === 'win32')('on disk', () => {
  const calc = () => plugin(join(directory(), 'calc'), 'calc');
  /** Runs the command that the message ends with. */
  const mend = (found: DiscoveredPlugin | undefined) => {
    const command = found?.error?.message.split(' run: ')[1];
    execFileSync('sh', ['-c', command ?? 'false']);
  };
  const code = (dir: string) => scan({ pluginDirs: [dir] })[0]?.error?.code;

  test.each(['.', 'aisopod.plugin.toml', 'lib.so', 'src', 'src/deep.c', 'README'])(
    '%s that everyone can write makes the plugin unsafe',
    (name) => {
      const dir = calc();
      put(dir, 'src/deep.c', '');
      put(dir, 'README', '');
      expect(code(dir)).toBeUndefined();
      chmodSync(join(dir, name), 0o777);
      expect(code(dir)).toBe('PATH_UNSAFE');
    },
  );

  test('the command of the message mends it', () => {
    const dir = plugin(join(directory(), "it's a plugin"), 'calc');
    chmodSync(dir, 0o777);
    chmodSync(join(dir, 'lib.so'), 0o666);
    mend(scan({ pluginDirs: [dir] })[0]);
    expect(code(dir)).toBeUndefined();
  });

  test.each(['a\nb', 'ends with one\n', '\x1b[31m', '100%\t\\n', '\u202e', '-rf', '$(touch x)`'])(
    'the command is one line and mends it, whatever the name: %j',
    (name) => {
      const plugins = directory();
      const dir = plugin(join(plugins, name), 'calc');
      chmodSync(dir, 0o777);
      const [found] = scan({ configPaths: [plugins] });
      expect(found?.error?.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      mend(found);
      expect(summary({ configPaths: [plugins] })).toEqual(['calc 1.0.0 good']);
    },
  );

  test('what a link leads to is judged, not the link', () => {
    const dir = calc();
    const outside = put(directory(), 'shared.txt', '');
    symlinkSync(outside, join(dir, 'link'));
    symlinkSync('nowhere', join(dir, 'dangling'));
    expect(code(dir)).toBeUndefined();
    chmodSync(outside, 0o666);
    expect(code(dir)).toBe('PATH_UNSAFE');
  });

  test('a link to a folder that others may write to is to be removed, not to be mended', () => {
    const dir = calc();
    const shared = directory();
    chmodSync(shared, 0o777);
    symlinkSync(shared, join(dir, 'shared'));
    const [found] = scan({ pluginDirs: [dir] });
    expect(found?.error?.message).toContain(`shared is a link to ${shared}, which can be written`);
    expect(found?.error?.message).toMatch(new RegExp(` run: rm ${dir}/shared$`));
  });

  test('a folder around versions that everyone can write makes all of them unsafe', () => {
    const home = directory();
    const versions = join(home, 'plugins', 'calc');
    for (const version of ['1.0.0', '2.0.0']) plugin(join(versions, version), 'calc', version);
    for (const dir of [join(home, 'plugins'), versions]) chmodSync(dir, 0o755);
    expect(summary({ home })).toEqual(['calc 1.0.0 SHADOWED', 'calc 2.0.0 good']);
    chmodSync(versions, 0o777);
    expect(summary({ home })).toEqual(['null - PATH_UNSAFE']);
  });

  test('what a group may write to is safe only where the group is the private one', () => {
    const dir = calc();
    chmodSync(join(dir, 'lib.so'), 0o664);
    const { uid, gid } = statSync(join(dir, 'lib.so'));
    const isPrivate = uid === gid && (uid === 0 || uid >= 1000);
    expect(code(dir)).toBe(isPrivate ? undefined : 'PATH_UNSAFE');
  });

  test.skipIf(!asRoot)('what another group may write to is unsafe', () => {
    for (const name of ['.', 'aisopod.plugin.toml', 'lib.so']) {
      const dir = calc();
      chownSync(join(dir, name), 0, 54321);
      expect(code(dir)).toBeUndefined();
      chmodSync(join(dir, name), 0o775);
      const [found] = scan({ pluginDirs: [dir] });
      expect(found?.error?.message).toContain('can be written by group 54321');
      mend(found);
      expect(code(dir)).toBeUndefined();
    }
  });

  test.skipIf(!asRoot)('in a sticky directory, only what is mine or of root is taken', () => {
    const shared = directory();
    chmodSync(shared, 0o1777);
    const theirs = plugin(join(shared, 'theirs'), 'theirs');
    plugin(join(shared, 'mine'), 'mine');
    for (const name of ['.', 'aisopod.plugin.toml', 'lib.so']) {
      chownSync(join(theirs, name), 12345, 12345);
    }
    expect(summary({ configPaths: [shared] })).toEqual([
      'mine 1.0.0 good',
      'theirs 1.0.0 PATH_UNSAFE',
    ]);
  });

  test.skipIf(!asRoot)('root is told the command of root', () => {
    const dir = calc();
    chownSync(join(dir, 'lib.so'), 12345, 12345);
    const [found] = scan({ pluginDirs: [dir] });
    expect(found?.error?.message).toMatch(/ run: chown 0 \//);
    mend(found);
    expect(code(dir)).toBeUndefined();
  });

  test('an unsafe plugin shadows none', () => {
    const [bad, good] = [calc(), calc()];
    chmodSync(bad, 0o777);
    expect(summary({ pluginDirs: [bad, good] })).toEqual([
      'calc 1.0.0 PATH_UNSAFE',
      'calc 1.0.0 good',
    ]);
  });

  test('a directory of plugins that everyone can write is not searched, unless it is sticky', () => {
    const shared = directory();
    plugin(join(shared, 'calc'), 'calc');
    chmodSync(shared, 0o777);
    expect(summary({ configPaths: [shared] })).toEqual(['null - PATH_UNSAFE']);
    chmodSync(shared, 0o1777);
    expect(summary({ configPaths: [shared] })).toEqual(['calc 1.0.0 good']);
  });

  test('a bare library and its manifest are judged', () => {
    const shared = directory();
    put(shared, 'lib.plugin.toml', '[plugin]\nid = "a"\nversion = "1.0.0"\nentry = "lib.so"\n');
    const library = put(shared, 'lib.so', '');
    expect(summary({ configPaths: [shared] })).toEqual(['a 1.0.0 good']);
    chmodSync(library, 0o666);
    expect(summary({ configPaths: [shared] })).toEqual(['a 1.0.0 PATH_UNSAFE']);
  });

  test('of very many files the first are checked, and the entry always is', () => {
    const dir = calc();
    mkdirSync(join(dir, 'a'), { mode: 0o755 });
    for (let i = 0; i < 600; i++) put(dir, `a${i}`, '');
    const [found] = scan({ pluginDirs: [dir] });
    expect(found?.error).toBeNull();
    expect(found?.warnings.map(({ code: warning }) => warning)).toEqual(['PATH_UNSAFE']);
    chmodSync(join(dir, 'lib.so'), 0o666);
    expect(code(dir)).toBe('PATH_UNSAFE');
  });

  test.skipIf(!asRoot)("someone else's file is refused", () => {
    const dir = calc();
    chownSync(join(dir, 'lib.so'), 12345, 12345);
    const [found] = scan({ pluginDirs: [dir] });
    expect(found?.error?.code).toBe('PATH_UNSAFE');
    expect(found?.error?.message).toContain('belongs to user 12345');
  });
});
