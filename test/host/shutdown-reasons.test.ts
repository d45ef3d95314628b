import { describe, expect, test, vi } from 'vitest';
import type { Plugin, PluginShutdown } from '../../src/index.js';
import { PluginHost } from '../../src/index.js';
import { closeAfterTest, deferred, makeHome, openHost } from './open-host.js';

const soon = { timeout: 20_000, interval: 5 };

/** A plugin, and what its shutdown() was called with. */
function ending(more: Partial<Plugin> = {}, name = 'shutdown') {
  const seen: PluginShutdown[] = [];
  const plugin: Plugin = {
    id: 'mine',
    version: '1.0.0',
    register: () => {},
    ...more,
    [name]: (shutdown: PluginShutdown) => void seen.push(shutdown),
  };
  return { plugin, seen };
}

describe('the reason of a shutdown', () => {
  test('is close when the host closes', async () => {
    const host = await openHost();
    const { plugin, seen } = ending();
    await host.register(plugin);
    await host.close();
    expect(seen).toEqual([{ reason: 'close', timeoutMs: 5_000 }]);
  });

  test('is unload when the plugin is unloaded', async () => {
    const host = await openHost();
    const { plugin, seen } = ending();
    await host.register(plugin);
    await host.plugins.unloadPlugin('mine');
    expect(seen).toMatchObject([{ reason: 'unload' }]);
  });

  test('is unload for those that are unloaded with it', async () => {
    const host = await openHost();
    await host.register(ending({ id: 'base' }).plugin);
    const { plugin, seen } = ending({ dependencies: { base: '*' } });
    await host.register(plugin);
    await host.plugins.unloadPlugin('base', { cascade: true });
    expect(seen).toMatchObject([{ reason: 'unload' }]);
  });

  test('is undo when init() succeeds after its limit', async () => {
    const host = await openHost({ limits: { initMs: 20 } });
    const gate = deferred();
    const { plugin, seen } = ending({ init: () => gate.promise });
    await host.register(plugin);
    gate.resolve();
    await vi.waitFor(() => expect(seen).toMatchObject([{ reason: 'undo' }]), soon);
  });

  test('is close for a plugin that runs when a strict start fails because of another', async () => {
    const host = PluginHost.create(makeHome({ strict: true }));
    closeAfterTest(host);
    const { plugin, seen } = ending();
    await host.register(plugin);
    await host.register(ending({ id: 'bad', init: () => Promise.reject(new Error('no')) }).plugin);
    await expect(host.start()).rejects.toMatchObject({ code: 'INIT_FAILED' });
    await host.close();
    expect(seen).toMatchObject([{ reason: 'close' }]);
  });

  test.each(['deactivate', 'on_unload'])('is passed to %s() as well', async (name) => {
    const host = await openHost();
    const { plugin, seen } = ending({}, name);
    await host.register(plugin);
    await host.close();
    expect(seen).toEqual([{ reason: 'close', timeoutMs: 5_000 }]);
  });

  test('stays that of the first ending when the host closes meanwhile', async () => {
    const host = await openHost();
    const gate = deferred();
    const seen: string[] = [];
    const shutdown = ({ reason }: PluginShutdown) => {
      seen.push(reason);
      return gate.promise;
    };
    await host.register({ ...ending().plugin, shutdown });
    const unloading = host.plugins.unloadPlugin('mine');
    const closing = host.close();
    gate.resolve();
    await Promise.all([unloading, closing]);
    expect(seen).toEqual(['unload']);
  });
});

test('timeoutMs of a shutdown is the limit shutdownMs', async () => {
  const host = await openHost({ limits: { shutdownMs: 1234 } });
  const { plugin, seen } = ending();
  await host.register(plugin);
  await host.close();
  expect(seen).toEqual([{ reason: 'close', timeoutMs: 1234 }]);
});
