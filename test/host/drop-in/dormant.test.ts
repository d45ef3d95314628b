import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TestPlugin } from '../../support/plugin-folder.js';
import { openAgain } from '../dormant/old-home.js';
import { type HomeOptions, makeGate } from '../open-host.js';
import { putting, stateIn, watching } from './watching.js';

const lazy: TestPlugin = { id: 'lazy', source: 'lifecycle.c' };
const newer: TestPlugin = { ...lazy, version: '1.1.0' };
const user: TestPlugin = {
  id: 'user',
  source: 'lifecycle.c',
  manifest: '[dependencies]\nlazy = "^1"\n',
};

/** A host that watches its plugins, which are dormant. */
async function dormantHost(options: HomeOptions = {}) {
  const { host, made } = await openAgain({ plugins: [lazy], watch: true, ...options });
  const folder = host.home.plugins;
  const { make, ...ways } = putting(folder);
  /** Puts another build in the place of the plugin, in one step. */
  const replace = (plugin: TestPlugin) => {
    const next = make(plugin);
    renameSync(join(folder, plugin.id), join(folder, `.old-${plugin.id}`));
    renameSync(next, join(folder, plugin.id));
  };
  expect(host.plugins.list().every(({ dormant }) => dormant)).toBe(true);
  return { host, made, folder, make, replace, state: stateIn(host), ...ways, ...watching(host) };
}

describe('a dormant plugin', () => {
  test('whose files change starts in the place of what stood for it, without an end', async () => {
    const { host, replace, until, count, loads, changes } = await dormantHost();
    replace(newer);
    await until(() => changes.some(({ started }) => started.includes('lazy')));
    expect(host.plugins.get('lazy')).toMatchObject({
      version: '1.1.0',
      state: 'active',
      woken: { by: 'changed files' },
    });
    expect([loads('lazy'), count('lazy', 'unloaded')]).toEqual([1, 0]);
    expect(changes.flatMap(({ replaced, stopped }) => [...replaced, ...stopped])).toEqual([]);
    expect(await host.tools.call('ping')).toMatchObject({ data: 'lazy' });
  });

  test('that was written just before the host opened stays as it is', async () => {
    const { host, move, until, state, count } = await dormantHost();
    move({ ...lazy, id: 'other' }); // when that has started, the host has compared what is so new
    await until(() => state('other') === 'active');
    expect([state('lazy'), count('lazy', 'unloaded')]).toEqual(['registered', 0]);
    expect(host.plugins.get('lazy')?.history).toHaveLength(2);
  });

  test('whose folder is renamed starts from there, once', async () => {
    const { host, folder, until, state, count, loads } = await dormantHost();
    renameSync(join(folder, 'lazy'), join(folder, 'other'));
    await until(() => state('lazy') === 'active');
    expect(host.plugins.get('lazy')?.path).toBe(join(folder, 'other'));
    expect(host.plugins.list()).toHaveLength(1);
    expect([loads('lazy'), count('lazy', 'unloaded')]).toEqual([1, 0]);
  });

  test('whose folder is removed ends without having been opened', async () => {
    const { host, folder, until, state, loads } = await dormantHost();
    rmSync(join(folder, 'lazy'), { recursive: true });
    await until(() => state('lazy') === undefined);
    expect(host.tools.list()).toEqual([]);
    expect(loads('lazy')).toBe(0);
  });

  test('whose manifest is broken fails, and starts once that is mended', async () => {
    const { host, folder, until, state, loads } = await dormantHost();
    const manifest = join(folder, 'lazy', 'aisopod.plugin.toml');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, `${text}[nonsense\n`);
    await until(() => host.plugins.list().some(({ state }) => state === 'failed_manifest'));
    expect(host.tools.list()).toEqual([]);
    writeFileSync(manifest, text);
    await until(() => state('lazy') === 'active');
    expect(loads('lazy')).toBe(1);
  });

  test('whose library is half of one fails, and starts once that is mended', async () => {
    const { host, folder, until, state } = await dormantHost();
    const file = join(folder, 'lazy', 'plugin.so');
    const library = readFileSync(file);
    writeFileSync(file, library.subarray(0, library.length / 2));
    await until(() => state('lazy') === 'failed_load' && host.tools.list().length === 0);
    expect(host.plugins.get('lazy')?.error?.code).toBe('LIBRARY_FORMAT');
    writeFileSync(file, library);
    await until(() => state('lazy') === 'active');
  });

  test('whose new files fail to start has failed, and is not tried again as it is', async () => {
    const { host, folder, replace, until, state, count, changes, nextChange } = await dormantHost();
    await host.config.set('lazy', 'on_init', 'fail');
    replace(newer);
    await until(() => state('lazy') === 'failed_init' && host.tools.list().length === 0);
    expect(changes.flatMap(({ refused }) => refused)).toEqual([]);
    const change = nextChange();
    writeFileSync(join(folder, 'lazy', 'log'), 'tried');
    await change;
    expect(count('lazy', 'failed_init')).toBe(1);
  });

  test('that is switched off is brought up to date when it is switched on', async () => {
    const { host, replace, move, until, state, loads } = await dormantHost();
    await host.plugins.disable('lazy');
    replace(newer);
    move({ ...lazy, id: 'other' });
    await until(() => state('other') === 'active');
    expect(host.plugins.get('lazy')).toMatchObject({ version: '1.0.0', state: 'disabled' });
    expect(loads('lazy')).toBe(0);
    await host.plugins.enable('lazy');
    await until(() => state('lazy') === 'active');
    expect(host.plugins.get('lazy')?.version).toBe('1.1.0');
  });

  test('whose files change while it starts is reloaded when it has started', async () => {
    const gate = makeGate();
    const { host, replace, until, count, changes } = await dormantHost();
    await host.config.set('lazy', 'gate', gate.path);
    await host.config.set('lazy', 'on_init', 'wait');
    const call = host.tools.call('ping');
    await until(() => count('lazy', 'loaded') === 1);
    replace(newer);
    gate.open();
    expect(await call).toMatchObject({ data: 'lazy' });
    await until(() => changes.some(({ replaced }) => replaced.includes('lazy')));
    expect(host.plugins.get('lazy')).toMatchObject({ version: '1.1.0', state: 'active' });
  });
});

describe('a dormant plugin that needs one', () => {
  const plugins = [lazy, user];

  test('whose new files it fits stays as it is', async () => {
    const { replace, until, state, count } = await dormantHost({ plugins });
    replace(newer);
    await until(() => state('lazy') === 'active');
    expect([state('user'), count('user', 'unloaded')]).toEqual(['registered', 0]);
  });

  test('whose new version it does not fit fails without having been opened', async () => {
    const { host, replace, until, state, loads } = await dormantHost({ plugins });
    replace({ ...lazy, version: '2.0.0' });
    await until(() => state('lazy') === 'active' && state('user') === 'failed_dependency');
    expect(host.plugins.get('user')?.error?.code).toBe('DEPENDENCY_VERSION');
    expect(loads('user')).toBe(0);
  });

  test('whose new files fail to start is skipped', async () => {
    const { host, replace, until, state } = await dormantHost({ plugins });
    await host.config.set('lazy', 'on_init', 'fail');
    replace(newer);
    await until(() => state('lazy') === 'failed_init');
    await until(() => state('user') === 'skipped_dependency');
    expect(host.tools.list()).toEqual([]);
  });

  test('and that is removed fails, and starts when that comes again', async () => {
    const { folder, move, until, state, loads } = await dormantHost({ plugins });
    rmSync(join(folder, 'lazy'), { recursive: true });
    await until(() => state('user') === 'failed_dependency');
    expect(loads('user')).toBe(0);
    move(newer);
    await until(() => state('lazy') === 'active' && state('user') === 'registered');
  });
});
