import { describe, expect, test } from 'vitest';
import type { Plugin } from '../../src/index.js';
import { openHost } from './open-host.js';

function plugin(more: Partial<Plugin> = {}): Plugin {
  return { id: 'clock', version: '1.2.0', register: () => {}, single: true, ...more };
}

describe('a plugin with single', () => {
  test('fails with INSTANCE_LIMIT in a second host, which names the first instance', async () => {
    const first = await openHost();
    const second = await openHost();
    await first.register(plugin());
    const { state, error } = await second.register(plugin());
    const holder = `plugin clock 1.2.0 from its program, in the host of ${first.home.root}`;
    expect({ state, error }).toMatchObject({
      state: 'failed_load',
      error: { code: 'INSTANCE_LIMIT', details: { plugin: 'clock', holder } },
    });
    expect(error?.message).toContain(holder);
  });

  test('has no function called when another instance is alive', async () => {
    const first = await openHost();
    const second = await openHost();
    await first.register(plugin());
    const calls: string[] = [];
    await second.register(plugin({ register: () => void calls.push('register') }));
    expect(calls).toEqual([]);
  });

  test('is refused while an instance without single is alive', async () => {
    const first = await openHost();
    const second = await openHost();
    await first.register(plugin({ single: false }));
    expect(await second.register(plugin())).toMatchObject({ error: { code: 'INSTANCE_LIMIT' } });
  });

  test('lets no instance without single in', async () => {
    const first = await openHost();
    const second = await openHost();
    await first.register(plugin());
    const info = await second.register(plugin({ single: undefined }));
    expect(info).toMatchObject({ error: { code: 'INSTANCE_LIMIT' } });
  });

  test('rejects register() of a strict host', async () => {
    const first = await openHost();
    const second = await openHost({ strict: true });
    await first.register(plugin());
    await expect(second.register(plugin())).rejects.toMatchObject({ code: 'INSTANCE_LIMIT' });
  });

  test('may run again when the first host has closed', async () => {
    const first = await openHost();
    await first.register(plugin());
    await first.close();
    const second = await openHost();
    expect(await second.register(plugin())).toMatchObject({ state: 'active' });
  });

  test('may run again in the host that was refused, when it is unloaded in the other', async () => {
    const first = await openHost();
    const second = await openHost();
    await first.register(plugin());
    await second.register(plugin());
    await first.plugins.unloadPlugin('clock');
    expect(await second.register(plugin())).toMatchObject({ state: 'active' });
  });

  test.each<[string, Partial<Plugin>]>([
    ['register()', { register: () => JSON.parse('{') }],
    ['init()', { init: () => Promise.reject(new Error('no port')) }],
  ])('that failed in %s does not count', async (_, more) => {
    const first = await openHost();
    const second = await openHost();
    expect((await first.register(plugin(more))).error).not.toBeNull();
    expect(await second.register(plugin())).toMatchObject({ state: 'active' });
  });

  test('counts while it is switched off, since its instance is kept', async () => {
    const first = await openHost();
    const second = await openHost();
    await first.register(plugin());
    await first.plugins.disable('clock');
    expect(await second.register(plugin())).toMatchObject({ error: { code: 'INSTANCE_LIMIT' } });
  });

  test('counts when it never returned from shutdown()', async () => {
    const first = await openHost({ limits: { shutdownMs: 20 } });
    await first.register(plugin({ id: 'stays', shutdown: () => new Promise(() => {}) }));
    await first.close();
    const second = await openHost();
    const info = await second.register(plugin({ id: 'stays' }));
    expect(info).toMatchObject({ error: { code: 'INSTANCE_LIMIT' } });
  });

  test('is refused while a plugin in C with its id is alive', async () => {
    const first = await openHost({ plugins: [{ id: 'clock', source: 'lifecycle.c' }] });
    expect(first.plugins.isActive('clock')).toBe(true);
    const second = await openHost();
    expect(await second.register(plugin())).toMatchObject({ error: { code: 'INSTANCE_LIMIT' } });
  });

  test('lets no plugin in C with its id in', async () => {
    const first = await openHost();
    await first.register(plugin());
    const second = await openHost({ plugins: [{ id: 'clock', source: 'lifecycle.c' }] });
    expect(second.plugins.get('clock')).toMatchObject({
      state: 'failed_load',
      error: { code: 'INSTANCE_LIMIT' },
    });
  });

  test('does not keep plugins with other ids from running', async () => {
    const host = await openHost();
    await host.register(plugin());
    expect(await host.register(plugin({ id: 'other' }))).toMatchObject({ state: 'active' });
  });
});

test('plugins without single run in several hosts', async () => {
  for (const host of [await openHost(), await openHost()]) {
    expect(await host.register(plugin({ single: false }))).toMatchObject({ state: 'active' });
  }
});
