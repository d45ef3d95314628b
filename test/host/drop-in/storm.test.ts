import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makePlugin } from '../../support/plugin-folder.js';
import { rounds } from '../../support/rounds.js';
import { newFolder } from '../open-host.js';
import { watchedHost } from './watching.js';

const STORM = fileURLToPath(new URL('./make-storm.mjs', import.meta.url));
const run = promisify(execFile);
/** How many changes a storm has. */
const CHANGES = String(rounds(2_000, 400));
const IDS = ['one', 'two', 'three', 'four'];
const VERSIONS = ['1.0.0', '1.1.0', '2.0.0'];

/** A folder with `<id>-<version>` for each build. */
function makePool(): string {
  const pool = join(newFolder(), 'pool');
  for (const id of IDS) {
    for (const version of VERSIONS) {
      const manifest = id === 'two' ? '[dependencies]\none = "^1"\n' : '';
      const made = makePlugin(newFolder(), { id, version, source: 'lifecycle.c', manifest });
      mkdirSync(pool, { recursive: true });
      renameSync(made, join(pool, `${id}-${version}`));
    }
  }
  return pool;
}

const pool = makePool();

/** A repository whose branches `a` and `b` have two versions of a plugin. */
function makeRepository(): string {
  const repository = join(newFolder(), 'git');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repository, '-c', 'user.name=x', '-c', 'user.email=x@y', ...args]);
  mkdirSync(repository);
  git('init', '-q');
  for (const [branch, version] of [
    ['a', '1.0.0'],
    ['b', '2.0.0'],
  ] as const) {
    git('checkout', '-q', '-b', branch);
    const made = makePlugin(newFolder(), { id: 'git', version, source: 'lifecycle.c' });
    cpSync(made, repository, { recursive: true });
    git('add', '-A');
    git('commit', '-qm', version);
  }
  return repository;
}

/** What puts a build in the place of another one, or where none is. */
const WAYS = ['cp', 'copy', 'mv', 'tar', 'rsync', 'editor', 'pieces', 'slowly'];

test.each(WAYS)('a build that is put by %s is loaded once, and so is the next', async (way) => {
  const { host, folder, until, loads, sameAsFresh } = await watchedHost();
  for (const [i, version] of VERSIONS.entries()) {
    await run(process.execPath, [STORM, folder, pool, 'put', way, `one-${version}`]);
    await until(() => host.plugins.get('one')?.version === version && host.plugins.isActive('one'));
    expect(loads('one')).toBe(i + 1);
  }
  await sameAsFresh();
});

const LIMIT_MS = rounds(300_000, 60_000);

test('a storm of changes ends in the state of a fresh start, with at most one load a change', {
  timeout: LIMIT_MS,
}, async () => {
  const repository = makeRepository();
  const { host, folder, loads, errors, sameAsFresh } = await watchedHost({
    toml: `[plugins.settings]\npaths = [${JSON.stringify(repository)}]\n`,
  });
  const seed = String(Math.floor(Math.random() * 2 ** 31));
  const storm = run(process.execPath, [STORM, folder, pool, repository, seed, CHANGES]);
  storm.child.stdin?.on('error', () => {}); // it may have ended
  host.events.on('pluginFiles', () => storm.child.stdin?.write('go on\n'));
  const changes: Record<string, number> = JSON.parse((await storm).stdout);
  await sameAsFresh();
  expect(host.plugins.list().length).toBeGreaterThan(0);
  for (const [id, most] of Object.entries(changes)) {
    expect(loads(id), `${id}, seed ${seed}`).toBeLessThanOrEqual(most);
  }
  expect(errors).toEqual([]);
});
