import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { temporaryFolder } from '../support/compile-library.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 }); // compilers, on a machine that may be busy

const REPOSITORY = join(import.meta.dirname, '..', '..');
const SAMPLES = join(REPOSITORY, 'plugins-c');
const PAGE = readFileSync(join(SAMPLES, 'README.md'), 'utf8');
const IDS = Array.from(PAGE.matchAll(/^\| \[([\w-]+)\]\(\1\) \|/gm), ([, id = '']) => id);

const run = promisify(execFile);
const root = temporaryFolder();

/** The lines of the page that begin with a word, with the sample and the folder of the SDK filled in. */
const linesOf = (begin: string, id: string) =>
  Array.from(PAGE.matchAll(new RegExp(`^${begin} .*$`, 'gm')), ([line]) =>
    line.replaceAll('calculator', id).replaceAll('$(aisopod sdk path)', join(REPOSITORY, 'native')),
  ).join(' && ');

/** Copies a sample out of the repository, and runs lines in the copy. */
async function build(id: string, lines: string): Promise<string> {
  const folder = mkdtempSync(join(root, `${id}-`));
  cpSync(join(SAMPLES, id), folder, { recursive: true });
  await run('sh', ['-c', lines], { cwd: folder });
  return folder;
}

/** Which plugins a host finds in the folders, and what became of each. */
async function started(folders: readonly string[]): Promise<Record<string, string>> {
  await using host = await PluginHost.open({
    home: mkdtempSync(join(root, 'home-')),
    pluginDirs: folders,
    env: {},
  });
  return Object.fromEntries(
    host.plugins.list().map(({ id, state, error }) => [id, error?.message ?? state]),
  );
}

const ALL_ACTIVE = Object.fromEntries(IDS.map((id) => [id, 'active']));

test('the page lists the samples that npm start builds', () => {
  const script = readFileSync(join(REPOSITORY, 'scripts', 'start.mjs'), 'utf8');
  const [, listed = ''] = /const SAMPLES = \[(.*?)\]/s.exec(script) ?? [];
  const built = Array.from(listed.matchAll(/'([\w-]+)'/g), ([, id]) => id);
  expect([...IDS].sort()).toEqual(built.sort());
});

describe.each(['cc', 'cmake'])('the samples, copied out and built by the lines of %s', (begin) => {
  let folders: string[] = [];
  beforeAll(async () => {
    folders = [];
    // One after another: the compilers have the machine's few cores to themselves.
    for (const id of IDS) {
      const folder = await build(id, linesOf(begin, id));
      folders.push(begin === 'cmake' ? join(folder, 'build', 'plugins', id) : folder);
    }
  });

  test('are all active', async () => {
    expect(await started(folders)).toEqual(ALL_ACTIVE);
  });
});
