import { describe, expect, test } from 'vitest';
import { loadAddon } from '../../src/abi/addon.js';
import { PluginHost } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeHome, marksOf, openHost } from './open-host.js';

const good: TestPlugin = { id: 'good', source: 'lifecycle.c' };
const bad: TestPlugin = { id: 'bad', source: 'lifecycle.c' };

/** Opens a host with `good`, and `bad` configured to misbehave. */
async function openWith(config: object) {
  const options = makeHome({ plugins: [good, bad], pluginConfig: { bad: config } });
  const host = await PluginHost.open(options);
  closeAfterTest(host);
  expect(await host.tools.call('ping')).toMatchObject({ data: 'good' });
  expect(loadAddon().liveCounts().instances).toBe(1);
  return { host, info: host.plugins.get('bad'), marks: () => marksOf(options.home, 'bad') };
}

describe('a plugin whose create() fails', () => {
  test('is failed_register with its own words, and nothing else of it is called', async () => {
    const { info, marks } = await openWith({ create: 'fail' });
    expect(info).toMatchObject({
      state: 'failed_register',
      reason: 'plugin bad: create fails on purpose',
      error: { code: 'CREATE_FAILED', details: { status: 'DENIED' } },
      tools: [],
    });
    expect(marks()).toEqual(['create']);
  });

  test('without a message is reported by its status', async () => {
    const { info } = await openWith({ create: 'bare' });
    expect(info?.reason).toBe('plugin bad: create() returned AISOPOD_E_NOMEM');
  });

  test('by leaving the instance NULL is told so', async () => {
    const { info, marks } = await openWith({ create: 'null' });
    expect(info?.error).toMatchObject({ code: 'CREATE_FAILED' });
    expect(info?.reason).toContain('left the instance NULL');
    expect(marks()).toEqual(['create']);
  });

  test('by an exception of C++ does not end the process', async () => {
    const thrower: TestPlugin = { id: 'bad', source: 'throws.cc', flags: ['-DTHROW_IN_CREATE'] };
    const host = await openHost({ plugins: [good, thrower] });
    expect(host.plugins.get('bad')).toMatchObject({
      state: 'failed_register',
      reason: 'plugin bad: create() threw a C++ exception: thrown by create',
    });
    expect(await host.tools.call('ping')).toMatchObject({ data: 'good' });
  });
});

describe('a plugin whose on_register() fails', () => {
  test('is destroyed once, and nothing of it is registered', async () => {
    const { host, info, marks } = await openWith({ on_register: 'fail' });
    expect(info).toMatchObject({
      state: 'failed_register',
      reason: 'plugin bad: on_register fails on purpose',
      error: { code: 'REGISTER_FAILED' },
    });
    expect(marks()).toEqual(['create', 'on_register', 'destroy']);
    expect(host.tools.get('bad:ping')).toBeUndefined();
  });
});

describe('a plugin whose on_init() fails', () => {
  test('is destroyed once, without on_shutdown, and nothing of it is registered', async () => {
    const { host, info, marks } = await openWith({ on_init: 'fail' });
    expect(info).toMatchObject({
      state: 'failed_init',
      reason: 'plugin bad: on_init fails on purpose',
      error: { code: 'INIT_FAILED', details: { status: 'DENIED' } },
    });
    expect(marks()).toEqual(['create', 'on_register', 'on_init', 'destroy']);
    expect(host.tools.get('bad:ping')).toBeUndefined();
  });

  test('stays what it is when the host closes', async () => {
    const { host, marks } = await openWith({ on_init: 'fail' });
    await host.close();
    expect(host.plugins.get('bad')?.state).toBe('failed_init');
    expect(marks()).toEqual(['create', 'on_register', 'on_init', 'destroy']);
  });

  test('can be unloaded, and loaded again when it was mended', async () => {
    const { host, info } = await openWith({ on_init: 'fail' });
    await host.plugins.unloadPlugin('bad');
    expect(host.plugins.get('bad')?.state).toBe('unloaded');
    expect(await host.plugins.loadPlugin(info?.path ?? '')).toMatchObject({ state: 'failed_init' });
    expect(host.plugins.list()).toHaveLength(2);
  });
});

test('an exception in a handler is the answer of that call alone', async () => {
  const host = await openHost({ plugins: [{ id: 'thrower', source: 'throws.cc' }] });
  for (const tool of ['throw', 'throw-inline']) {
    expect(await host.tools.call(tool)).toMatchObject({
      success: false,
      error: { code: 'FAIL', message: expect.stringContaining('thrown by a handler') },
    });
  }
  expect(host.plugins.isActive('thrower')).toBe(true);
});

test('a config that is wrong is failed_config, and runs nothing of the plugin', async () => {
  const options = makeHome({ plugins: [good, bad] });
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${options.home}/plugins/bad.toml`, 'this is no TOML');
  const host = await PluginHost.open(options);
  closeAfterTest(host);
  expect(host.plugins.get('bad')).toMatchObject({
    state: 'failed_config',
    error: { code: 'CONFIG_INVALID' },
  });
  expect(marksOf(options.home, 'bad')).toEqual([]);
  expect(host.plugins.isActive('good')).toBe(true);
});
