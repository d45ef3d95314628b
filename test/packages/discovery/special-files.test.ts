import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { directory, manifest, plugin, put, scan } from './plugins-directory.js';

// What is no file, no folder, or leads somewhere else. Opening a pipe that nobody writes to would
// wait for ever, reading /dev/zero too.

const servers: ReturnType<typeof createServer>[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

const fifo = (path: string) => execFileSync('mkfifo', ['-m', '644', path]);
const socket = async (path: string) => {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  execFileSync('chmod', ['755', path]);
};
const link = (to: string) => (path: string) => symlinkSync(to, path);
const make = (...parts: [string, ...string[]]) => {
  const path = join(...parts);
  mkdirSync(path, { mode: 0o755 });
  execFileSync('chmod', ['755', path]);
  return path;
};

const KINDS: [name: string, make: (path: string) => unknown][] = [
  ['a pipe', fifo],
  ['a socket', socket],
  ['a link to a device', link('/dev/zero')],
  ['a directory', (path) => make(path)],
];

/** The codes of all findings, with the last part of their path. */
const codes = (where: Parameters<typeof scan>[0]) =>
  scan(where).map(({ path, error }) => [basename(path), error?.code ?? 'good']);

describe.skipIf(process.platform === 'win32').each(KINDS)('%s', (name, place) => {
  test('as a manifest is told, and stops nothing', async () => {
    const plugins = directory();
    await place(join(make(plugins, 'bad'), 'aisopod.plugin.toml'));
    plugin(join(plugins, 'good'), 'good');
    const [bad, good] = scan({ configPaths: [plugins] });
    // In a socket's stead the system answers before it could be asked what it is.
    expect(bad?.error?.message).toMatch(/aisopod\.plugin\.toml: found .*, expected a .*file/);
    expect(bad?.error?.code).toBe('SCAN_UNREADABLE');
    expect(good?.error).toBeNull();
  });

  test('as an entry is told by what it is', async () => {
    const dir = make(directory(), 'calc');
    put(dir, 'aisopod.plugin.toml', manifest('calc'));
    await place(join(dir, 'lib.so'));
    const [found] = scan({ pluginDirs: [dir] });
    expect(found?.error?.code).toBe('ENTRY_NOT_FOUND');
    expect(found?.error?.message).toMatch(
      name === 'a directory'
        ? /lib\.so \(a directory\)/
        : /lib\.so \(a (pipe, socket or device|link to something that is not a file)\)/,
    );
  });

  test('among the files of a plugin is let be', async () => {
    const dir = plugin(make(directory(), 'calc'), 'calc');
    await place(join(dir, 'control'));
    expect(codes({ pluginDirs: [dir] })).toEqual([['calc', 'good']]);
  });

  test('as a file that is described beside it is told by what it is', async () => {
    const plugins = directory();
    put(plugins, 'lib.plugin.toml', manifest('calc'));
    await place(join(plugins, 'lib.so'));
    expect(codes({ configPaths: [plugins] })).toContainEqual([
      'lib.plugin.toml',
      'ENTRY_NOT_FOUND',
    ]);
  });
});

test.skipIf(process.platform === 'win32')(
  'pipes, sockets and devices among the plugins are passed over',
  async () => {
    const plugins = directory();
    fifo(join(plugins, 'pipe.so'));
    fifo(join(plugins, 'pipe.plugin.toml'));
    await socket(join(plugins, 'socket'));
    symlinkSync('/dev/null', join(plugins, 'null.so'));
    plugin(join(plugins, 'good'), 'good');
    expect(codes({ configPaths: [plugins] })).toEqual([['good', 'good']]);
  },
);

describe.skipIf(process.platform === 'win32')('links', () => {
  test('that lead round in a circle end, wherever they are', () => {
    const plugins = directory();
    const dir = plugin(join(plugins, 'calc'), 'calc');
    symlinkSync('.', join(dir, 'self'));
    symlinkSync('..', join(dir, 'up'));
    symlinkSync(plugins, join(make(dir, 'deep'), 'plugins'));
    symlinkSync('b', join(plugins, 'a'));
    symlinkSync('a', join(plugins, 'b'));
    symlinkSync('.', join(plugins, 'here'));
    symlinkSync(join('..', basename(plugins)), join(plugins, 'round'));
    const found = scan({ configPaths: [plugins] });
    expect(found.map(({ path, error }) => [basename(path), error?.code ?? 'good'])).toEqual([
      ['a', 'SCAN_UNREADABLE'],
      ['b', 'SCAN_UNREADABLE'],
      ['calc', 'good'],
      ['here', 'MANIFEST_MISSING'],
    ]);
    expect(found[0]?.error?.message).toContain('lead in a circle');
  });

  test('to one folder make it one plugin, by the name that comes first', () => {
    const plugins = directory();
    const real = plugin(join(directory(), 'calc'), 'calc');
    for (const name of ['b', 'a', 'c']) symlinkSync(real, join(plugins, name));
    expect(codes({ configPaths: [plugins] })).toEqual([['a', 'good']]);
  });

  test('to a manifest elsewhere are followed, and judged where they lead', () => {
    const elsewhere = put(directory(), 'manifest.toml', manifest('calc'));
    const dir = make(directory(), 'calc');
    put(dir, 'lib.so', '');
    symlinkSync(elsewhere, join(dir, 'aisopod.plugin.toml'));
    expect(codes({ pluginDirs: [dir] })).toEqual([['calc', 'good']]);
    execFileSync('chmod', ['666', elsewhere]);
    expect(codes({ pluginDirs: [dir] })).toEqual([['calc', 'PATH_UNSAFE']]);
  });

  test('of versions are no versions', () => {
    const plugins = directory();
    plugin(join(make(plugins, 'calc'), '1.0.0'), 'calc', '1.0.0');
    symlinkSync('1.0.0', join(plugins, 'calc', '2.0.0'));
    expect(codes({ configPaths: [plugins] })).toEqual([['1.0.0', 'good']]);
  });

  test('that lead nowhere are told, also as the entry', () => {
    const plugins = directory();
    symlinkSync('/does/not/exist', join(plugins, 'gone'));
    put(make(plugins, 'calc'), 'aisopod.plugin.toml', manifest('calc'));
    symlinkSync('nowhere.so', join(plugins, 'calc', 'lib.so'));
    const [calc, gone] = scan({ configPaths: [plugins] });
    expect(calc?.error?.message).toContain('lib.so (a link that leads nowhere)');
    expect(gone?.error?.message).toMatch(/gone is a link that leads nowhere\. Remove it/);
  });
});
