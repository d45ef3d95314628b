import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Messages } from '../../src/cli/output/messages.js';
import { Output } from '../../src/cli/output/output.js';
import { run } from '../../src/cli/run.js';
import { temporaryFolder } from '../support/compile-library.js';

/** Runs a command in this process, with a standard input that breaks in a way nobody thought of. */
async function runWithBug(...args: string[]) {
  const folder = temporaryFolder();
  const open = (name: string) =>
    new Output(openSync(join(folder, name), 'w'), { isTTY: false, columns: () => 0 });
  const [stdout, stderr] = [open('stdout'), open('stderr')];
  const plain = (_: string, text: string) => text;
  const code = await run([...args, 'tools', 'call', 'x', '-'], ({ options }) => ({
    options,
    env: {},
    stdout,
    style: plain,
    messages: new Messages(stderr, plain, {}),
    stdin: () => {
      throw new TypeError('nobody thought of this');
    },
    ownStdin: async () => process.stdin,
    endProcess: () => {},
  }));
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { code, stdout: text('stdout'), stderr: text('stderr') };
}

describe('a bug', () => {
  test('is told as one, without its stack', async () => {
    const { code, stdout, stderr } = await runWithBug();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: nobody thought of this \(INTERNAL\)\n.*--verbose.*\n$/);
  });

  test('shows its stack with --verbose', async () => {
    const { stderr } = await runWithBug('--verbose');
    expect(stderr).toMatch(/\nTypeError: nobody thought of this\n\s+at /);
  });

  test('is {"error":...} on standard output with --json', async () => {
    const { stdout } = await runWithBug('--json');
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'INTERNAL', message: 'nobody thought of this', details: null },
    });
  });
});
