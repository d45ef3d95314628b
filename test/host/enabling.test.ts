import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type HostOptions, PluginHost } from '../../src/index.js';
import { nextEvent } from '../support/next-event.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeHome, marksOf } from './open-host.js';

const base: TestPlugin = { id: 'base', source: 'lifecycle.c' };
const top: TestPlugin = {
  id: 'top',
  source: 'lifecycle.c',
  manifest: '[dependencies]\nbase = "*"\n',
};

const home = (options: { toml?: string; plugins?: TestPlugin[] } = {}) =>
  makeHome({ plugins: [base, top], ...options });
async function open(made: HostOptions, options: HostOptions = {}) {
  const host = await PluginHost.open({ ...made, ...options });
  closeAfterTest(host);
  return host;
}
const states = (host: PluginHost) =>
  Object.fromEntries(host.plugins.list().map(({ id, state }) => [id, state]));
const registry = (host: PluginHost) => JSON.parse(readFileSync(host.home.registryFile, 'utf8'));

test('what is disabled is kept in registry.json, and honoured by the next start', async () => {
  const made = home();
  const first = await open(made);
  await first.plugins.setEnabled('top', false);
  expect(states(first)).toEqual({ base: 'active', top: 'disabled' });
  expect(registry(first)).toEqual({ version: 1, plugins: { top: { enabled: false } } });
  await first.close();
  const second = await open(made);
  expect(states(second)).toEqual({ base: 'active', top: 'disabled' });
  expect(marksOf(made.home, 'top').filter((mark) => mark === 'create')).toHaveLength(1);
});

test('a disabled plugin answers PLUGIN_DISABLED, and keeps its state', async () => {
  const host = await open(home());
  await host.plugins.setEnabled('top', false);
  await expect(async () => host.tools.call('top:ping')).rejects.toMatchObject({
    code: 'PLUGIN_DISABLED',
  });
  await host.plugins.setEnabled('top', true);
  expect((await host.tools.call('top:ping')).data).toBe('top');
  expect(marksOf(host.home.root, 'top')).toEqual(['create', 'on_register', 'on_init']);
});

test('one that was disabled at the start is started when it is enabled, with what needs it', async () => {
  const made = home();
  writeFileSync(
    join(made.home, 'registry.json'),
    '{"version": 1, "plugins": {"base": {"enabled": false}}}',
  );
  const host = await open(made);
  expect(states(host)).toEqual({ base: 'disabled', top: 'skipped_dependency' });
  expect(await host.plugins.setEnabled('base', true)).toEqual(['base']);
  expect(states(host)).toEqual({ base: 'active', top: 'active' });
});

test('one that others need is refused, unless they are to go with it', async () => {
  const host = await open(home());
  await expect(host.plugins.setEnabled('base', false)).rejects.toMatchObject({
    code: 'PLUGIN_IN_USE',
    details: { plugin: 'base', dependents: ['top'] },
  });
  expect(existsSync(host.home.registryFile)).toBe(false);
  expect(await host.plugins.setEnabled('base', false, { cascade: true })).toEqual(['top', 'base']);
  expect(states(host)).toEqual({ base: 'disabled', top: 'disabled' });
});

test('a running host follows registry.json, with all that need what is switched off', async () => {
  const made = home();
  const host = await open(made, { watchConfig: true });
  const phase = (id: string, to: string) =>
    new Promise<void>((resolve) => {
      host.events.on('phase', (change) => {
        if (change.id === id && change.to === to) resolve();
      });
    });
  const off = Promise.all([phase('base', 'disabled'), phase('top', 'disabled')]);
  const write = (enabled: boolean) =>
    writeFileSync(
      host.home.registryFile,
      JSON.stringify({ version: 1, plugins: { base: { enabled } } }),
    );
  write(false);
  await off;
  const on = Promise.all([phase('base', 'active'), phase('top', 'active')]);
  write(true);
  await on;
  expect((await host.tools.call('top:ping')).data).toBe('top');
});

test('it follows enabled in config.toml too', async () => {
  const made = home({ toml: '[plugins.settings.top]\nenabled = false\n' });
  const host = await open(made, { watchConfig: true });
  expect(states(host)).toEqual({ base: 'active', top: 'disabled' });
  await host.plugins.setEnabled('top', true);
  expect(states(host)).toEqual({ base: 'active', top: 'disabled' });
  const started = new Promise<void>((resolve) => {
    host.events.on('phase', ({ id, to }) => {
      if (id === 'top' && to === 'active') resolve();
    });
  });
  writeFileSync(host.config.file, '');
  await started;
});

test('what an embedder switches off in memory, stays off', async () => {
  const host = await open(home());
  await host.plugins.disable('top');
  await host.plugins.setEnabled('base', true);
  expect(states(host)).toEqual({ base: 'active', top: 'disabled' });
});

test('what else stands in registry.json, stays', async () => {
  const made = home();
  const file = join(made.home, 'registry.json');
  const entry = { installed: '2026-01-01T00:00:00Z', version: '1.0.0', source: 'x', mine: [1] };
  writeFileSync(file, JSON.stringify({ note: 'n', version: 1, plugins: { top: entry, gone: {} } }));
  const host = await open(made);
  await host.plugins.setEnabled('top', false);
  expect(registry(host)).toEqual({
    note: 'n',
    version: 1,
    plugins: { top: { ...entry, enabled: false }, gone: {} },
  });
});

test.each([
  ['{', /found not JSON: unexpected end at line 1, column 2, expected JSON/],
  ['{"version": 1, "version": 1}', /the key "version" twice in one object at line 1, column 16/],
  [
    '{\n"n": 9007199254740993}',
    /a double cannot hold at line 2, column 6, .* write it as a string/,
  ],
  ['[]', /expected an object/],
  ['{"plugins": {}}', /version: found nothing, expected 1/],
  ['{"version": 2}', /version: found the number 2/],
  ['{"version": 1, "plugins": []}', /plugins: found an empty array/],
  ['{"version": 1, "plugins": {"Up": {}}}', /plugins\.Up: found "Up", expected the id/],
  ['{"version": 1, "plugins": {"a": 1}}', /plugins\.a: found the number 1/],
  ['{"version": 1, "plugins": {"a": {"enabled": "no"}}}', /plugins\.a\.enabled: found "no"/],
  ['{"version": 1, "plugins": {"a": {"digest": 5}}}', /plugins\.a\.digest: found the number 5/],
])('a broken registry.json is an error, and is not overwritten: %s', async (text, why) => {
  const made = home({ plugins: [] });
  const file = join(made.home, 'registry.json');
  writeFileSync(file, text);
  await expect(PluginHost.open(made)).rejects.toMatchObject({
    code: 'INSTALLED_INVALID',
    message: expect.stringMatching(why),
  });
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('one that breaks while a host runs is told, not overwritten, and changes nothing', async () => {
  const host = await open(home(), { watchConfig: true });
  const failure = nextEvent(host, 'configError');
  writeFileSync(host.home.registryFile, '{');
  expect((await failure)[1]).toMatchObject({ code: 'INSTALLED_INVALID' });
  await expect(host.plugins.setEnabled('top', false)).rejects.toMatchObject({
    code: 'INSTALLED_INVALID',
  });
  expect(states(host)).toEqual({ base: 'active', top: 'active' });
  expect(readFileSync(host.home.registryFile, 'utf8')).toBe('{');
});

test('an unknown plugin is refused', async () => {
  const host = await open(home());
  await expect(host.plugins.setEnabled('nobody', false)).rejects.toMatchObject({
    code: 'PLUGIN_NOT_FOUND',
  });
});
