import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PluginHost } from '../../../src/index.js';
import { makePlugin, type TestPlugin } from '../../support/plugin-folder.js';
import { closeAfterTest, makeGate, marksOf } from '../open-host.js';
import { openAgain } from './old-home.js';

const lazy: TestPlugin = {
  id: 'lazy',
  source: 'lifecycle.c',
  manifest: `
[config.properties]
greeting = { type = "string", maxLength = 20 }
on_init.type = "string"
gate.type = "string"
`,
};
const needing: TestPlugin = {
  id: 'needing',
  source: 'lifecycle.c',
  manifest: '[dependencies]\nlazy = "*"\n',
};

const stateOf = (host: PluginHost, id = 'lazy') => host.plugins.get(id)?.state;

describe('a dormant plugin', () => {
  test('is switched off and on without being opened', async () => {
    const { host, made } = await openAgain({ plugins: [lazy] });
    await host.plugins.disable('lazy');
    expect(stateOf(host)).toBe('disabled');
    await expect(host.tools.call('lazy:ping')).rejects.toMatchObject({ code: 'PLUGIN_DISABLED' });
    await host.plugins.enable('lazy');
    expect(host.plugins.get('lazy')).toMatchObject({ state: 'registered', dormant: true });
    expect(marksOf(made.home, 'lazy')).toEqual([]);
    expect(await host.tools.call('ping')).toMatchObject({ data: 'lazy' });
  });

  test('is switched off and on for good without being opened', async () => {
    const { host, made } = await openAgain({ plugins: [lazy] });
    await host.plugins.setEnabled('lazy', false);
    expect(stateOf(host)).toBe('disabled');
    await expect(host.tools.call('lazy:ping')).rejects.toMatchObject({ code: 'PLUGIN_DISABLED' });
    await host.plugins.setEnabled('lazy', true);
    expect(host.plugins.get('lazy')).toMatchObject({ state: 'registered', dormant: true });
    expect(marksOf(made.home, 'lazy')).toEqual([]);
    expect(await host.tools.call('ping')).toMatchObject({ data: 'lazy' });
  });

  test('that was off at the start waits when it is switched on', async () => {
    const { host, made } = await openAgain({ plugins: [lazy] });
    await host.plugins.setEnabled('lazy', false);
    await host.close();
    const again = await PluginHost.open(made);
    closeAfterTest(again);
    expect(stateOf(again)).toBe('disabled');
    await again.plugins.setEnabled('lazy', true);
    expect(again.plugins.get('lazy')).toMatchObject({ state: 'registered', dormant: true });
    expect(marksOf(made.home, 'lazy')).toEqual([]);
  });

  test('receives no events while it is switched off, and does not start for them', async () => {
    const { host } = await openAgain({
      plugins: [{ id: 'lazy', source: 'subscribes.c' }],
      pluginConfig: { lazy: { patterns: ['chat.*'] } },
    });
    const received: unknown[] = [];
    const done = new Promise<void>((resolve) => {
      host.bus.subscribe('received', ({ data }) => {
        received.push((data as { data: unknown }).data);
        resolve();
      });
    });
    await host.plugins.disable('lazy');
    host.bus.publish('chat.message', 'off');
    await host.plugins.enable('lazy');
    host.bus.publish('chat.message', 'on');
    await done;
    expect(received).toEqual(['on']);
  });

  test('takes a new configuration without being opened, and starts with it', async () => {
    const { host, made } = await openAgain({ plugins: [lazy] });
    const changes: unknown[] = [];
    host.config.onChange((change) => changes.push(change));
    await host.config.set('lazy', 'greeting', 'hello');
    expect(changes).toEqual([{ plugin: 'lazy', keys: ['greeting'] }]);
    expect(marksOf(made.home, 'lazy')).toEqual([]);
    expect(stateOf(host)).toBe('registered');
    expect(await host.tools.call('about')).toMatchObject({
      data: { config: { greeting: 'hello' } },
    });
  });

  test('keeps its configuration when a new one breaks the schema', async () => {
    const { host } = await openAgain({ plugins: [lazy] });
    await expect(host.config.set('lazy', 'greeting', 'x'.repeat(21))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(await host.tools.call('about')).toMatchObject({ data: { config: {} } });
  });

  test('is unloaded without being opened', async () => {
    const { host, made } = await openAgain({ plugins: [lazy] });
    await host.plugins.unloadPlugin('lazy');
    expect(stateOf(host)).toBe('unloaded');
    expect(host.tools.list()).toEqual([]);
    await expect(host.tools.call('ping')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
    expect(marksOf(made.home, 'lazy')).toEqual([]);
  });

  test('is needed by another dormant plugin as by one that runs', async () => {
    const { host, made } = await openAgain({ plugins: [lazy, needing] });
    const inUse = { code: 'PLUGIN_IN_USE', details: { dependents: ['needing'] } };
    await expect(host.plugins.unloadPlugin('lazy')).rejects.toMatchObject(inUse);
    await expect(host.plugins.disable('lazy')).rejects.toMatchObject(inUse);
    await host.plugins.unloadPlugin('lazy', { cascade: true });
    expect([stateOf(host), stateOf(host, 'needing')]).toEqual(['unloaded', 'unloaded']);
    expect(marksOf(made.home, 'needing')).toEqual([]);
  });

  test('is closed with its host without being opened', async () => {
    const { host, made } = await openAgain({ plugins: [lazy] });
    await host.close();
    expect(stateOf(host)).toBe('unloaded');
    expect(marksOf(made.home, 'lazy')).toEqual([]);
  });

  test('starts as its new build when it is reloaded', async () => {
    const { host, made } = await openAgain({ plugins: [lazy] });
    makePlugin(join(made.home, 'plugins'), { ...lazy, version: '2.0.0' });
    await host.plugins.reload('lazy');
    expect(host.plugins.get('lazy')).toMatchObject({ state: 'active', version: '2.0.0' });
    expect(await host.tools.call('ping')).toMatchObject({ data: 'lazy' });
  });
});

describe('a plugin that is started since it is needed', () => {
  /** A call of `lazy`, whose on_init waits. */
  async function openWaking(plugins: readonly TestPlugin[] = [lazy]) {
    const gate = makeGate();
    const { host, made } = await openAgain({ plugins });
    writeFileSync(
      join(made.home, 'config.toml'),
      `[plugins.lazy]\non_init = "wait"\ngate = "${gate.path}"\n`,
    );
    await host.config.set('lazy', 'on_init', 'wait');
    const initialising = new Promise<void>((resolve) => {
      host.events.on('phase', ({ to, from }) => {
        if (from === 'loaded' && to === 'registered') resolve();
      });
    });
    const call = host.tools.call('lazy:ping');
    call.catch(() => {});
    await initialising;
    return { host, made, gate, call };
  }

  test('is unloaded, and its callers get PLUGIN_NOT_ACTIVE', async () => {
    const { host, gate, call } = await openWaking();
    const unloaded = host.plugins.unloadPlugin('lazy');
    gate.open();
    await unloaded;
    await expect(call).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    expect(stateOf(host)).toBe('unloaded');
    expect(host.tools.list()).toEqual([]);
  });

  test('is closed with its host, and its callers get HOST_CLOSED', async () => {
    const { host, made, gate, call } = await openWaking();
    const closed = host.close();
    gate.open();
    await closed;
    await expect(call).rejects.toMatchObject({ code: 'HOST_CLOSED' });
    expect(stateOf(host)).toBe('unloaded');
    expect(marksOf(made.home, 'lazy').slice(-2)).toEqual(['on_shutdown', 'destroy']);
  });

  test('is switched off when it has started', async () => {
    const { host, gate, call } = await openWaking();
    const disabled = host.plugins.disable('lazy');
    gate.open();
    expect(await call).toMatchObject({ data: 'lazy' });
    await disabled;
    expect(stateOf(host)).toBe('disabled');
  });

  test('does not keep another one from being started', async () => {
    const other: TestPlugin = { id: 'other', source: 'lifecycle.c' };
    const { host, gate, call } = await openWaking([lazy, other]);
    expect(await host.tools.call('other:ping')).toMatchObject({ data: 'other' });
    gate.open();
    await call;
  });
});
