import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/discovery/index.js';
import { directory, plugin, put, scan, summary } from './plugins-directory.js';

const ME = 1000;
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
])('%s is unsafe, with the command that mends it', (_name, file, command) => {
  expect(judge('/x', file, ME)?.command).toBe(command);
});

test('a path is quoted for the shell', () => {
  expect(judge("/a b/it's", stats(ME, ME, 0o777), ME)?.command).toBe("chmod go-w '/a b/it'\\''s'");
});

describe.skipIf(process.platform === 'win32')('on disk', () => {
  const calc = () => plugin(join(directory(), 'calc'), 'calc');
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
    const [found] = scan({ pluginDirs: [dir] });
    const command = found?.error?.message.split(' run: ')[1];
    execFileSync('sh', ['-c', command ?? 'false']);
    expect(code(dir)).toBeUndefined();
  });

  test('what a link leads to is judged, not the link', () => {
    const dir = calc();
    const outside = put(directory(), 'shared.txt', '');
    symlinkSync(outside, join(dir, 'link'));
    symlinkSync('nowhere', join(dir, 'dangling'));
    expect(code(dir)).toBeUndefined();
    chmodSync(outside, 0o666);
    expect(code(dir)).toBe('PATH_UNSAFE');
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

  test.skipIf(process.getuid?.() !== 0)("someone else's file is refused", () => {
    const dir = calc();
    chownSync(join(dir, 'lib.so'), 12345, 12345);
    const [found] = scan({ pluginDirs: [dir] });
    expect(found?.error?.code).toBe('PATH_UNSAFE');
    expect(found?.error?.message).toContain('belongs to user 12345');
  });
});
