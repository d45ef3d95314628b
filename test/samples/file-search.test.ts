import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { openSample } from './open-sample.js';

const sample = openSample('file-search');
const isRoot = process.getuid?.() === 0;

interface Match {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

function tree(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

async function search(args: Record<string, unknown>) {
  const matches: Match[] = [];
  const result = await sample.host.tools.call('search', args, {
    onChunk: (chunk) => matches.push(chunk as Match),
  });
  matches.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
  return { result, matches };
}

describe('matches', () => {
  test('are streamed with path, line and text', async () => {
    const root = tree({
      'a.txt': 'one\ntwo hello\n\nhello again',
      'b/c/d.txt': 'hello\r\n',
      'e.txt': '',
    });
    const { result, matches } = await search({ root, pattern: '^hello|o hel+o$' });
    expect(matches).toEqual([
      { path: 'a.txt', line: 2, text: 'two hello' },
      { path: 'a.txt', line: 4, text: 'hello again' },
      { path: 'b/c/d.txt', line: 1, text: 'hello' },
    ]);
    const data = { files: 3, matches: 3, truncated: false, skipped: 0 };
    expect(result).toMatchObject({ success: true, data });
  });

  test('are narrowed down by file name, case and excluded folders', async () => {
    const root = tree({
      'a.c': 'Hello',
      'a.h': 'Hello',
      'out/b.c': 'hello',
      '.git/c.c': 'hello',
      'node_modules/d.c': 'hello',
    });
    const paths = async (args: object) =>
      (await search({ root, pattern: 'hello', ...args })).matches.map(({ path }) => path);
    expect(await paths({})).toEqual(['out/b.c']);
    expect(await paths({ ignore_case: true })).toEqual(['a.c', 'a.h', 'out/b.c']);
    expect(await paths({ ignore_case: true, files: '*.h' })).toEqual(['a.h']);
    expect((await paths({ exclude: ['out'] })).sort()).toEqual(['.git/c.c', 'node_modules/d.c']);
  });

  test('stop at max_matches, and the reply says that there were more', async () => {
    const root = tree({ 'a.txt': 'x\nx\nx\n' });
    const three = await search({ root, pattern: 'x', max_matches: 3 });
    expect(three.result.data).toMatchObject({ matches: 3, truncated: false });
    const two = await search({ root, pattern: 'x', max_matches: 2 });
    expect(two.matches).toHaveLength(2);
    expect(two.result.data).toMatchObject({ matches: 2, truncated: true });
  });

  test('are found where a line crosses what is read at once', async () => {
    const lines = [...Array(655).fill('x'.repeat(99)), 'y'.repeat(99), 'end'];
    const root = tree({ big: lines.join('\n') });
    const { matches } = await search({ root, pattern: '^y{99}$|^end$' });
    expect(matches.map(({ line }) => line)).toEqual([656, 657]);
  });

  test('in a long line are shown with what is around them', async () => {
    const root = tree({ long: `${'é'.repeat(700)}needle${'é'.repeat(700)}` });
    const { matches } = await search({ root, pattern: 'needle' });
    const text = matches[0]?.text ?? '';
    expect(text).toMatch(/^é+needleé+$/);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(500);
  });

  test('are valid text whatever the bytes of the file are', async () => {
    const root = tree({ latin1: Uint8Array.of(0x68, 0x69, 0x20, 0xe9, 0x0a) });
    expect((await search({ root, pattern: 'hi' })).matches).toEqual([
      { path: 'latin1', line: 1, text: 'hi \ufffd' },
    ]);
  });
});

describe('what is left out', () => {
  test('links are not followed, out of the tree or in a circle', async () => {
    const outside = tree({ 'secret.txt': 'hello' });
    const root = tree({ 'a/b.txt': 'hello' });
    symlinkSync(outside, join(root, 'out'));
    symlinkSync(join(outside, 'secret.txt'), join(root, 'secret.txt'));
    symlinkSync('..', join(root, 'a/circle'));
    const { result, matches } = await search({ root, pattern: 'hello' });
    expect(matches.map(({ path }) => path)).toEqual(['a/b.txt']);
    expect(result.data).toMatchObject({ files: 1, skipped: 0 });
  });

  test('binary files are counted as skipped', async () => {
    const root = tree({ 'a.bin': 'hello\0hello\n', 'b.txt': 'hello' });
    const { result } = await search({ root, pattern: 'hello' });
    expect(result.data).toEqual({ files: 1, matches: 1, truncated: false, skipped: 1 });
  });

  test.skipIf(isRoot)('what may not be read is counted, and stops nothing', async () => {
    const root = tree({ 'locked/a.txt': 'hello', 'shut.txt': 'hello', 'b.txt': 'hello' });
    chmodSync(join(root, 'locked'), 0);
    chmodSync(join(root, 'shut.txt'), 0);
    const { result } = await search({ root, pattern: 'hello' });
    chmodSync(join(root, 'locked'), 0o700);
    expect(result.data).toEqual({ files: 1, matches: 1, truncated: false, skipped: 2 });
  });

  test('folders more than 100 deep are counted as skipped', async () => {
    const root = tree({
      [`${'d/'.repeat(99)}a.txt`]: 'hello',
      [`${'d/'.repeat(100)}b.txt`]: 'hello',
    });
    const { result, matches } = await search({ root, pattern: 'hello' });
    expect(matches).toHaveLength(1);
    expect(result.data).toMatchObject({ files: 1, skipped: 1 });
  });
});

describe('a search that cannot begin says why', () => {
  const root = temporaryFolder();
  test.each([
    [{ root: join(root, 'none') }, 'NOT_FOUND', /^root: .*none does not exist$/],
    [{ root: process.execPath }, 'INVALID', /^root: .* is not a folder$/],
    [{ root: '/tmp\0/x' }, 'INVALID', /^root: /],
    [{ pattern: '(' }, 'INVALID', /^pattern: /],
    [{ pattern: '(a)\\1' }, 'INVALID', /^pattern: back-references/],
    [{ pattern: '((a{1,90}){1,90}){1,90}' }, 'INVALID', /^pattern: its repetitions/],
  ])('%j', async (args, code, message) => {
    const { result } = await search({ root, pattern: 'x', ...args });
    expect(result).toMatchObject({
      success: false,
      error: { code, message: expect.stringMatching(message) },
    });
  });
});

describe('while a search runs', () => {
  const many = tree({ 'a.txt': 'hello\n'.repeat(5000) });
  const args = { root: many, pattern: 'hello', max_matches: 5000 };

  test('cancelling ends it, and the plugin goes on', async () => {
    const controller = new AbortController();
    const call = sample.host.tools.call('search', args, {
      signal: controller.signal,
      onChunk: () => controller.abort(),
    });
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect((await search(args)).result.data).toMatchObject({ matches: 5000 });
  });

  test('a reader that never reads on is ended by the deadline, and the plugin goes on', async () => {
    const call = sample.host.tools.call('search', args, {
      timeoutMs: 500,
      onChunk: () => new Promise(() => {}),
    });
    await expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    expect((await search(args)).result.data).toMatchObject({ matches: 5000 });
  });

  test('others run beside it', async () => {
    let readOn = () => {};
    const gate = new Promise<void>((resolve) => {
      readOn = resolve;
    });
    const held = sample.host.tools.call('search', args, { onChunk: () => gate });
    expect((await search(args)).result.data).toMatchObject({ matches: 5000 });
    readOn();
    expect((await held).data).toMatchObject({ matches: 5000 });
  });
});
