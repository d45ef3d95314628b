import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Visits } from '../../docs/guide/reloading/visits.js';
import type { PluginInstance, SavedState } from '../../src/instance/index.js';
import { createTestApp } from '../../src/testing/index.js';
import { loadFolder, tokenOf } from '../loaders/native/load-native.js';
import { INCLUDE, temporaryFolder } from '../support/compile-library.js';
import { ROOT, read } from './pages.js';

const PAGE = 'docs/guide/reloading.md';
const root = temporaryFolder();

test('the page shows visits.ts as the tests run it', () => {
  expect(read(PAGE)).toContain(`\n\`\`\`ts\n${read('docs/guide/reloading/visits.ts')}\`\`\`\n`);
});

describe('the plugin of the page in C', () => {
  /** An instance that serves, and its tool. */
  async function serve(instance: PluginInstance, state?: SavedState) {
    const token = tokenOf(await instance.register(), 'visit');
    if (state !== undefined) await instance.restoreState?.(state);
    await instance.init();
    return () => instance.invoke(token, 'invoke', '{}', { timeoutMs: 30_000 });
  }

  test('goes on counting after a reload, without a warning of the compiler', async () => {
    const folder = mkdtempSync(join(root, 'visits-'));
    cpSync(join(ROOT, 'docs/guide/reloading'), folder, { recursive: true });
    const cc = ['-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-shared', '-fPIC'];
    const files = ['-I', INCLUDE, '-o', 'visits.so', 'visits.c'];
    execFileSync('cc', [...cc, ...files], { cwd: folder, stdio: 'pipe' });

    const { instance, reload } = await loadFolder(folder);
    const visit = await serve(instance);
    await visit();
    expect(await visit()).toEqual({ ok: true, json: '{"visits":2}' });
    const state = (await instance.saveState?.()) as SavedState;
    const visitAgain = await serve((await reload()).instance, state);
    expect(await visitAgain()).toEqual({ ok: true, json: '{"visits":3}' });

    const refused = serve((await reload()).instance, { ...state, format: 2 });
    await expect(refused).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
  });
});

describe('the plugin of the page in TypeScript', () => {
  test('goes on counting with the state of another instance', async () => {
    const first = new Visits();
    await using app = await createTestApp();
    await app.loadPlugin(first);
    await app.callTool('visit', { page: '/' });
    const second = new Visits();
    const from = { format: second.stateFormat, version: second.version, build: '' };
    second.restoreState(first.saveState(), from);
    await using other = await createTestApp();
    await other.loadPlugin(second);
    expect(await other.callTool('visit', { page: '/' })).toMatchObject({ data: { visits: 2 } });
    expect(() => second.restoreState({}, { ...from, format: 2 })).toThrow('format 2');
  });
});
