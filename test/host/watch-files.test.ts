import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { resolveHome } from '../../src/home/paths/index.js';
import { watchFiles } from '../../src/host/lifecycle/watch-files.js';
import { withBuild } from '../support/run-built.js';
import { newFolder } from './open-host.js';

withBuild();

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

function watched(root: string) {
  const home = resolveHome({ home: root, env: {} });
  const errors: { code: string; message: string }[] = [];
  let wake = () => {};
  let changes = 0;
  const stop = watchFiles({
    home,
    plugins: () => ['one'],
    onChange: () => {
      changes++;
      wake();
    },
    onError: (error) => errors.push(error),
  });
  onTestFinished(stop);
  const changed = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return { home, errors, changed, count: () => changes };
}

test('a home that is made after the watch began is noticed, and what is in it', async () => {
  const root = join(newFolder(), 'home');
  const { home, changed } = watched(root);
  let change = changed();
  mkdirSync(root);
  writeFileSync(home.configFile, 'a = 1\n');
  await change;
  change = changed();
  mkdirSync(home.plugins);
  writeFileSync(join(home.plugins, 'one.toml'), 'a = 1\n');
  await change;
  change = changed();
  rmSync(home.configFile);
  await change;
});

test('a link on the way to a file that is led elsewhere is noticed, also one that a link leads to', async () => {
  const base = newFolder();
  for (const version of ['v1', 'v2']) {
    mkdirSync(join(base, version));
    writeFileSync(join(base, version, 'config.toml'), `version = "${version}"\n`);
  }
  symlinkSync('v1', join(base, 'current'));
  const root = newFolder();
  symlinkSync(join(base, 'current', 'config.toml'), join(root, 'config.toml'));
  const { changed } = watched(root);
  const change = changed();
  symlinkSync('v2', join(base, 'next'));
  renameSync(join(base, 'next'), join(base, 'current'));
  await change;
});

test('a folder behind a link that is replaced is noticed, and then what is written in it', async () => {
  const base = newFolder();
  mkdirSync(join(base, 'conf'));
  writeFileSync(join(base, 'conf', 'config.toml'), 'a = 1\n');
  const root = newFolder();
  symlinkSync(join(base, 'conf', 'config.toml'), join(root, 'config.toml'));
  const { changed } = watched(root);
  let change = changed();
  mkdirSync(join(base, 'new'));
  writeFileSync(join(base, 'new', 'config.toml'), 'a = 2\n');
  renameSync(join(base, 'conf'), join(base, 'old'));
  renameSync(join(base, 'new'), join(base, 'conf'));
  await change;
  change = changed();
  writeFileSync(join(base, 'conf', 'config.toml'), 'a = 3\n');
  await change;
});

test.each(['home', '.'])(
  'the replacement of a folder around the files is noticed, and then what is written in it: %s',
  async (which) => {
    const base = join(newFolder(), 'base');
    const root = join(base, 'home');
    const make = (at: string) => {
      mkdirSync(at, { recursive: true });
      return at;
    };
    make(root);
    writeFileSync(join(root, 'config.toml'), 'a = 1\n');
    const { home, changed } = watched(root);
    let change = changed();
    const replaced = join(base, which);
    const fresh = `${base}.new`;
    writeFileSync(
      join(make(which === '.' ? join(fresh, 'home') : fresh), 'config.toml'),
      'a = 2\n',
    );
    renameSync(replaced, `${base}.old`);
    renameSync(fresh, replaced);
    await change;
    change = changed();
    writeFileSync(home.configFile, 'a = 3\n');
    await change;
  },
);

test('a file behind a link whose folders come later is noticed', async () => {
  const base = newFolder();
  const root = newFolder();
  symlinkSync(join(base, 'late', 'dir', 'config.toml'), join(root, 'config.toml'));
  const { changed } = watched(root);
  const change = changed();
  mkdirSync(join(base, 'late', 'dir'), { recursive: true });
  writeFileSync(join(base, 'late', 'dir', 'config.toml'), 'a = 1\n');
  await change;
});

test('a link whose target is given up for another is noticed, and the old target no more', async () => {
  const [base, root] = [newFolder(), newFolder()];
  for (const name of ['one.toml', 'two.toml']) writeFileSync(join(base, name), 'a = 1\n');
  symlinkSync(join(base, 'one.toml'), join(root, 'config.toml'));
  const { changed, count } = watched(root);
  let change = changed();
  symlinkSync(join(base, 'two.toml'), join(root, 'next'));
  renameSync(join(root, 'next'), join(root, 'config.toml'));
  await change;
  writeFileSync(join(base, 'one.toml'), 'a = 2\n');
  change = changed();
  writeFileSync(join(root, 'registry.json'), '{}');
  await change;
  expect(count()).toBe(2);
});

test('links that lead in a circle hold up nothing', async () => {
  const root = newFolder();
  symlinkSync('config.toml', join(root, 'config.toml'));
  const { home, changed } = watched(root);
  const change = changed();
  writeFileSync(home.registryFile, '{}');
  await change;
});

test('files that are none of these change nothing', async () => {
  const { home, changed, count } = watched(newFolder());
  writeFileSync(join(home.root, 'audit.jsonl'), 'x');
  const change = changed();
  writeFileSync(home.registryFile, '{}');
  await change;
  expect(count()).toBe(1);
});

test('what cannot be watched is told', () => {
  const { errors } = watched(join(tmpdir(), 'a'.repeat(300), 'b', 'c'));
  expect(errors[0]).toMatchObject({ code: 'WATCH_FAILED', details: { errno: 'ENAMETOOLONG' } });
});

// In a user namespace of its own, a process may lower these limits for itself.
const LIMITS = { instances: 'EMFILE', watches: 'ENOSPC' } as const;
const inNamespace = (shell: string, ...args: string[]) =>
  spawnSync('unshare', ['-r', 'sh', '-c', shell, 'sh', ...args], { encoding: 'utf8' });
const canLimit = inNamespace('echo 0 > /proc/sys/user/max_inotify_instances').status === 0;

test.runIf(canLimit).each(Object.entries(LIMITS))(
  'without inotify %s there is one error, which names the limit and how to raise it',
  (limit, errno) => {
    const program = `
      import { resolveHome } from ${JSON.stringify(join(DIST, 'home/paths/index.js'))};
      import { watchFiles } from ${JSON.stringify(join(DIST, 'host/lifecycle/watch-files.js'))};
      const home = resolveHome({ home: ${JSON.stringify(newFolder())}, env: {} });
      const onError = ({ code, message, details }) => console.log(code, details.errno, message);
      watchFiles({ home, plugins: () => ['a', 'b'], onChange() {}, onError });
    `;
    const shell = `echo 0 > /proc/sys/user/max_inotify_${limit} &&
      exec "$1" --input-type=module -e "$2"`;
    const { stdout } = inNamespace(shell, process.execPath, program);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^WATCH_FAILED ${errno} .*inotify`));
    expect(lines[0]).toMatch(new RegExp(`sudo sysctl fs\\.inotify\\.max_user_${limit}=\\d+$`));
  },
);
