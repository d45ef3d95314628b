import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TestPlugin } from '../../support/plugin-folder.js';
import { newFolder, recordingLogger } from '../open-host.js';
import { openAgain } from './old-home.js';

const lazy: TestPlugin = { id: 'lazy', source: 'lifecycle.c' };

/** Opens a host in which the plugin `lazy` waits, and lets one of its functions fail from now on. */
async function openFailing(step: string, plugins: readonly TestPlugin[] = [lazy]) {
  const { logger, lines } = recordingLogger();
  const { host, made } = await openAgain({ plugins, logger });
  await host.config.set('lazy', step, 'fail');
  return { host, made, lines };
}

describe.each([
  ['create', 'failed_register', 'CREATE_FAILED'],
  ['on_register', 'failed_register', 'REGISTER_FAILED'],
  ['on_init', 'failed_init', 'INIT_FAILED'],
])('a dormant plugin whose %s fails', (step, state, code) => {
  test('is given up with the reason, which its callers get', async () => {
    const { host, lines } = await openFailing(step);
    const calls = await Promise.allSettled([host.tools.call('ping'), host.tools.call('about')]);
    for (const call of calls) {
      expect(call).toMatchObject({
        reason: {
          code: 'PLUGIN_NOT_ACTIVE',
          message: expect.stringContaining(`${step} fails on purpose`),
          details: { plugin: 'lazy', state, code },
        },
      });
    }
    expect(host.plugins.get('lazy')).toMatchObject({ state, dormant: false, error: { code } });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', plugin: 'lazy', code }));
  });

  test('has no registrations any more', async () => {
    const { host } = await openFailing(step);
    await expect(host.tools.call('ping')).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    expect(host.tools.list()).toEqual([]);
    expect(host.registry.snapshot.plugins).toEqual([]);
    await expect(host.tools.call('ping')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
  });

  test('is tried again when it is reloaded', async () => {
    const { host } = await openFailing(step);
    await expect(host.tools.call('ping')).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    await host.config.unset('lazy', step);
    await host.plugins.reload('lazy');
    expect(await host.tools.call('ping')).toMatchObject({ data: 'lazy' });
  });
});

test('a dormant plugin whose library is gone is given up with the reason', async () => {
  const { host, made } = await openAgain({ plugins: [lazy] });
  writeFileSync(join(made.home, 'plugins', 'lazy', 'plugin.so'), 'not a library');
  await expect(host.tools.call('ping')).rejects.toMatchObject({
    code: 'PLUGIN_NOT_ACTIVE',
    details: { state: 'failed_load', code: 'LIBRARY_FORMAT' },
  });
});

test('a message to a dormant plugin that fails is rejected with the reason', async () => {
  const { host, made } = await openAgain({ plugins: [{ id: 'lazy', source: 'mails.c' }] });
  writeFileSync(join(made.home, 'plugins', 'lazy', 'plugin.so'), 'not a library');
  await expect(host.messaging.send('lazy', { do: 'echo' })).rejects.toMatchObject({
    code: 'PLUGIN_NOT_ACTIVE',
    details: { code: 'LIBRARY_FORMAT' },
  });
});

test('a command of a dormant plugin that fails is rejected with the reason', async () => {
  const { host, made } = await openAgain({ plugins: [{ id: 'lazy', source: 'commands.c' }] });
  const [command] = host.commands.list();
  writeFileSync(join(made.home, 'plugins', 'lazy', 'plugin.so'), 'not a library');
  await expect(host.commands.run(command?.fullName ?? '')).rejects.toMatchObject({
    code: 'PLUGIN_NOT_ACTIVE',
    details: { code: 'LIBRARY_FORMAT' },
  });
});

test('a tool is called without the middleware of a dormant plugin that fails', async () => {
  const around: TestPlugin = { id: 'around', source: 'middleware.c' };
  const { host, made } = await openAgain({ plugins: [lazy, around] });
  writeFileSync(join(made.home, 'plugins', 'around', 'plugin.so'), 'not a library');
  expect(await host.tools.call('ping')).toMatchObject({ data: 'lazy' });
  expect(host.plugins.get('around')?.state).toBe('failed_load');
});

describe('a dormant guard', () => {
  const listed = '[capabilities]\nhooks = ["BeforeToolExecute"]\n';
  const tool: TestPlugin = { id: 'tool', source: 'lifecycle.c' };
  const decision = { action: 'block', reason: 'not today' };
  const hooks = [{ name: 'BeforeToolExecute', does: 'reply', reply: JSON.stringify(decision) }];

  const open = (manifest: string) =>
    openAgain({
      plugins: [tool, { id: 'lazy', source: 'hooks/listener.c', manifest }],
      pluginConfig: { lazy: { hooks } },
    });

  test.each([
    ['that its manifest lists', listed],
    ['that its manifest does not list', ''],
  ])('%s is asked by the first call of a tool', async (_, manifest) => {
    const { host } = await open(manifest);
    expect(host.plugins.get('lazy')?.state).toBe('registered');
    const calls = [1, 2, 3].map(() => host.tools.call('ping'));
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({
        reason: { code: 'TOOL_BLOCKED', details: { by: 'lazy', reason: 'not today' } },
      });
    }
    expect(host.plugins.get('lazy')?.state).toBe('active');
  });

  test.each([
    ['that its manifest lists', listed],
    ['that its manifest does not list', ''],
  ])('%s and that fails blocks this call and each later one', async (_, manifest) => {
    const { host, made } = await open(manifest);
    writeFileSync(join(made.home, 'plugins', 'lazy', 'plugin.so'), 'not a library');
    const blocked = { code: 'TOOL_BLOCKED', details: { by: 'lazy' } };
    const calls = await Promise.allSettled([host.tools.call('ping'), host.tools.call('ping')]);
    for (const call of calls) expect(call).toMatchObject({ reason: blocked });
    expect(host.plugins.get('lazy')?.state).toBe('failed_load');
    await expect(host.tools.call('ping')).rejects.toMatchObject(blocked);
    await host.plugins.unloadPlugin('lazy');
    expect(await host.tools.call('ping')).toMatchObject({ data: 'tool' });
  });
});

test('a plugin that fails when it wakes registers at the next start', async () => {
  const file = join(newFolder(), 'tool');
  writeFileSync(file, 'first');
  const { host, made } = await openAgain({
    plugins: [lazy],
    pluginConfig: { lazy: { tool_file: file } },
  });
  await host.config.set('lazy', 'on_init', 'fail');
  await expect(host.tools.call('first')).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
  await host.config.unset('lazy', 'on_init');
  await host.close();
  const { PluginHost } = await import('../../../src/index.js');
  const again = await PluginHost.open(made);
  expect(again.plugins.get('lazy')).toMatchObject({ state: 'active', dormant: false });
  await again.close();
});
