import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../../src/cli/command.js';
import { type Listing, printList } from '../../../src/cli/output/list.js';
import { Output } from '../../../src/cli/output/output.js';
import { temporaryFolder } from '../../support/compile-library.js';

const folder = temporaryFolder();
const ITEMS = [
  { name: 'one', text: 'the first\tof them' },
  { name: 'two', text: '' },
];
const LIST: Listing<(typeof ITEMS)[number]> = {
  items: ITEMS,
  member: 'things',
  fields: ({ name, text }) => [name, text],
  headers: ['NAME', 'TEXT'],
  none: 'There are no things.',
};

/** What printList() writes. */
async function printed(list: typeof LIST, { isTTY = false, json = false } = {}): Promise<string> {
  const file = join(folder, 'out');
  const fd = openSync(file, 'w');
  const stdout = new Output(fd, { isTTY, columns: () => 80 });
  const style = (_: string, text: string) => text;
  await printList({ stdout, style, options: { json } } as Context, list);
  closeSync(fd);
  return readFileSync(file, 'utf8');
}

test('--json prints one object with one member', async () => {
  expect(JSON.parse(await printed(LIST, { json: true }))).toEqual({ things: ITEMS });
  const names = { ...LIST, data: ({ name }: { name: string }) => name };
  expect(await printed(names, { json: true })).toBe('{"things":["one","two"]}\n');
});

test('--json prints an empty array for an empty list, on a terminal too', async () => {
  const empty = { ...LIST, items: [] };
  expect(await printed(empty, { json: true })).toBe('{"things":[]}\n');
  expect(await printed(empty, { json: true, isTTY: true })).toBe('{"things":[]}\n');
});

test('a pipe gets a line for each item, and - for an empty field', async () => {
  expect(await printed(LIST)).toBe('one\tthe first of them\ntwo\t-\n');
});

test('a pipe gets nothing for an empty list', async () => {
  expect(await printed({ ...LIST, items: [] })).toBe('');
});

test('a terminal gets a table, of other columns where the list says so', async () => {
  expect(await printed(LIST, { isTTY: true })).toMatch(/^NAME +TEXT\none +the first of them\ntwo/);
  const upper = {
    ...LIST,
    headers: ['N'],
    row: ({ name }: { name: string }) => [name.toUpperCase()],
  };
  expect(await printed(upper, { isTTY: true })).toBe('N\nONE\nTWO\n');
});

test('a terminal gets the sentence for an empty list, if there is one', async () => {
  const empty = { ...LIST, items: [] };
  expect(await printed(empty, { isTTY: true })).toBe('There are no things.\n');
  expect(await printed({ ...empty, none: null }, { isTTY: true })).toBe('');
});
