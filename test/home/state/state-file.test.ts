import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readState, writeState } from '../../../src/home/state/index.js';
import { temporaryFolder } from '../../support/compile-library.js';

const posix = process.platform !== 'win32';
const HEADER = { format: 1, hostVersion: '0.1.0', features: ['a'] };
const folder = temporaryFolder();
let file: string;

beforeEach(() => {
  file = join(mkdtempSync(join(folder, 's-')), 'state', 'x.json');
});

test('what was written is read', async () => {
  await writeState(file, HEADER, { a: [1, 2.5], b: 'ü\n' });
  expect(readState(file, HEADER)).toEqual({ a: [1, 2.5], b: 'ü\n' });
});

test('what was written under another header is not read', async () => {
  await writeState(file, HEADER, 1);
  expect(readState(file, { ...HEADER, features: ['a', 'b'] })).toBeNull();
});

test('what is not there reads as nothing', () => {
  expect(readState(file, HEADER)).toBeNull();
});

test.runIf(posix)('file and folder are for their user alone', async () => {
  await writeState(file, HEADER, 1);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
});

test('a home that is not there is not made', async () => {
  const far = join(folder, 'no', 'state', 'x.json');
  await expect(writeState(far, HEADER, 1)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(existsSync(join(folder, 'no'))).toBe(false);
});

test.runIf(posix)('a folder that others may write to is not written to', async () => {
  mkdirSync(join(file, '..'));
  chmodSync(join(file, '..'), 0o777);
  await expect(writeState(file, HEADER, 1)).rejects.toThrow(/only its user can write to/);
});

test.runIf(posix)('a link in its place is replaced and not followed', async () => {
  const other = join(file, '..', '..', 'other');
  writeFileSync(other, 'mine');
  mkdirSync(join(file, '..'), { mode: 0o700 });
  symlinkSync(other, file);
  expect(readState(file, HEADER)).toBeNull();
  await writeState(file, HEADER, 1);
  expect(statSync(other).size).toBe(4);
  expect(readState(file, HEADER)).toBe(1);
});

test('many that write at once leave one whole file and nothing else', async () => {
  const bodies = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
  await Promise.all(bodies.map((body) => writeState(file, HEADER, body)));
  expect(bodies).toContain(readState(file, HEADER));
  expect(readdirSync(join(file, '..'))).toEqual(['x.json']);
});
