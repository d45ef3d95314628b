import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type HostOptions, PluginHost } from '../../src/index.js';
import { nextEvent } from '../support/next-event.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeGate, makeHome, recordingLogger } from './open-host.js';

const SCHEMA = `
[config.properties]
n = { type = "integer", default = 1 }
text = { type = "string" }
secret = { type = "string", secret = true }
on_change.type = "string"
gate.type = "string"
`;
const plugin: TestPlugin = { id: 'one', source: 'configured.c', manifest: SCHEMA };
const silent: TestPlugin = { id: 'two', source: 'lifecycle.c' };

async function open(toml: string, options: HostOptions & { plugins?: TestPlugin[] } = {}) {
  const made = makeHome({ plugins: [plugin], toml, watchConfig: true, ...options });
  const host = await PluginHost.open(made);
  closeAfterTest(host);
  const file = join(made.home, 'config.toml');
  return {
    host,
    file,
    write: (text: string) => writeFileSync(file, text),
    config: async (id = 'one') => (await host.tools.call(`${id}:config`)).data,
    seen: async () => (await host.tools.call('one:seen')).data,
    changed: () => nextEvent(host, 'configChanged').then(([change]) => change),
    failed: () => nextEvent(host, 'configError').then(([id, error]) => ({ id, error })),
  };
}

test('a plugin is told what is written into config.toml', async () => {
  const { write, changed, config, seen, host } = await open('[plugins.one]\nn = 2\n');
  const heard: unknown[] = [];
  host.config.onChange((change) => heard.push(change));
  const change = changed();
  write('[plugins.one]\nn = 3\ntext = "x"\n');
  expect(await change).toEqual({ plugin: 'one', keys: ['n', 'text'] });
  expect(heard).toEqual([{ plugin: 'one', keys: ['n', 'text'] }]);
  expect(await config()).toEqual({ n: 3, text: 'x' });
  expect(await seen()).toEqual({ n: 3, text: 'x' });
});

test('a file that is replaced, and one of the plugin itself that comes and goes, are noticed', async () => {
  const { file, changed, config, host } = await open('');
  let change = changed();
  writeFileSync(`${file}.new`, '[plugins.one]\nn = 2\n');
  renameSync(`${file}.new`, file);
  await change;
  const own = join(host.home.plugins, 'one.toml');
  change = changed();
  writeFileSync(own, 'n = 3\n');
  await change;
  expect(await config()).toEqual({ n: 3 });
  change = changed();
  rmSync(own);
  await change;
  expect(await config()).toEqual({ n: 2 });
});

test('what a link leads to is noticed', async () => {
  const { file, changed, config, host } = await open('');
  const folder = join(host.home.root, 'elsewhere');
  mkdirSync(folder);
  const real = join(folder, 'real.toml');
  let change = changed();
  writeFileSync(real, '[plugins.one]\nn = 5\n');
  rmSync(file);
  symlinkSync(real, file);
  await change;
  change = changed();
  writeFileSync(real, '[plugins.one]\nn = 6\n');
  await change;
  expect(await config()).toEqual({ n: 6 });
});

test('a bad file keeps what was in force, and says line and column', async () => {
  const { logger, lines } = recordingLogger();
  const { write, failed, changed, config } = await open('[plugins.one]\nn = 2\n', { logger });
  const failure = failed();
  write('[plugins.one]\nn = = 3\n');
  const { id, error } = await failure;
  expect(id).toBeNull();
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(error.message).toContain('config.toml:2:5');
  expect(lines.filter(({ level }) => level === 'error').map(({ text }) => text)).toEqual([
    expect.stringContaining('config.toml:2:5'),
  ]);
  expect(await config()).toEqual({ n: 2 });
  const change = changed();
  write('[plugins.one]\nn = 3\n');
  await change;
  expect(await config()).toEqual({ n: 3 });
});

test('what the schema refuses concerns that plugin alone', async () => {
  const { write, failed, changed, config } = await open('', {
    plugins: [plugin, { ...plugin, id: 'other' }],
  });
  const [failure, change] = [failed(), changed()];
  write('[plugins.one]\nn = "x"\n[plugins.other]\nn = 2\n');
  expect(await failure).toMatchObject({ id: 'one', error: { code: 'CONFIG_INVALID' } });
  expect(await change).toMatchObject({ plugin: 'other' });
  expect([await config('one'), await config('other')]).toEqual([{ n: 1 }, { n: 2 }]);
});

test('what the plugin refuses is told, and stays out of force until it is written anew', async () => {
  const { write, failed, changed, config, host } = await open('');
  const failure = failed();
  write('[plugins.one]\non_change = "fail"\n');
  expect(await failure).toMatchObject({ id: 'one', error: { code: 'CONFIG_REFUSED' } });
  expect(await config()).toEqual({ n: 1 });
  expect(host.plugins.isActive('one')).toBe(true);
  const change = changed();
  write('[plugins.one]\nn = 4\n');
  await change;
  expect(await config()).toEqual({ n: 4 });
});

test('a plugin that overstays keeps the old one until it answers', async () => {
  const gate = makeGate();
  const { write, failed, changed, config, host } = await open('', { limits: { configureMs: 1 } });
  const [failure, change] = [failed(), changed()];
  write(`[plugins.one]\nn = 7\non_change = "wait"\ngate = "${gate.path}"\n`);
  expect(await failure).toMatchObject({ id: 'one', error: { code: 'LIFECYCLE_TIMEOUT' } });
  expect(await config()).toEqual({ n: 1 });
  expect(host.plugins.isActive('one')).toBe(true);
  gate.open();
  await change;
  expect(await config()).toMatchObject({ n: 7 });
});

test('a listener of the embedder that throws neither refuses a change nor hides it', async () => {
  const uncaught: unknown[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error));
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const each of before) process.on('uncaughtException', each);
  });
  const host = PluginHost.create(makeHome());
  closeAfterTest(host);
  await host.start();
  await host.register({ id: 'mine', version: '1.0.0', register() {} });
  const fault = new Error('of the embedder');
  const heard: string[] = [];
  host.config.onChange(() => {
    throw fault;
  });
  host.events.on('configChanged', ({ plugin }) => heard.push(plugin));
  host.events.on('configError', () => heard.push('refused'));
  expect((await host.config.set('mine', 'n', 5)).warnings).toEqual([]);
  await new Promise(setImmediate);
  expect(heard).toEqual(['mine']);
  expect(uncaught).toEqual([fault]);
});

test('a plugin without on_config_changed sees it when it asks', async () => {
  const { write, changed, host } = await open('', { plugins: [silent] });
  const change = changed();
  write('[plugins.two]\nx = 1\n');
  expect(await change).toEqual({ plugin: 'two', keys: ['x'] });
  expect(host.config.get('two')).toEqual({ x: 1 });
});

test('set() of a host that runs tells the plugin before it resolves', async () => {
  const { host, config } = await open('', { watchConfig: false });
  await host.config.set('one', 'n', 9);
  expect(await config()).toEqual({ n: 9 });
  await host.config.unset('one', 'n');
  expect(await config()).toEqual({ n: 1 });
});

test('set() says when the plugin does not take it', async () => {
  const { host, config } = await open('', { watchConfig: false });
  const { warnings } = await host.config.set('one', 'on_change', 'fail');
  expect(warnings.map(({ code }) => code)).toEqual(['CONFIG_REFUSED']);
  expect(await config()).toEqual({ n: 1 });
});

test('a plugin that failed for its configuration starts when that is mended', async () => {
  const { host, config } = await open('[plugins.one]\nn = "x"\n', {
    watchConfig: false,
    plugins: [
      plugin,
      { id: 'needs', source: 'lifecycle.c', manifest: '[dependencies]\none = "*"\n' },
    ],
  });
  expect(host.plugins.get('one')).toMatchObject({ state: 'failed_config' });
  await host.config.set('one', 'n', 2);
  expect(await config()).toEqual({ n: 2 });
  expect(host.plugins.isActive('needs')).toBe(true);
});

test('without watchConfig, and without keepAlive, nothing is watched', async () => {
  const made = makeHome({ plugins: [plugin] });
  const host = await PluginHost.open(made);
  closeAfterTest(host);
  const watchers = () =>
    process.getActiveResourcesInfo().filter((each) => /FSEvent/.test(each)).length;
  const before = watchers();
  await host.close();
  expect(watchers()).toBe(before);
});

test('a host that closes while a plugin considers a configuration ends', async () => {
  const gate = makeGate();
  const { host } = await open('', { watchConfig: false });
  const set = host.config.set('one', 'gate', gate.path);
  await set;
  const waiting = host.config.set('one', 'on_change', 'wait');
  const closing = host.close();
  gate.open();
  await Promise.all([waiting, closing]);
  expect(host.plugins.get('one')?.state).toBe('unloaded');
});
