import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nativeEnded } from '../support/native-ended.js';
import { makePlugin, type TestPlugin } from '../support/plugin-folder.js';
import { listen, makeGate, marksOf, newFolder, openHost } from './open-host.js';

const base: TestPlugin = { id: 'base', source: 'lifecycle.c' };
const user: TestPlugin = {
  id: 'user',
  source: 'lifecycle.c',
  manifest: '[dependencies]\nbase = "*"\n',
};
const calls: TestPlugin = { id: 'calls', source: 'calls.c' };

describe('a plugin that config.toml switches off', () => {
  test('is listed, and runs nothing', async () => {
    const host = await openHost({
      plugins: [base, calls],
      toml: '[plugins.settings.base]\nenabled = false\n',
    });
    expect(host.plugins.get('base')).toMatchObject({ state: 'disabled', error: null, tools: [] });
    expect(marksOf(host.home.root, 'base')).toEqual([]);
    expect(host.plugins.isActive('calls')).toBe(true);
    await expect(host.plugins.enable('base')).rejects.toThrowError(
      expect.objectContaining({ code: 'PLUGIN_NOT_ACTIVE' }),
    );
  });
});

describe('disable()', () => {
  test('refuses new calls, and enable() takes them again, with the state kept', async () => {
    const host = await openHost({ plugins: [base] });
    await host.plugins.disable('base');
    expect(host.plugins.get('base')?.state).toBe('disabled');
    await expect(host.tools.call('ping')).rejects.toMatchObject({ code: 'PLUGIN_DISABLED' });
    await host.plugins.enable('base');
    expect(await host.tools.call('ping')).toMatchObject({ data: 'base' });
    expect(marksOf(host.home.root, 'base')).toEqual(['create', 'on_register', 'on_init']);
  });

  test('lets running calls end', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const gate = makeGate();
    const call = host.tools.call('wait', { gate: gate.path });
    await ears.next('running');
    await host.plugins.disable('calls');
    gate.open();
    expect(await call).toMatchObject({ data: 'through' });
  });

  test('refuses what others need, unless they go too', async () => {
    const host = await openHost({ plugins: [base, user] });
    await expect(host.plugins.disable('base')).rejects.toThrowError(
      expect.objectContaining({ code: 'PLUGIN_IN_USE', details: expect.anything() }),
    );
    expect(host.plugins.isActive('base')).toBe(true);
    await host.plugins.disable('base', { cascade: true });
    expect(host.plugins.list().map(({ state }) => state)).toEqual(['disabled', 'disabled']);
  });

  test('is followed by a clean close', async () => {
    const host = await openHost({ plugins: [base] });
    await host.plugins.disable('base');
    await host.close();
    expect(host.plugins.get('base')?.state).toBe('unloaded');
    expect(marksOf(host.home.root, 'base').slice(3)).toEqual(['on_shutdown', 'destroy']);
  });
});

describe('unloadPlugin()', () => {
  test('ends a plugin, and loadPlugin() brings it back', async () => {
    const host = await openHost({ plugins: [base] });
    const path = host.plugins.get('base')?.path ?? '';
    await host.plugins.unloadPlugin('base');
    expect(host.plugins.get('base')).toMatchObject({ state: 'unloaded', tools: [] });
    await expect(host.tools.call('base:ping')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
    await nativeEnded();
    expect(await host.plugins.loadPlugin(path)).toMatchObject({ id: 'base', state: 'active' });
    expect(await host.tools.call('ping')).toMatchObject({ data: 'base' });
    expect(host.plugins.list()).toHaveLength(1);
  });

  test('refuses what others need, also those that are switched off', async () => {
    const host = await openHost({ plugins: [base, user] });
    const inUse = { code: 'PLUGIN_IN_USE', details: { plugin: 'base', dependents: ['user'] } };
    await expect(host.plugins.unloadPlugin('base')).rejects.toMatchObject(inUse);
    await host.plugins.disable('user');
    await expect(host.plugins.unloadPlugin('base')).rejects.toMatchObject(inUse);
    await host.plugins.unloadPlugin('base', { cascade: true });
    expect(host.plugins.list().map(({ state }) => state)).toEqual(['unloaded', 'unloaded']);
    expect(marksOf(host.home.root, 'user')).toContain('on_shutdown');
  });

  test('of a plugin that nobody knows is an error', async () => {
    const host = await openHost();
    await expect(host.plugins.unloadPlugin('x')).rejects.toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
    });
  });
});

describe('loadPlugin()', () => {
  test('refuses an id that is there', async () => {
    const host = await openHost({ plugins: [base] });
    const folder = makePlugin(newFolder(), base);
    await expect(host.plugins.loadPlugin(folder)).rejects.toMatchObject({ code: 'ALREADY_LOADED' });
    expect(host.plugins.list()).toHaveLength(1);
  });

  test('takes the place of what has failed', async () => {
    const host = await openHost({
      plugins: [{ ...base, manifest: '[dependencies]\nnobody = "*"\n' }],
    });
    expect(host.plugins.get('base')?.state).toBe('failed_dependency');
    const folder = makePlugin(join(host.home.root, 'plugins'), base);
    expect(await host.plugins.loadPlugin(folder)).toMatchObject({ state: 'active' });
    expect(host.plugins.list()).toHaveLength(1);
  });

  test('tells how it came out, and rejects only when there is nothing', async () => {
    const host = await openHost();
    const empty = newFolder();
    expect(await host.plugins.loadPlugin(empty)).toMatchObject({
      id: null,
      path: empty,
      state: 'failed_manifest',
      error: { code: 'MANIFEST_MISSING' },
    });
    expect(await host.plugins.loadPlugin(empty)).toMatchObject({ state: 'failed_manifest' });
    expect(host.plugins.list()).toHaveLength(1);
  });
});
