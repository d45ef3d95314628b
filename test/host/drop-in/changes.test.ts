import { cpSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TestPlugin } from '../../support/plugin-folder.js';
import { watchedHost } from './watching.js';

const one: TestPlugin = { id: 'one', source: 'lifecycle.c' };
const newer: TestPlugin = { ...one, version: '1.1.0' };
const base: TestPlugin = { id: 'base', source: 'lifecycle.c' };
const user: TestPlugin = {
  id: 'user',
  source: 'lifecycle.c',
  manifest: '[dependencies]\nbase = "^1"\n',
};

describe('a folder that comes', () => {
  test('by rename is started', async () => {
    const { host, move, until, state, loads } = await watchedHost();
    move(one);
    await until(() => state('one') === 'active');
    expect(await host.tools.call('ping')).toMatchObject({ data: 'one' });
    expect(loads('one')).toBe(1);
    const causes = host.plugins.get('one')?.history.map(({ cause }) => cause);
    expect(new Set(causes)).toEqual(new Set(['watch']));
  });

  test('file by file is started once it is whole', async () => {
    const { copy, until, state, loads, sameAsFresh } = await watchedHost();
    copy(one);
    await until(() => state('one') === 'active');
    expect(loads('one')).toBe(1);
    await sameAsFresh();
  });

  test('together with the one that it needs is started after it', async () => {
    const { move, until, state, loads, sameAsFresh } = await watchedHost();
    move(user);
    await until(() => state('user') === 'failed_dependency');
    move(base);
    await until(() => state('user') === 'active');
    expect(state('base')).toBe('active');
    expect([loads('base'), loads('user')]).toEqual([1, 1]);
    await sameAsFresh();
  });

  test('with a home that was not there is started', async () => {
    const { host, folder, copy, until, state } = await watchedHost();
    rmSync(folder, { recursive: true });
    copy(one);
    await until(() => state('one') === 'active');
    expect(host.plugins.list()).toHaveLength(1);
  });
});

describe('a folder that goes', () => {
  test('ends its plugin', async () => {
    const { host, folder, until, state } = await watchedHost({ plugins: [one] });
    rmSync(join(folder, 'one'), { recursive: true });
    await until(() => state('one') === undefined);
    await expect(host.tools.call('ping')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
  });

  test('ends the plugins that need it first, which say what they miss', async () => {
    const { host, folder, until, state, changes, sameAsFresh } = await watchedHost({
      plugins: [base, user],
    });
    rmSync(join(folder, 'base'), { recursive: true });
    await until(() => state('user') === 'failed_dependency');
    await until(() => changes.some(({ stopped }) => stopped.length > 0));
    expect(changes.flatMap(({ stopped }) => stopped)).toEqual(['base', 'user']);
    expect(host.plugins.get('user')?.error?.code).toBe('DEPENDENCY_MISSING');
    await sameAsFresh();
  });

  test('with its search directory, and comes again with it, is ended and started', async () => {
    const { folder, copy, until, state } = await watchedHost({ plugins: [one] });
    rmSync(folder, { recursive: true });
    await until(() => state('one') === undefined);
    mkdirSync(folder);
    copy(one);
    await until(() => state('one') === 'active');
  });
});

describe('a folder that changes', () => {
  test('has its plugin replaced, by the new bytes', async () => {
    const { host, make, folder, until, changes, loads, sameAsFresh } = await watchedHost({
      plugins: [one],
    });
    const from = make(newer);
    for (const file of ['plugin.so', 'aisopod.plugin.toml']) {
      cpSync(join(from, file), join(folder, 'one', file));
    }
    await until(() => changes.some(({ replaced }) => replaced.includes('one')));
    expect(host.plugins.get('one')).toMatchObject({ version: '1.1.0', state: 'active' });
    expect(loads('one')).toBe(1);
    await sameAsFresh();
  });

  test('in its times only changes nothing', async () => {
    const { folder, nextChange, count } = await watchedHost({ plugins: [one] });
    await nextChange(); // what the home was made of just before
    const now = new Date();
    utimesSync(join(folder, 'one', 'plugin.so'), now, now);
    utimesSync(join(folder, 'one', 'aisopod.plugin.toml'), now, now);
    expect(await nextChange()).toEqual({ started: [], replaced: [], stopped: [], refused: [] });
    expect(count('one', 'unloaded')).toBe(0);
  });

  test('of name has its plugin run once, from there', async () => {
    const { host, folder, until, loads } = await watchedHost({ plugins: [one] });
    renameSync(join(folder, 'one'), join(folder, 'other'));
    await until(() => host.plugins.get('one')?.path === join(folder, 'other'));
    await until(() => host.plugins.isActive('one'));
    expect(loads('one')).toBe(1);
    expect(host.plugins.list()).toHaveLength(1);
  });

  test('to what cannot be used lets the plugin go on, and is taken once it is mended', async () => {
    const { host, folder, until, changes } = await watchedHost({ plugins: [one] });
    const manifest = join(folder, 'one', 'aisopod.plugin.toml');
    writeFileSync(manifest, '[plugin\n');
    await until(() => changes.some(({ refused }) => refused.includes('one')));
    expect(await host.tools.call('ping')).toMatchObject({ data: 'one' });
    expect(host.plugins.list()).toMatchObject([{ id: 'one', state: 'active' }]);
    const codes = () => host.plugins.get('one')?.warnings.map(({ code }) => code);
    expect(codes()).toContain('CHANGE_REFUSED');
    writeFileSync(
      manifest,
      '[plugin]\nid = "one"\nversion = "1.0.0"\nentry = "plugin.so"\nname = "One"\n',
    );
    await until(() => changes.some(({ replaced }) => replaced.includes('one')));
    expect(host.plugins.get('one')).toMatchObject({ name: 'One', state: 'active' });
    expect(codes()).not.toContain('CHANGE_REFUSED');
  });

  test('to what fails to reload lets the plugin go on, and is not tried again as it is', async () => {
    const { host, folder, move, until, changes, loads, state } = await watchedHost({
      plugins: [one],
    });
    const manifest = join(folder, 'one', 'aisopod.plugin.toml');
    writeFileSync(manifest, '[plugin]\nid = "one"\nversion = "9.0.0"\nentry = "plugin.so"\n');
    await until(() => changes.some(({ refused }) => refused.includes('one')));
    const refusals = () =>
      host.plugins.get('one')?.warnings.filter(({ code }) => code === 'CHANGE_REFUSED');
    expect(refusals()).toMatchObject([{ details: { cause: 'DESCRIPTOR_MISMATCH' } }]);
    move(base);
    await until(() => state('base') === 'active' && changes.at(-1)?.started[0] === 'base');
    expect(host.plugins.get('one')).toMatchObject({ version: '1.0.0', state: 'active' });
    expect(refusals()).toHaveLength(1);
    expect(loads('one')).toBe(0);
  });

  test('to a version that another plugin does not fit ends that one', async () => {
    const { host, folder, make, until, state, sameAsFresh } = await watchedHost({
      plugins: [base, user],
    });
    const next = make({ ...base, version: '2.0.0' });
    renameSync(join(folder, 'base'), join(folder, '.old'));
    renameSync(next, join(folder, 'base'));
    await until(() => state('user') === 'failed_dependency');
    await until(() => host.plugins.get('base')?.version === '2.0.0' && state('base') === 'active');
    expect(host.plugins.get('user')?.error?.code).toBe('DEPENDENCY_VERSION');
    await sameAsFresh();
  });
});

test('a plugin with a fault is started once that is mended', async () => {
  const { folder, make, until, state, loads } = await watchedHost();
  const from = make(one);
  mkdirSync(join(folder, 'one'));
  cpSync(join(from, 'aisopod.plugin.toml'), join(folder, 'one', 'aisopod.plugin.toml'));
  await until(() => state('one') === 'failed_manifest');
  cpSync(join(from, 'plugin.so'), join(folder, 'one', 'plugin.so'));
  await until(() => state('one') === 'active');
  expect(loads('one')).toBe(1);
});

test('a plugin that was unloaded stays so until its folder changes', async () => {
  const { host, folder, make, move, until, state } = await watchedHost({ plugins: [one] });
  await host.plugins.unloadPlugin('one');
  move(base);
  await until(() => state('base') === 'active');
  expect(state('one')).toBe('unloaded');
  cpSync(join(make(newer), 'plugin.so'), join(folder, 'one', 'plugin.so'));
  cpSync(join(make(newer), 'aisopod.plugin.toml'), join(folder, 'one', 'aisopod.plugin.toml'));
  await until(() => state('one') === 'active');
});

test('a plugin that fails and writes into its own folder is not tried again for that', async () => {
  const { folder, make, move, until, state, count, loads, nextChange } = await watchedHost({
    pluginConfig: { one: { on_init: 'fail' } },
  });
  move(one);
  await until(() => state('one') === 'failed_init');
  for (const name of ['a.json', 'b.json', 'log']) {
    const change = nextChange();
    writeFileSync(join(folder, 'one', name), '{}');
    await change;
  }
  expect(loads('one')).toBe(1);
  cpSync(join(make(one), 'plugin.so'), join(folder, 'one', 'plugin.so'));
  await until(() => count('one', 'failed_init') === 2);
});
