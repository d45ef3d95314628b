import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { nativeEnded } from '../support/native-ended.js';
import { makePlugin, type TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeHome, newFolder, openHost, recordingLogger } from './open-host.js';

const one: TestPlugin = { id: 'one', source: 'lifecycle.c' };
const two: TestPlugin = { id: 'two', source: 'lifecycle.c' };
const TOOLS = '[capabilities]\ntools = ["ping", "about"]\n';
const strict = { strict: true };

/** Puts beside the good plugins of a home what cannot be used. */
function spoil(home: string) {
  const plugins = join(home, 'plugins');
  const broken = makePlugin(plugins, { id: 'broken', source: 'lifecycle.c' });
  writeFileSync(join(broken, 'plugin.so'), 'this is no library');
  const manifest = join(makePlugin(plugins, { id: 'manifest', source: 'lifecycle.c' }));
  writeFileSync(join(manifest, 'aisopod.plugin.toml'), '[plugin\nid = ');
  mkdirSync(join(plugins, 'directory', 'aisopod.plugin.toml'), { recursive: true });
  mkdirSync(join(plugins, 'empty'));
}

describe('opening a host', () => {
  test('on a home that is empty gives a host without plugins', async () => {
    const home = newFolder();
    const host = await PluginHost.open({ home, env: {} });
    closeAfterTest(host);
    expect(host.plugins.list()).toEqual([]);
    expect(host.tools.list()).toEqual([]);
    expect(readdirSync(home)).toEqual([]);
  });

  test('on a home that does not exist creates nothing', async () => {
    const home = join(newFolder(), 'nowhere');
    const host = await PluginHost.open({ home, env: {} });
    closeAfterTest(host);
    expect(host.plugins.list()).toEqual([]);
    expect(existsSync(home)).toBe(false);
  });

  test('starts the plugins of the home and lists what they provide', async () => {
    const host = await openHost({ plugins: [one, two] });
    expect(host.plugins.list().map(({ id, state, tools }) => ({ id, state, tools }))).toEqual([
      { id: 'one', state: 'active', tools: ['ping', 'about'] },
      { id: 'two', state: 'active', tools: ['ping', 'about'] },
    ]);
    expect(await host.tools.call('two:ping')).toMatchObject({ success: true, data: 'two' });
  });

  test('tells what it found out about a plugin on the way', async () => {
    const host = await openHost({ plugins: [one] });
    const info = host.plugins.get('one');
    expect(info).toMatchObject({
      version: '1.0.0',
      loader: 'native',
      error: null,
      entry: expect.stringMatching(/plugins\/one\/plugin\.so$/),
      library: { format: 'elf', abi: '1.0', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(Object.keys(info?.timings ?? {})).toEqual(['open', 'create', 'register', 'init']);
    expect(info?.history.map(({ to }) => to)).toEqual([
      'validated',
      'loaded',
      'registered',
      'initialised',
      'active',
    ]);
  });

  test('finds a folder that was dropped into ~/.aisopod/plugins', async () => {
    const user = newFolder();
    makePlugin(join(user, '.aisopod', 'plugins'), one);
    const host = await PluginHost.open({ env: { HOME: user } });
    closeAfterTest(host);
    expect(host.home.root).toBe(join(user, '.aisopod'));
    expect(host.tools.list().map(({ fullName }) => fullName)).toEqual(['one:ping', 'one:about']);
    expect(await host.tools.call('ping')).toMatchObject({ data: 'one' });
  });

  test('takes a single folder that lies elsewhere', async () => {
    const host = await openHost({ pluginDirs: [makePlugin(newFolder(), one)] });
    expect(host.plugins.isActive('one')).toBe(true);
  });

  test('needs a home', async () => {
    await expect(PluginHost.open({ env: {} })).rejects.toMatchObject({ code: 'NO_HOME' });
  });

  test('refuses a config.toml that is wrong', async () => {
    const opening = openHost({ toml: '[plugins.settings]\nstrict = "yes"' });
    await expect(opening).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('what cannot be used', () => {
  test('never stops the plugins beside it', async () => {
    const options = makeHome({ plugins: [one, two] });
    spoil(options.home);
    const host = await PluginHost.open(options);
    closeAfterTest(host);
    const states = host.plugins.list().map(({ path, state, error }) => ({
      folder: path.replace(`${options.home}/plugins/`, ''),
      state,
      code: error?.code,
    }));
    expect(states).toEqual([
      { folder: 'broken', state: 'failed_load', code: 'LIBRARY_FORMAT' },
      { folder: 'directory', state: 'failed_manifest', code: 'SCAN_UNREADABLE' },
      { folder: 'empty', state: 'failed_manifest', code: 'MANIFEST_MISSING' },
      { folder: 'manifest', state: 'failed_manifest', code: 'MANIFEST_SYNTAX' },
      { folder: 'one', state: 'active', code: undefined },
      { folder: 'two', state: 'active', code: undefined },
    ]);
    expect(await host.tools.call('one:ping')).toMatchObject({ data: 'one' });
  });

  test.skipIf(process.getuid?.() === 0)(
    'a folder that may not be read is one of these',
    async () => {
      const options = makeHome({ plugins: [one] });
      const locked = makePlugin(join(options.home, 'plugins'), two);
      chmodSync(locked, 0o000);
      const host = await PluginHost.open(options);
      closeAfterTest(host);
      chmodSync(locked, 0o700);
      expect(host.plugins.list()).toMatchObject([
        { id: 'one', state: 'active' },
        { path: locked, state: 'failed_manifest', error: { code: 'SCAN_UNREADABLE' } },
      ]);
    },
  );

  test('a folder that others may write to is one of these', async () => {
    const options = makeHome({ plugins: [one, two] });
    chmodSync(join(options.home, 'plugins', 'two'), 0o777);
    const host = await PluginHost.open(options);
    closeAfterTest(host);
    expect(host.plugins.list()).toMatchObject([
      { id: 'one', state: 'active' },
      { state: 'refused', error: { code: 'PATH_UNSAFE' } },
    ]);
  });

  test('is an error of the log, with its code', async () => {
    const { logger, lines } = recordingLogger();
    const options = makeHome({ logger });
    spoil(options.home);
    closeAfterTest(await PluginHost.open(options));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'error', plugin: 'broken', code: 'LIBRARY_FORMAT' }),
    );
  });
});

describe('a strict host', () => {
  test('opens when all is well', async () => {
    const host = await openHost({ plugins: [{ ...one, manifest: TOOLS }], ...strict });
    expect(host.plugins.isActive('one')).toBe(true);
  });

  test('rejects with the first failure and leaves nothing running', async () => {
    const options = makeHome({ plugins: [{ ...one, manifest: TOOLS }], ...strict });
    spoil(options.home);
    await expect(PluginHost.open(options)).rejects.toMatchObject({ code: 'LIBRARY_FORMAT' });
    await nativeEnded();
  });

  test('is also what config.toml can ask for', async () => {
    const options = makeHome({ toml: '[plugins.settings]\nstrict = true' });
    mkdirSync(join(options.home, 'plugins', 'empty'));
    await expect(PluginHost.open(options)).rejects.toMatchObject({ code: 'MANIFEST_MISSING' });
  });

  test('takes a plugin that stands in two directories', async () => {
    const plugin = { ...one, manifest: TOOLS };
    const host = await openHost({
      plugins: [plugin],
      pluginDirs: [makePlugin(newFolder(), plugin)],
      ...strict,
    });
    expect(host.plugins.list()).toMatchObject([
      { state: 'active' },
      { state: 'shadowed', error: { code: 'SHADOWED' } },
    ]);
  });
});
