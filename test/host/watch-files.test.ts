import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resolveHome } from '../../src/home/paths/index.js';
import { watchFiles } from '../../src/host/lifecycle/watch-files.js';
import { newFolder } from './open-host.js';

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
