import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeHome } from '../host/open-host.js';
import { compileLibrary, temporaryFolder } from '../support/compile-library.js';
import { homeWithHelper, opening } from './openings.js';

const folder = temporaryFolder();

/** The modules of the host, evaluated anew; the addon is the same file. */
async function evaluate() {
  vi.resetModules();
  const { PluginHost } = await import('../../src/index.js');
  const { openLibrary } = await import('../../src/loaders/native/opening/open-library.js');
  return { PluginHost, openLibrary };
}

test('hosts of modules that were evaluated twice serve their plugins next to each other', async () => {
  const [first, second] = [await evaluate(), await evaluate()];
  expect(first.PluginHost).not.toBe(second.PluginHost);
  const options = makeHome({ plugins: [{ id: 'one', source: 'lifecycle.c' }] });
  const hosts = [await first.PluginHost.open(options), await second.PluginHost.open(options)];
  for (const host of hosts) {
    expect(await host.tools.call('ping')).toMatchObject({ data: 'one' });
    await host.close();
  }
});

test('what one has opened is a clash for the other', async () => {
  const [first, second] = [await evaluate(), await evaluate()];
  const host = await first.PluginHost.open(homeWithHelper('helped', 3));
  expect(await host.tools.call('help')).toMatchObject({ data: 3 });
  const other = await second.PluginHost.open(homeWithHelper('clashing', 4));
  expect(other.plugins.get('clashing')?.error?.code).toBe('LIBRARY_CLASH');
  await Promise.all([host.close(), other.close()]);
});

test('both share the unique symbols of the process', async () => {
  const [first, second] = [await evaluate(), await evaluate()];
  const open = async ({ openLibrary }: typeof first, id: string, size: number) => {
    const source =
      'static int head[2] = {8, 0}; void *aisopod_plugin_v1(void *query) { return head; }';
    const path = compileLibrary(join(folder, `${id}.so`), source);
    const unique = [{ name: 'aisopod_test_twice', size, writable: true }];
    return openLibrary(path, { limitMs: 60_000, pluginId: id, pluginDir: folder, unique });
  };
  await open(first, 'a', 4);
  await expect(open(second, 'b', 8)).rejects.toMatchObject({ code: 'LIBRARY_CLASH' });
});

test('one that reads a library which the other has opened gets the same descriptor', async () => {
  const [first, second] = [await evaluate(), await evaluate()];
  const options = makeHome({ plugins: [opening('same')] });
  const hosts = [await first.PluginHost.open(options), await second.PluginHost.open(options)];
  expect(hosts.map((host) => host.plugins.get('same')?.state)).toEqual(['active', 'active']);
  await Promise.all(hosts.map((host) => host.close()));
});
