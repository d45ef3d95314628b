import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { readIndexed, writeIndexed } from '../../../src/home/state/index.js';
import { temporaryFolder } from '../../support/compile-library.js';

const HEADER = { format: 1 };
const SAID = { index: [{ length: 2 }, { length: 3 }], body: 'ä"\n{}' };
const all = temporaryFolder();
let file: string;

beforeEach(async () => {
  file = join(mkdtempSync(join(all, 'x-')), 'state', 'x.json');
  await writeIndexed(file, HEADER, SAID);
});

test('what was written is read, line breaks in the body too', () => {
  expect(readIndexed(file, HEADER)).toEqual(SAID);
});

test('what was written under another header is not read', () => {
  expect(readIndexed(file, { format: 2 })).toBeNull();
});

test.each<[string, (text: string) => string]>([
  ['the index', (text) => text.replace('"length":2', '"length":9')],
  ['the body', (text) => text.replace('{}', '[]')],
  ['the checksum', (text) => text.replace('\n', '\n0')],
  ['the end', (text) => text.slice(0, -1)],
  ['all but the header', (text) => `${text.split('\n')[0]}\n`],
])('damage to %s is found', (_, spoil) => {
  writeFileSync(file, spoil(readFileSync(file, 'utf8')));
  expect(readIndexed(file, HEADER)).toBeNull();
});

test('a file without a body is none, even with a checksum that fits', () => {
  writeFileSync(file, [JSON.stringify(HEADER), crc32('{}').toString(16), '{}'].join('\n'));
  expect(readIndexed(file, HEADER)).toBeNull();
});

test('a file that others may write to is not read', () => {
  chmodSync(file, 0o666);
  expect(readIndexed(file, HEADER)).toBeNull();
});
