import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { directory, plugin, scan } from './plugins-directory.js';

// Root reads everything, so none of this can be seen as root.
const closed: string[] = [];
const close = (path: string, mode: number) => {
  closed.push(path);
  chmodSync(path, mode);
};
afterEach(() => {
  for (const path of closed.splice(0)) chmodSync(path, 0o755);
});

describe.skipIf(process.getuid?.() === 0)('for an ordinary user', () => {
  const two = () => {
    const plugins = directory();
    plugin(join(plugins, 'calc'), 'calc');
    plugin(join(plugins, 'good'), 'good');
    return plugins;
  };
  /** The first finding is refused, the second is good; its command mends it. */
  const expectMended = (plugins: string, code: string) => {
    const [bad, good] = scan({ configPaths: [plugins] });
    expect(bad?.error?.code).toBe(code);
    expect(good?.error).toBeNull();
    const command = /chmod u\+rX? [^ ()]+/.exec(bad?.error?.message ?? '')?.[0] ?? 'false';
    execFileSync('sh', ['-c', command]);
    expect(scan({ configPaths: [plugins] }).map(({ error }) => error)).toEqual([null, null]);
  };

  test('a folder that cannot be listed is told with what mends it', () => {
    const plugins = two();
    close(join(plugins, 'calc'), 0o000);
    expectMended(plugins, 'SCAN_UNREADABLE');
  });

  test('a folder that can be listed and not entered is, too', () => {
    const plugins = two();
    close(join(plugins, 'calc'), 0o400);
    const [bad, good] = scan({ configPaths: [plugins] });
    expect(bad?.error?.code).toBe('SCAN_UNREADABLE');
    expect(good?.error).toBeNull();
  });

  test('a folder deep in a plugin is, too', () => {
    const plugins = two();
    const deep = join(plugins, 'calc', 'deep');
    mkdirSync(deep, { mode: 0o755 });
    close(deep, 0o000);
    expectMended(plugins, 'SCAN_UNREADABLE');
  });

  test('a manifest is, too', () => {
    const plugins = two();
    close(join(plugins, 'calc', 'aisopod.plugin.toml'), 0o200);
    expectMended(plugins, 'SCAN_UNREADABLE');
  });

  test('a directory of plugins is, too, and the others are searched', () => {
    const [locked, other] = [two(), two()];
    close(locked, 0o000);
    const found = scan({ configPaths: [locked, other] });
    expect(found.map(({ error }) => error?.code)).toEqual([
      'SCAN_UNREADABLE',
      undefined,
      undefined,
    ]);
  });
});
