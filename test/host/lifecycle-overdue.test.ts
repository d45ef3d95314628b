import { describe, expect, test, vi } from 'vitest';
import { loadAddon } from '../../src/abi/addon.js';
import { PluginHost } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeGate, makeHome, marksOf } from './open-host.js';

const good: TestPlugin = { id: 'good', source: 'lifecycle.c' };
const slow: TestPlugin = { id: 'slow', source: 'lifecycle.c' };

const soon = { timeout: 20_000, interval: 5 };

/** Opens a host in which a name of `slow` waits for a gate longer than it may. */
async function openWith(name: string, limit: string) {
  const gate = makeGate();
  const options = makeHome({
    plugins: [good, slow],
    pluginConfig: { slow: { [name]: 'wait', gate: gate.path } },
    toml: `[plugins.settings.slow.limits]\n${limit}\n`,
  });
  const host = await PluginHost.open(options);
  closeAfterTest(host);
  return { host, gate, marks: () => marksOf(options.home, 'slow') };
}

describe.each([
  ['create', 'create_ms = 20', 'failed_register', ['create', 'create returns', 'destroy']],
  [
    'on_register',
    'register_ms = 20',
    'failed_register',
    ['create', 'on_register', 'on_register returns', 'destroy'],
  ],
  [
    'on_init',
    'init_ms = 20',
    'failed_init',
    ['create', 'on_register', 'on_init', 'on_init returns', 'on_shutdown', 'destroy'],
  ],
])('%s() that overstays its limit', (name, limit, state, undone) => {
  test('fails its plugin and no other', async () => {
    const { host } = await openWith(name, limit);
    expect(host.plugins.get('slow')).toMatchObject({
      state,
      error: { code: 'LIFECYCLE_TIMEOUT' },
      reason: expect.stringContaining(`${name}() has not returned after 20 ms`),
    });
    expect(await host.tools.call('ping')).toMatchObject({ data: 'good' });
    expect(host.tools.get('slow:ping')).toBeUndefined();
  });

  test('is undone when it returns late', async () => {
    const { gate, marks } = await openWith(name, limit);
    gate.open();
    await vi.waitFor(() => expect(marks()).toEqual(undone), soon);
    await vi.waitFor(() => expect(loadAddon().liveCounts().instances).toBe(1), soon);
  });

  test('is not waited for by close()', async () => {
    const { host, gate, marks } = await openWith(name, `${limit}\nshutdown_ms = 3_600_000`);
    await host.close();
    expect(host.plugins.get('good')?.state).toBe('unloaded');
    expect(host.plugins.get('slow')?.state).toBe(state);
    gate.open();
    await vi.waitFor(() => expect(marks()).toEqual(undone), soon);
    await vi.waitFor(
      () => expect(loadAddon().liveCounts()).toEqual({ threads: 0, instances: 0 }),
      soon,
    );
  });
});

describe('on_shutdown() that overstays its limit', () => {
  test('does not keep close() from resolving, nor the others from closing', async () => {
    const { host, marks } = await openWith('on_shutdown', 'shutdown_ms = 20');
    await host.close();
    expect(host.plugins.get('slow')).toMatchObject({
      state: 'abandoned',
      error: { code: 'LIFECYCLE_TIMEOUT' },
    });
    expect(host.plugins.get('good')?.state).toBe('unloaded');
    expect(marks()).toEqual(['create', 'on_register', 'on_init', 'on_shutdown']);
  });

  test('is still followed by destroy() when it returns', async () => {
    const { host, gate, marks } = await openWith('on_shutdown', 'shutdown_ms = 20');
    await host.close();
    gate.open();
    await vi.waitFor(
      () => expect(marks().slice(3)).toEqual(['on_shutdown', 'on_shutdown returns', 'destroy']),
      soon,
    );
    await vi.waitFor(
      () => expect(loadAddon().liveCounts()).toEqual({ threads: 0, instances: 0 }),
      soon,
    );
  });
});
