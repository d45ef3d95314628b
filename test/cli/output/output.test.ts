import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Output } from '../../../src/cli/output/output.js';
import { temporaryFolder } from '../../support/compile-library.js';

const FILE = { isTTY: false, columns: () => 0 };

describe('an output', () => {
  test('writes in order, without anyone waiting', async () => {
    const path = join(temporaryFolder(), 'out');
    const fd = openSync(path, 'w');
    const output = new Output(fd, FILE);
    const numbers = Array.from({ length: 200 }, (_, i) => `${i}\n`);
    await Promise.all(numbers.map((text) => output.write(text)));
    closeSync(fd);
    expect(readFileSync(path, 'utf8')).toBe(numbers.join(''));
    expect(output.gone.aborted).toBe(false);
  });

  test('goes on elsewhere after what was written before', async () => {
    const [before, after] = ['before', 'after'].map((name) => join(temporaryFolder(), name)) as [
      string,
      string,
    ];
    const output = new Output(openSync(before, 'w'), FILE);
    void output.write('one');
    await output.relocate((fd) => {
      closeSync(fd);
      return openSync(after, 'w');
    });
    await output.write('two');
    expect([before, after].map((path) => readFileSync(path, 'utf8'))).toEqual(['one', 'two']);
  });

  test('that cannot be written says why, drops the rest, and throws nothing', async () => {
    const fd = openSync(process.execPath, 'r');
    const output = new Output(fd, FILE);
    await output.write('one');
    await output.write('two');
    closeSync(fd);
    expect(output.failure).toMatchObject({ code: 'EBADF' });
    expect(output.gone.aborted).toBe(true);
  });

  test('has no width unless it is a terminal, and 80 columns where that does not say', () => {
    expect(new Output(1, FILE).columns).toBe(Infinity);
    expect(new Output(1, { isTTY: true, columns: () => 0 }).columns).toBe(80);
    expect(new Output(1, { isTTY: true, columns: () => 132 }).columns).toBe(132);
  });
});
