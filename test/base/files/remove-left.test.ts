import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { withFileLock } from '../../../src/base/files/file-lock.js';
import { processName, temporaryPath } from '../../../src/base/files/index.js';
import { removeLeft } from '../../../src/base/files/remove-left.js';
import { temporaryFolder } from '../../support/compile-library.js';

const folder = temporaryFolder();
let folders = 0;

function newFolder(): string {
  const made = join(folder, String(folders++));
  mkdirSync(made);
  return made;
}

/** The name of a process of this system that has ended. */
function endedProcess(): string {
  const pid = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  return processName().replace(/^\d+-\d+/, `${pid}-1`);
}

/** The name of a process of which this system does not know whether it runs. */
const ELSEWHERE = `1-1-${'0'.repeat(16)}`;

const ofProcess = (path: string, name: string) => path.replace(processName(), name);

test('removes temporary files of processes that have ended, and leaves those of others', async () => {
  const dir = newFolder();
  const own = temporaryPath(join(dir, 'config.toml'));
  const left = ofProcess(temporaryPath(join(dir, 'config.toml')), endedProcess());
  const others = ['config.toml', '.hidden.tmp', 'x.tmp'].map((name) => join(dir, name));
  for (const path of [own, left, ...others]) writeFileSync(path, '');
  expect(await removeLeft(dir)).toEqual([basename(left)]);
  expect(readdirSync(dir).sort()).toEqual([own, ...others].map((path) => basename(path)).sort());
});

test('keeps temporary files of processes of other machines for a week', async () => {
  const dir = newFolder();
  const [young, old] = [0, 1].map(() => ofProcess(temporaryPath(join(dir, 'a')), ELSEWHERE));
  for (const path of [young, old]) writeFileSync(path as string, '');
  const week = Date.now() / 1000 - 8 * 24 * 3600;
  utimesSync(old as string, week, week);
  expect(await removeLeft(dir)).toEqual([basename(old as string)]);
});

test('removes locks of processes that have ended, and leaves those of others', async () => {
  const dir = newFolder();
  for (const name of ['a.lock', 'b.lock.turn']) writeFileSync(join(dir, name), endedProcess());
  writeFileSync(join(dir, 'package.lock'), 'of another program');
  await withFileLock(join(dir, 'mine'), async () => {
    expect(await removeLeft(dir)).toEqual(['a.lock', 'b.lock.turn']);
    expect(readdirSync(dir).sort()).toEqual(['mine.lock', 'package.lock']);
  });
});

test('finds nothing in a folder that is not there', async () => {
  expect(await removeLeft(join(folder, 'missing'))).toEqual([]);
});

test('names of temporary files fit where the name of the file does', () => {
  const name = basename(temporaryPath(join(folder, '\u{ffff}'.repeat(85))));
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
});
