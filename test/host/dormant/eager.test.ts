import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HostOptions, PluginHost } from '../../../src/index.js';
import type { TestPlugin } from '../../support/plugin-folder.js';
import { settled } from '../../support/settled.js';
import { closeAfterTest } from '../open-host.js';
import { makeOldHome, openAgain, startOnce } from './old-home.js';

const LISTED = '[capabilities]\ntools = ["ping", "about"]\n';
const lazy: TestPlugin = { id: 'lazy', source: 'lifecycle.c', manifest: LISTED };

/** Opens a host on a home whose plugin waits unless something keeps it from that. */
async function openWith(more: Partial<HostOptions>) {
  const made = await makeOldHome({ plugins: [lazy] });
  await startOnce(made);
  const host = await PluginHost.open({ ...made, ...more });
  closeAfterTest(host);
  return host;
}

const stateOf = (host: PluginHost) => host.plugins.get('lazy')?.state;

test('a plugin waits when nothing keeps it from that', async () => {
  expect(stateOf(await openWith({}))).toBe('registered');
});

test.each([
  ['each plugin is to start with the host', { activation: 'startup' }],
  ['the host is strict', { strict: true }],
  ['only chosen plugins may run', { only: ['lazy'] }],
  ['the environment chooses which plugins may run', { env: { AISOPOD_ONLY: 'lazy' } }],
  ['it has another configuration', { config: { lazy: { marks: '/dev/null' } } }],
] as const)('a plugin starts with the host when %s', async (_, options) => {
  expect(stateOf(await openWith(options))).toBe('active');
});

test('a plugin starts with the host when its manifest says so', async () => {
  const manifest = '[runtime]\nactivation = "startup"\n';
  const { host } = await openAgain({ plugins: [{ ...lazy, manifest }] });
  expect(stateOf(host)).toBe('active');
});

test('a plugin starts with the host when a hook is fired by each start that it has a callback for', async () => {
  const { host } = await openAgain({
    plugins: [lazy],
    pluginConfig: { lazy: { add: [{ kind: 'hook', name: 'ToolRegistryBuild' }] } },
  });
  expect(stateOf(host)).toBe('active');
});

test('a plugin starts when it is loaded from a folder', async () => {
  const { host } = await openAgain({ plugins: [lazy] });
  await host.plugins.unloadPlugin('lazy');
  await host.plugins.loadPlugin(join(host.home.plugins, 'lazy'));
  expect(stateOf(host)).toBe('active');
});

describe('a plugin starts with the host when', () => {
  test.each([
    ['its library has changed', (folder: string) => touch(join(folder, 'plugin.so'))],
    ['its manifest has changed', (folder: string) => touch(join(folder, 'aisopod.plugin.toml'))],
    ['a file was added to its folder', (folder: string) => touch(join(folder, 'more.txt'))],
  ])('%s', async (_, change) => {
    const made = await makeOldHome({ plugins: [lazy] });
    await startOnce(made);
    await change(join(made.home, 'plugins', 'lazy'));
    const host = await PluginHost.open(made);
    closeAfterTest(host);
    expect(stateOf(host)).toBe('active');
  });

  test('its folder has moved', async () => {
    const made = await makeOldHome({ plugins: [lazy] });
    await startOnce(made);
    const plugins = join(made.home, 'plugins');
    renameSync(join(plugins, 'lazy'), join(plugins, 'moved'));
    const host = await PluginHost.open(made);
    closeAfterTest(host);
    expect(stateOf(host)).toBe('active');
  });

  test('what is kept of it is damaged', async () => {
    const made = await makeOldHome({ plugins: [lazy] });
    await startOnce(made);
    const file = join(made.home, 'state', 'registrations.json');
    expect(existsSync(file)).toBe(true);
    writeFileSync(file, 'nonsense');
    const host = await PluginHost.open(made);
    closeAfterTest(host);
    expect(stateOf(host)).toBe('active');
    await host.close();
    const again = await PluginHost.open(made);
    closeAfterTest(again);
    expect(stateOf(again)).toBe('registered');
  });
});

/** Puts a file with the same bytes into the place of another, or an empty one. */
async function touch(file: string): Promise<void> {
  const bytes = existsSync(file) ? readFileSync(file) : '';
  rmSync(file, { force: true });
  writeFileSync(file, bytes);
  await settled(file, dirname(file));
}

test('two hosts at the same time use what either has found out', async () => {
  const made = await makeOldHome({ plugins: [lazy, { ...lazy, id: 'other' }] });
  await Promise.all([startOnce(made), startOnce(made)]);
  const hosts = await Promise.all([PluginHost.open(made), PluginHost.open(made)]);
  for (const host of hosts) {
    closeAfterTest(host);
    expect(host.plugins.list().map(({ state }) => state)).toEqual(['registered', 'registered']);
  }
  const results = await Promise.all(hosts.map((host) => host.tools.call('lazy:ping')));
  expect(results.map(({ data }) => data)).toEqual(['lazy', 'lazy']);
});

test('host.started says how many plugins run, and how many wait', async () => {
  const startup = '[runtime]\nactivation = "startup"\n';
  const made = await makeOldHome({
    plugins: [lazy, { ...lazy, id: 'other' }, { ...lazy, id: 'early', manifest: startup }],
  });
  await startOnce(made);
  const host = PluginHost.create(made);
  closeAfterTest(host);
  const started = new Promise((resolve) => {
    host.bus.subscribe('host.started', ({ data }) => resolve(data));
  });
  host.discover();
  await host.start();
  expect(await started).toEqual({ plugins: 1, dormant: 2 });
});
