import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { makePlugin } from '../support/plugin-folder.js';
import { withBuild } from '../support/run-built.js';
import { closeAfterTest, makeHome, recordingLogger } from './open-host.js';

withBuild();

/** A process that opens a host and keeps it. Resolves with the path of what it has open. */
async function openElsewhere(home: string) {
  const dist = new URL('../../dist/index.js', import.meta.url).href;
  const code = `
    import { PluginHost } from ${JSON.stringify(dist)};
    const host = await PluginHost.open({
      home: ${JSON.stringify(home)}, env: {}, keepAlive: true,
    });
    console.log(host.plugins.get('one').library.opened);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [opened] = await once(createInterface(child.stdout), 'line');
  return {
    opened: String(opened),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Opens a host here and closes it, which waits until the cache is cleaned. */
async function openAndClose(home: string): Promise<string> {
  const host = await PluginHost.open({ home, env: {} });
  closeAfterTest(host);
  const opened = host.plugins.get('one')?.library?.opened ?? '';
  await host.close();
  return opened;
}

test('a copy that another process has open stays; once that was killed, the next start removes it', async () => {
  const { home } = makeHome({ plugins: [{ id: 'one', source: 'lifecycle.c' }] });
  const other = await openElsewhere(home);
  expect(existsSync(other.opened)).toBe(true);

  // A new version of the plugin, so that this process opens another copy.
  makePlugin(join(home, 'plugins'), { id: 'one', source: 'lifecycle.c', version: '2.0.0' });
  const mine = await openAndClose(home);
  expect(mine).not.toBe(other.opened);
  expect(existsSync(other.opened)).toBe(true);

  await other.kill();
  expect(await openAndClose(home)).toBe(mine);
  expect(existsSync(dirname(dirname(other.opened)))).toBe(false);
  expect(existsSync(mine)).toBe(true);
  expect(readdirSync(join(home, 'cache', 'copies', '.users'))).toHaveLength(1);
});

test('a host cleans after its start by itself, and tells who debugs', async () => {
  const { logger, lines } = recordingLogger();
  const options = makeHome({ plugins: [{ id: 'one', source: 'lifecycle.c' }], logger });
  const unused = join(options.home, 'cache', 'copies', 'a'.repeat(64), '0');
  mkdirSync(unused, { recursive: true });
  const host = await PluginHost.open(options);
  closeAfterTest(host);
  await vi.waitFor(() => expect(existsSync(dirname(unused))).toBe(false));
  await vi.waitFor(() =>
    expect(lines).toContainEqual({
      level: 'debug',
      removed: [`${'a'.repeat(64)}/0`],
      text: 'Unused copies of libraries are removed: 1',
    }),
  );
  expect(await host.tools.call('ping')).toMatchObject({ data: 'one' });
});

test('two hosts of one process share their copies, and neither takes them from the other', async () => {
  const options = makeHome({ plugins: [{ id: 'one', source: 'lifecycle.c' }] });
  const first = await PluginHost.open(options);
  closeAfterTest(first);
  const opened = first.plugins.get('one')?.library?.opened ?? '';
  expect(await openAndClose(options.home)).toBe(opened);
  expect(existsSync(opened)).toBe(true);
  expect(await first.tools.call('ping')).toMatchObject({ data: 'one' });
});
