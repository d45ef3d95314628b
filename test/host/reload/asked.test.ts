import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { requestReload } from '../../../src/home/installed/write-installed.js';
import { openHost } from '../open-host.js';
import { counting } from './counting.js';

/** Opens a host that follows its files, with a plugin that counts. */
async function followingHost() {
  const host = await openHost({ watchConfig: true });
  await host.register(counting().plugin);
  return host;
}

test('a host that follows its files reloads a plugin when registry.json asks for it', async () => {
  const host = await followingHost();
  const reloaded = new Promise((resolve) => {
    host.bus.subscribe('host.plugin.reloaded', ({ data }) => resolve(data));
  });
  await requestReload(host.home, 'counter');
  expect(await reloaded).toMatchObject({ plugin: 'counter', generation: 2 });
});

test('what registry.json asked for before the start reloads nothing', async () => {
  const host = await followingHost();
  await requestReload(host.home, 'counter');
  const { PluginHost } = await import('../../../src/index.js');
  const later = PluginHost.create({ home: host.home.root, env: {} });
  await later.register(counting().plugin);
  await later.start();
  expect(later.plugins.get('counter')?.history.map(({ to }) => to)).not.toContain('draining');
  await later.close();
});

test('registry.json with a number of reloads that is none is refused with its place', async () => {
  const host = await openHost();
  const text = '{"version": 1, "plugins": {"counter": {"reloads": -1}}}';
  writeFileSync(host.home.registryFile, text);
  const { PluginHost } = await import('../../../src/index.js');
  expect(() => PluginHost.create({ home: host.home.root, env: {} })).toThrow(
    /plugins\.counter\.reloads: found the number -1, expected a whole number from 0/,
  );
});
