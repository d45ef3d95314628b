import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadAddon } from '../../src/abi/addon.js';
import { fingerprint, PRINT_LENGTH } from '../../src/home/state/index.js';
import { temporaryFolder } from '../support/compile-library.js';

const all = temporaryFolder();
const printOf = (path: string) => fingerprint(lstatSync(path));
const isUnchanged = (path: string, prints: readonly number[], at = 0, follow = false) =>
  loadAddon().isUnchanged?.(path, prints, at, follow);

function makeFile(): { folder: string; path: string } {
  const folder = mkdtempSync(join(all, 'x-'));
  const path = join(folder, 'ä file.so');
  writeFileSync(path, 'content');
  return { folder, path };
}

describe('isUnchanged() of the addon', () => {
  test('reads the fingerprint that Node.js reads of a file, a folder and a link', () => {
    const { folder, path } = makeFile();
    const link = join(folder, 'link');
    symlinkSync(path, link);
    mkdirSync(join(folder, 'sub'));
    for (const each of [path, link, join(folder, 'sub'), folder, '/proc/self/status']) {
      expect(isUnchanged(each, printOf(each)), each).toBe(true);
    }
  });

  test('compares times to a part of a microsecond', () => {
    const { path } = makeFile();
    for (const seconds of [0, 1, 1_700_000_000.123, 1_700_000_000.999_999, 4_000_000_000.5]) {
      utimesSync(path, seconds, seconds);
      const print = [...printOf(path)];
      expect(isUnchanged(path, print), String(seconds)).toBe(true);
      print[4] = (print[4] as number) + 0.001;
      expect(isUnchanged(path, print), String(seconds)).toBe(false);
    }
  });

  test('follows a link when it is asked to', () => {
    const { folder, path } = makeFile();
    const link = join(folder, 'link');
    symlinkSync(path, link);
    expect(isUnchanged(link, printOf(path), 0, true)).toBe(true);
    expect(isUnchanged(link, printOf(path), 0, false)).toBe(false);
    expect(isUnchanged(link, printOf(link), 0, true)).toBe(false);
  });

  test('finds the fingerprint at its place among several', () => {
    const { folder, path } = makeFile();
    const prints = [...printOf(folder), ...printOf(path)];
    expect(isUnchanged(path, prints, PRINT_LENGTH)).toBe(true);
    expect(isUnchanged(path, prints, 0)).toBe(false);
    expect(isUnchanged(path, prints, 2 * PRINT_LENGTH)).toBe(false);
  });

  test('reports every member that differs', () => {
    const { path } = makeFile();
    const print = printOf(path);
    for (const [i, value] of print.entries()) {
      expect(isUnchanged(path, print.with(i, value + 1)), String(i)).toBe(false);
    }
  });

  test.each<[string, (path: string) => void]>([
    ['has another content', (path) => writeFileSync(path, 'another content')],
    ['has another mode', (path) => chmodSync(path, 0o600)],
    [
      'is another one with the same content',
      (path) => {
        writeFileSync(`${path}.new`, 'content');
        renameSync(`${path}.new`, path);
      },
    ],
    [
      'is a link to it now',
      (path) => {
        renameSync(path, `${path}.old`);
        symlinkSync(`${path}.old`, path);
      },
    ],
    ['is gone', (path) => rmSync(path)],
  ])('refuses a file that %s', (_, change) => {
    const { path } = makeFile();
    const print = printOf(path);
    change(path);
    expect(isUnchanged(path, print)).toBe(false);
  });

  test.each([[[]], [[1, 2, 3]], [['1', '2', '3', '4', '5', '6']]])(
    'takes no part of a fingerprint: %j',
    (print) => {
      const { path } = makeFile();
      expect(isUnchanged(path, print as never)).toBe(false);
    },
  );
});

describe('unchangedFolders() of the addon', () => {
  /** Folders that each hold a file, and what the addon is asked about them. */
  function makeFolders(count: number) {
    const folders = Array.from({ length: count }, () => makeFile().folder);
    const names = folders.map(() => ['ä file.so']);
    const prints = folders.flatMap((folder) => [
      ...printOf(folder),
      ...printOf(join(folder, 'ä file.so')),
    ]);
    const ask = (numbers = prints) => [
      ...(loadAddon().unchangedFolders?.(folders, names, new Float64Array(numbers)) ?? []),
    ];
    return { folders, names, prints, ask };
  }

  test('finds each folder as it was', () => {
    expect(makeFolders(3).ask()).toEqual([1, 1, 1]);
  });

  test.each<[string, (folder: string) => void]>([
    ['has a file with another content', (folder) => writeFileSync(join(folder, 'ä file.so'), 'x')],
    ['has a file more', (folder) => writeFileSync(join(folder, 'more'), 'x')],
    ['is gone', (folder) => rmSync(folder, { recursive: true })],
  ])('finds the one that %s', (_, change) => {
    const { folders, ask } = makeFolders(3);
    change(folders[1] as string);
    expect(ask()).toEqual([1, 0, 1]);
  });

  test('follows a link to a folder, and none in it', () => {
    const { folder, path } = makeFile();
    const [link, within] = [join(all, `link-${Math.random()}`), join(folder, 'link')];
    symlinkSync(path, within);
    symlinkSync(folder, link);
    const ask = (...each: readonly string[]) =>
      loadAddon().unchangedFolders?.(
        [link],
        [['link']],
        new Float64Array(each.flatMap((file) => [...printOf(file)])),
      )[0];
    expect(ask(folder, within)).toBe(1);
    expect(ask(link, within)).toBe(0);
    expect(ask(folder, path)).toBe(0);
  });

  test('takes a folder with too few fingerprints for one that changed', () => {
    const { prints, ask } = makeFolders(2);
    expect(ask(prints.slice(0, -1))).toEqual([1, 0]);
    expect(ask([])).toEqual([0, 0]);
  });

  test('finds nothing in what is no text', () => {
    const { unchangedFolders } = loadAddon();
    const odd = [1, null, {}] as unknown as string[];
    expect([...(unchangedFolders?.(odd, [[], [], []], new Float64Array(18)) ?? [])]).toEqual([
      0, 0, 0,
    ]);
  });
});
