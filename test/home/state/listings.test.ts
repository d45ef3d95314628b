import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Listings } from '../../../src/home/state/index.js';
import { temporaryFolder } from '../../support/compile-library.js';
import { settled } from '../../support/settled.js';

const all = temporaryFolder();
let folder: string;
let listings: Listings;

beforeEach(() => {
  folder = mkdtempSync(join(all, 'x-'));
  listings = new Listings();
  mkdirSync(join(folder, 'b'));
  writeFileSync(join(folder, 'a'), '');
  symlinkSync('b', join(folder, 'c'));
});

test('a listing says what each name is itself, in order', () => {
  const { names, kinds } = listings.list(folder);
  expect(names).toEqual(['a', 'b', 'c']);
  expect(kinds).toEqual(['file', 'folder', 'link']);
});

test('a folder in which nothing was added or removed is not listed again', async () => {
  await settled(folder);
  const first = listings.list(folder);
  writeFileSync(join(folder, 'a'), 'changed');
  expect(listings.list(folder)).toMatchObject(first);
  expect(listings.lasting(folder)).not.toBeNull();
});

test.each<[string, () => void]>([
  ['a file more', () => writeFileSync(join(folder, 'd'), '')],
  ['a file less', () => rmSync(join(folder, 'a'))],
  ['another name', () => renameSync(join(folder, 'a'), join(folder, 'd'))],
])('%s is noticed', async (_, change) => {
  await settled(folder);
  const first = listings.list(folder);
  change();
  expect(listings.list(folder).names).not.toEqual(first.names);
});

test('what was changed just now is listed each time, since the next change may not show', () => {
  listings.list(folder);
  expect(listings.lasting(folder)).toBeNull();
  writeFileSync(join(folder, 'd'), '');
  expect(listings.list(folder).names).toContain('d');
});

test('a folder is looked at once during one piece of work, and again after it', () => {
  listings.during(() => {
    const first = listings.list(folder);
    writeFileSync(join(folder, 'd'), '');
    listings.during(() => expect(listings.list(folder)).toBe(first));
    expect(listings.list(folder)).toBe(first);
  });
  expect(listings.list(folder).names).toContain('d');
});

test('a folder that is not there is an error of the system', () => {
  expect(() => listings.list(join(folder, 'missing'))).toThrow('ENOENT');
});
