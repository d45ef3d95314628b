import { expect, test } from 'vitest';
import { PluginHost } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { makeHome, openHost } from './open-host.js';

const single: TestPlugin = {
  id: 'single',
  source: 'lifecycle.c',
  flags: ['-DPLUGIN_FLAGS=AISOPOD_PLUGIN_SINGLE'],
};
const other: TestPlugin = { id: 'other', source: 'lifecycle.c' };
const plugins = [single, other];

test('a plugin that sets SINGLE runs once in a process, whatever home it comes from', async () => {
  const first = await openHost({ plugins });
  const second = await openHost({ plugins });
  expect(second.plugins.get('single')).toMatchObject({
    state: 'failed_load',
    error: { code: 'INSTANCE_LIMIT', details: { plugin: 'single' } },
  });
  // It names the one that is alive.
  const holder = `plugin single 1.0.0 in ${first.plugins.get('single')?.path}`;
  expect(second.plugins.get('single')?.error).toMatchObject({ details: { holder } });
  expect(second.plugins.get('single')?.reason).toContain(`another one is alive: ${holder}.`);
  expect(await second.tools.call('ping')).toMatchObject({ data: 'other' });
  expect(await first.tools.call('single:ping')).toMatchObject({ data: 'single' });
});

test('it can run again when it has ended', async () => {
  const options = makeHome({ plugins });
  for (let i = 0; i < 3; i++) {
    const host = await PluginHost.open(options);
    expect(host.plugins.isActive('single')).toBe(true);
    await host.close();
  }
});

test('the host that was refused can load it when the other has unloaded it', async () => {
  const first = await openHost({ plugins });
  const second = await openHost({ plugins });
  await first.plugins.unloadPlugin('single');
  const path = second.plugins.get('single')?.path ?? '';
  expect(await second.plugins.loadPlugin(path)).toMatchObject({ state: 'active' });
});

test('one whose create() failed does not count', async () => {
  const failed = await openHost({ plugins, pluginConfig: { single: { create: 'fail' } } });
  expect(failed.plugins.get('single')?.error?.code).toBe('CREATE_FAILED');
  const next = await openHost({ plugins });
  expect(next.plugins.isActive('single')).toBe(true);
});
