import { expect, test } from 'vitest';
import type { Plugin, PluginHost } from '../../src/index.js';
import { openHost } from './open-host.js';

const plugin = (id: string): Plugin => ({
  id,
  version: '1.0.0',
  register: (api) => api.registerTool('echo', { description: 'x' }, (args) => args),
});

const ids = (host: PluginHost) => host.plugins.list().map(({ id }) => id);

test('a host keeps what became of the newest 64 plugins that were unloaded', async () => {
  const host = await openHost();
  await host.register(plugin('stays'));
  for (let i = 0; i < 70; i++) {
    await host.register(plugin(`p${i}`));
    await host.plugins.unloadPlugin(`p${i}`);
  }
  expect(ids(host)).toHaveLength(65);
  expect(ids(host)).toContain('stays');
  expect(ids(host)).not.toContain('p5');
  expect(host.plugins.get('p69')?.state).toBe('unloaded');
  expect(host.plugins.get('p0')).toBeUndefined();
});

test('a plugin that was forgotten can be registered again', async () => {
  const host = await openHost();
  for (let i = 0; i < 66; i++) {
    await host.register(plugin(`p${i}`));
    await host.plugins.unloadPlugin(`p${i}`);
  }
  expect((await host.register(plugin('p0'))).state).toBe('active');
  expect(await host.tools.call('p0:echo', { a: 1 })).toMatchObject({ data: { a: 1 } });
});

test('a plugin that is registered again goes on with its history and the count of its runs', async () => {
  const host = await openHost();
  await host.register(plugin('p'));
  await host.plugins.unloadPlugin('p');
  const { history } = await host.register({ ...plugin('p'), version: '2.0.0' });
  expect(history.map(({ to }) => to)).toEqual([
    ...['validated', 'loaded', 'registered', 'initialised', 'active', 'draining', 'unloaded'],
    ...['discovered', 'validated', 'loaded', 'registered', 'initialised', 'active'],
  ]);
  expect(host.plugins.list().map(({ id, version }) => [id, version])).toEqual([['p', '2.0.0']]);
});
