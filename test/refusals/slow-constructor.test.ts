import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { put } from '../packages/discovery/plugins-directory.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../support/compile-library.js';
import { runBuilt, withBuild } from '../support/run-built.js';

withBuild();

const CONSTRUCTOR = '__attribute__((constructor)) static void';
const NEVER = `#include <unistd.h>
  ${CONSTRUCTOR} never(void) { for (;;) pause(); }`;
const marking = (path: string) => `#include <stdio.h>
  ${CONSTRUCTOR} leave(void) { fclose(fopen("${path}", "w")); }`;

test('a constructor that overstays its limit is given up, and all native plugins after it are told why', async () => {
  const root = temporaryFolder();
  const mark = join(root, 'mark');
  const add = (id: string, extra: string) => {
    const dir = join(root, 'plugins', id);
    mkdirSync(dir, { recursive: true, mode: 0o755 });
    put(
      dir,
      'aisopod.plugin.toml',
      `[plugin]\nid = "${id}"\nversion = "1.0.0"\nentry = "plugin.so"\n`,
    );
    return compileLibrary(join(dir, 'plugin.so'), pluginSource({ id, extra }));
  };
  const slow = add('a-slow', NEVER);
  const next = add('b-next', marking(mark));
  const broken = join(root, 'plugins', 'c-broken');
  put(broken, 'aisopod.plugin.toml', '[plugin');

  // In a process of its own: its loader can open nothing any more.
  const { stdout, stderr } = await runBuilt(
    `
    const host = await PluginHost.open({ home: args.root, env: {}, limits: { openMs: 50 } });
    console.log(JSON.stringify(host.plugins.list().map(({ id, state, error }) => ({ id, state, error }))));
    process.kill(process.pid, 'SIGKILL');
  `,
    { root },
  );
  expect(stderr).toBe('');
  const [first, second, third] = JSON.parse(stdout);
  expect(first).toMatchObject({ state: 'failed_load', error: { code: 'LIBRARY_SLOW' } });
  expect(first.error.message).toMatch(
    /a-slow\/plugin\.so was not open after 50 ms: .*constructor.*Move that work to on_init\(\)/,
  );
  expect(first.error.details).toEqual({ path: slow, limitMs: 50, in: 'constructor' });
  expect(second).toMatchObject({ state: 'failed_load', error: { code: 'LOADER_STUCK' } });
  expect(second.error.message).toMatch(
    /b-next\/plugin\.so cannot be opened, because .*a-slow\/plugin\.so is still being opened.*Disable that plugin and start again/,
  );
  expect(second.error.details).toEqual({ path: next, by: slow });
  expect(third).toMatchObject({ state: 'failed_manifest', error: { code: 'MANIFEST_SYNTAX' } });
  expect(existsSync(mark)).toBe(false);
});
