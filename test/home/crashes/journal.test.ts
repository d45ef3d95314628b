import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { placeHere, processName } from '../../../src/base/files/index.js';
import { endedJournals, Journal } from '../../../src/home/crashes/index.js';
import { temporaryFolder } from '../../support/compile-library.js';

let homes = 0;
const root = temporaryFolder();

/** `state/journal` of a new home, which is not made yet. */
function newDir(): string {
  return join(root, `${homes++}`, 'state', 'journal');
}

function open(dir: string): Journal {
  const journal = new Journal(dir);
  onTestFinished(() => journal.close());
  return journal;
}

/** The name of a process that has ended: no process started one tick after the system. */
const ENDED = `${process.pid}-1-${placeHere()}`;

/** Makes the journal of an ended process, with what one of this process holds now. */
function leave(dir: string, name = ENDED): string {
  const path = join(dir, name);
  writeFileSync(path, readFileSync(join(dir, processName())));
  return path;
}

describe('a journal', () => {
  test('marks plugins in one file with the name of its process, for its user alone', async () => {
    const dir = newDir();
    open(dir).mark(['a', 'b']);
    expect(readdirSync(dir)).toEqual([processName()]);
    const path = leave(dir);
    expect(await endedJournals(dir)).toEqual([{ path, marked: ['a', 'b'] }]);
  });

  test('marks no plugin any more when the last one was cleared', async () => {
    const dir = newDir();
    const journal = open(dir);
    journal.mark(['a', 'b']);
    journal.clear('b');
    journal.clear('a');
    leave(dir);
    expect(await endedJournals(dir)).toEqual([]);
  });

  test('marks no plugin that was cleared while another one is still being started', async () => {
    const dir = newDir();
    const journal = open(dir);
    journal.mark(['a', 'b', 'c']);
    journal.clear('b');
    await vi.waitFor(async () => {
      leave(dir);
      expect((await endedJournals(dir))[0]?.marked).toEqual(['a', 'c']);
    });
  });

  test('marks the plugins of the next level in the places of cleared ones, and behind them', async () => {
    const dir = newDir();
    const journal = open(dir);
    journal.mark(['a', 'b']);
    journal.clear('a');
    journal.mark(['b', 'c', 'd', 'e']);
    leave(dir);
    expect((await endedJournals(dir))[0]?.marked).toEqual(['c', 'b', 'd', 'e']);
  });

  test('uses the place of a cleared plugin again', () => {
    const dir = newDir();
    const journal = open(dir);
    journal.mark(['a']);
    const bytes = readFileSync(join(dir, processName())).length;
    journal.clear('a');
    journal.mark(['b']);
    expect(readFileSync(join(dir, processName()))).toHaveLength(bytes);
  });

  test('grows with the plugins, also those of the longest id', async () => {
    const dir = newDir();
    const ids = Array.from({ length: 300 }, (_, i) => String(i).padEnd(64, 'x'));
    open(dir).mark(ids);
    leave(dir);
    expect((await endedJournals(dir))[0]?.marked).toEqual(ids);
  });

  test('of another host of the process has a file of its own', () => {
    const dir = newDir();
    open(dir);
    open(dir);
    expect(readdirSync(dir)).toEqual([processName(), `${processName()}.1`]);
  });

  test('removes its file when it is closed', () => {
    const dir = newDir();
    const journal = open(dir);
    journal.mark(['a']);
    journal.close();
    expect(readdirSync(dir)).toEqual([]);
  });

  test('is not made in a folder behind a link', () => {
    const dir = newDir();
    mkdirSync(join(dir, '..'), { recursive: true });
    symlinkSync(root, dir);
    expect(() => new Journal(dir)).toThrow(/is a link/);
  });
});

describe('the journals of ended processes', () => {
  test('are none where the folder is missing', async () => {
    expect(await endedJournals(newDir())).toEqual([]);
  });

  test('do not include that of a running process', async () => {
    const dir = newDir();
    open(dir).mark(['a']);
    expect(await endedJournals(dir)).toEqual([]);
    expect(readdirSync(dir)).toHaveLength(1);
  });

  test('include one of another container or an earlier start of the system', async () => {
    const dir = newDir();
    open(dir).mark(['a']);
    const path = leave(dir, `1-1-${'ab'.repeat(8)}`);
    expect(await endedJournals(dir)).toEqual([{ path, marked: ['a'] }]);
  });

  test('are removed when they mark no plugin', async () => {
    const dir = newDir();
    const journal = open(dir);
    journal.mark(['a']);
    journal.clear('a');
    const path = leave(dir);
    expect(await endedJournals(dir)).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test('are removed after a week without a start that knows their plugins', async () => {
    const dir = newDir();
    open(dir).mark(['a']);
    const path = leave(dir);
    const past = Date.now() / 1000 - 8 * 24 * 3600;
    utimesSync(path, past, past);
    expect(await endedJournals(dir)).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test.each([0, 3, 63, 64, 100, 191])('mark nothing when cut after %i bytes', async (bytes) => {
    const dir = newDir();
    open(dir).mark(['a']);
    truncateSync(leave(dir), bytes);
    expect(await endedJournals(dir)).toEqual([]);
  });

  test('mark nothing when another version has written them', async () => {
    const dir = newDir();
    open(dir).mark(['a']);
    const path = leave(dir);
    const bytes = readFileSync(path);
    bytes[8] = 2;
    bytes[11] = 2;
    writeFileSync(path, bytes);
    expect(await endedJournals(dir)).toEqual([]);
  });

  test('are no links, and no files of other names', async () => {
    const dir = newDir();
    open(dir).mark(['a']);
    symlinkSync(join(dir, processName()), join(dir, ENDED));
    writeFileSync(join(dir, 'notes'), readFileSync(join(dir, processName())));
    expect(await endedJournals(dir)).toEqual([]);
    expect(readdirSync(dir)).toHaveLength(3);
  });
});
