import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Crash, CrashRecords } from '../../../src/home/crashes/index.js';
import { temporaryFolder } from '../../support/compile-library.js';

let homes = 0;
const root = temporaryFolder();

function newState(): string {
  const state = join(root, `${homes++}`);
  mkdirSync(state, { mode: 0o700 });
  return state;
}

const crash = (sha256: string): Crash => ({ sha256, step: 'init', end: { code: 3 }, at: 1 });

test('crash records find what an earlier process has kept', async () => {
  const state = newState();
  await new CrashRecords(state).take(new Map([['a', crash('1')]]));
  const later = new CrashRecords(state);
  expect(later.ids).toEqual(['a']);
  expect(later.find('a')).toEqual(crash('1'));
});

test('crash records forget a plugin that no longer crashes', async () => {
  const state = newState();
  const records = new CrashRecords(state);
  await records.take(new Map([['a', crash('1')]]));
  await records.take(new Map([['a', null]]));
  expect(records.find('a')).toBeUndefined();
  expect(new CrashRecords(state).ids).toEqual([]);
});

test('crash records keep what another process has found out meanwhile', async () => {
  const state = newState();
  const [one, two] = [new CrashRecords(state), new CrashRecords(state)];
  await Promise.all([
    one.take(new Map([['a', crash('1')]])),
    two.take(new Map([['b', crash('2')]])),
  ]);
  expect([...new CrashRecords(state).ids].sort()).toEqual(['a', 'b']);
});

test('crash records write no file while no plugin crashes', async () => {
  const state = newState();
  await new CrashRecords(state).take(new Map([['a', null]]));
  expect(() => readFileSync(join(state, 'crashes.json'))).toThrow(/ENOENT/);
});

test('crash records are empty where the file is damaged', () => {
  const state = newState();
  writeFileSync(join(state, 'crashes.json'), '{"format":1', { mode: 0o600 });
  expect(new CrashRecords(state).ids).toEqual([]);
});

test('crash records count in their process where they cannot be kept', async () => {
  const state = newState();
  mkdirSync(join(state, 'crashes.json'), { mode: 0o700 });
  const records = new CrashRecords(state);
  await expect(records.take(new Map([['a', crash('1')]]))).rejects.toThrow();
  expect(records.find('a')).toEqual(crash('1'));
});
