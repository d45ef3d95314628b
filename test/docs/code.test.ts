import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { createTestApp, type TestApp } from '../../src/testing/index.js';
import { INCLUDE, temporaryFolder } from '../support/compile-library.js';
import { filesBelow, ROOT, read } from './pages.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

const root = temporaryFolder();

/** The blocks of the guide whose label names the file that they are from. */
const quoted = filesBelow('docs/guide', '.md').flatMap((page) =>
  Array.from(
    read(page).matchAll(/^```(?:c|cpp|rust) (\S+)\n(.*?)^```$/gms),
    ([, file = '', code = '']) => ({ page, file, code }),
  ),
);
const sources = filesBelow('docs/guide', '.c', '.cpp', '.rs');

test.each(quoted)('$page shows $file as the tests build it', ({ file, code }) => {
  const [source, ...others] = sources.filter((each) => each.endsWith(`/${file}`));
  expect([source, others]).toEqual([expect.any(String), []]);
  expect(read(String(source))).toContain(code);
});

test('the guide shows code of plugins in C, C++ and Rust', () => {
  expect(new Set(quoted.map(({ file }) => file))).toEqual(
    new Set(['tasks.c', 'visits.c', 'hello.cpp', 'hello.rs']),
  );
});

/** A copy of a folder of the guide, in which a library is built. */
function build(name: string, command: string, ...args: string[]): string {
  const folder = mkdtempSync(join(root, `${name}-`));
  cpSync(join(ROOT, 'docs/guide', name), folder, { recursive: true });
  execFileSync(command, args, { cwd: folder, stdio: 'pipe' });
  return folder;
}

describe('the plugin of the page of plugins in C', () => {
  const cc = ['-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-shared', '-fPIC'];
  let folder: string | undefined;
  async function open(): Promise<TestApp> {
    folder ??= build('c-by-task', 'cc', ...cc, '-I', INCLUDE, '-o', 'tasks.so', 'tasks.c');
    const app = await createTestApp({ config: { tasks: { greeting: 'Good morning' } } });
    await app.loadPlugin(folder);
    return app;
  }

  test('adds two numbers', async () => {
    await using app = await open();
    expect(await app.callTool('add', { a: 40, b: 2.5 })).toMatchObject({ data: { sum: 42.5 } });
  });

  test('streams five lines, and reports how far it is', async () => {
    await using app = await open();
    const chunks: unknown[] = [];
    const progress: number[] = [];
    const result = await app.callTool(
      'count',
      {},
      {
        onChunk: (chunk) => void chunks.push(chunk),
        onProgress: (fraction) => void progress.push(fraction ?? -1),
      },
    );
    expect(chunks).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
    expect(result).toMatchObject({ data: { lines: 5 } });
    expect(progress.at(-1)).toBe(1);
  });

  test('stops when the caller leaves', async () => {
    await using app = await open();
    const leave = new AbortController();
    const call = app.callTool('wait', {}, { signal: leave.signal });
    leave.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await app.unloadPlugin('tasks'); // waits for the handler
    expect(app.host.plugins.get('tasks')?.state).toBe('unloaded');
  });

  test('answers by another tool, keeps a value, and reads its configuration', async () => {
    await using app = await open();
    expect(await app.callTool('sum')).toMatchObject({ data: { data: { sum: 42 } } });
    expect(await app.callTool('remember')).toMatchObject({
      data: { found: true, value: { seen: true } },
    });
    expect(await app.callTool('speak')).toMatchObject({ data: 'Good morning' });
    await app.unloadPlugin('tasks'); // delivers what it has logged
    expect(app.logs.map(({ message }) => message)).toContain('about to speak');
  });
});

const rustc = (() => {
  try {
    return execFileSync('rustc', ['--version'], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return null;
  }
})();

// rustc is no part of what a checkout needs.
test.runIf(rustc !== null)(
  'the plugin in Rust is built without a warning, and called',
  async () => {
    const flags = ['--edition', '2021', '-D', 'warnings', '--crate-type', 'cdylib'];
    const folder = build('first-plugin-rust', 'rustc', ...flags, '-o', 'libhello.so', 'hello.rs');
    await using app = await createTestApp();
    await app.loadPlugin(folder);
    expect(await app.callTool('greet', { name: 'Ada' })).toMatchObject({ data: 'Hello, Ada!' });
    expect(await app.callTool('greet', { name: 1 }).catch(({ code }) => code)).toBe(
      'ARGUMENTS_INVALID',
    );
  },
);
