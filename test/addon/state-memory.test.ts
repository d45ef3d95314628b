import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { makePlugin } from '../support/plugin-folder.js';
import { withBuild } from '../support/run-built.js';
import { runFile } from '../support/run-in-child.js';

const MIB = 1024 * 1024;
const parent = temporaryFolder();

withBuild();

function run(script: string, ...args: string[]) {
  const folder = makePlugin(parent, { id: 'state', source: 'state.c' });
  const path = join(import.meta.dirname, 'state-memory', script);
  return runFile(path, [folder, String(16 * MIB), ...args], {}, 120_000);
}

test('the memory of states that JavaScript has left is freed', async () => {
  const { stdout, stderr } = await run('freed.mjs', '20');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^-?\d+\n$/);
  expect(Number(stdout)).toBeLessThan(100); // of 320 that were saved
});

test('a Worker may end while restore_state() reads the bytes that it had', async () => {
  const { code, signal, stdout, stderr } = await run('worker.mjs', join(parent, 'gate'));
  expect({ code, signal, stdout, stderr }).toEqual({
    code: 0,
    signal: null,
    stdout: 'read\n',
    stderr: '',
  });
});
