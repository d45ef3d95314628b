import { describe, expect, test } from 'vitest';
import { schemaOf } from '../docs/schemas.js';
import { openSample } from './open-sample.js';

const sample = openSample('wordcount');
const count = (stdin: string | undefined, ...args: string[]) =>
  sample.host.commands.run('wordcount', { args, stdin });

describe('wordcount', () => {
  test.each<[string | undefined, object]>([
    [undefined, { lines: 0, words: 0, bytes: 0 }],
    ['', { lines: 0, words: 0, bytes: 0 }],
    ['\n', { lines: 1, words: 0, bytes: 1 }],
    ['one two\nthree\n', { lines: 2, words: 3, bytes: 14 }],
    ['no end', { lines: 1, words: 2, bytes: 6 }],
    [' \t blanks\r\n\v\f', { lines: 2, words: 1, bytes: 13 }],
    ['äöü 😀 "quoted" \\ \u0001', { lines: 1, words: 5, bytes: 24 }],
  ])('counts %j', async (stdin, data) => {
    expect(await count(stdin)).toMatchObject({ exitCode: 0, data });
  });

  test('counts a long line', async () => {
    const { data } = await count('x '.repeat(500_000));
    expect(data).toEqual({ lines: 1, words: 500_000, bytes: 1_000_000 });
  });

  test('says it in a line', async () => {
    expect((await count('a b\n')).stdout).toBe('1 lines, 2 words, 4 bytes\n');
  });

  test('writes each line as it was counted', async () => {
    const seen: string[] = [];
    const { data } = await sample.host.commands.run('wc', {
      args: ['--each'],
      stdin: 'one "two"\n\nthree\t\\',
      onOutput: (stream, text) => seen.push(`${stream} ${text}`),
    });
    expect(seen).toEqual([
      'stdout 1\t2\tone "two"\n',
      'stdout 2\t0\t\n',
      'stdout 3\t2\tthree\t\\\n',
      'stdout 3 lines, 4 words, 18 bytes\n',
    ]);
    expect(data).toEqual({ lines: 3, words: 4, bytes: 18 });
  });

  test('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const run = sample.host.commands.run('wc', {
      args: ['--each'],
      stdin: 'line\n'.repeat(100_000),
      signal: controller.signal,
      onOutput: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect((await count('again')).exitCode).toBe(0);
  });

  test('tells of an argument that it does not know, and ends with 2', async () => {
    expect(await count('x', '--"all"')).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: 'wordcount: only --each is known, not --"all"\n',
    });
  });

  test('keeps to docs/reference/schemas', async () => {
    const result = schemaOf('command#result');
    for (const each of [await count('x'), await count('x', '--all')]) {
      expect(result(each) || result.errors).toBe(true);
    }
  });

  test('asks for no authentication, and is listed in its manifest', () => {
    expect(sample.host.commands.get('wc')).toMatchObject({
      fullName: 'wordcount:wordcount',
      requireAuth: false,
      stdin: true,
    });
    expect(sample.host.plugins.get('wordcount')?.warnings).toEqual([]);
  });
});
