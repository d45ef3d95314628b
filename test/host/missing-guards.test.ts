import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HostOptions, type Plugin, PluginHost } from '../../src/index.js';
import { builtPlugin } from '../support/built.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { settled } from '../support/settled.js';
import { closeAfterTest, makeHome, openHost } from './open-host.js';

const tool: TestPlugin = { id: 'tool', source: 'lifecycle.c' };
const guarding = (hook: string) => `[capabilities]\nhooks = ["${hook}"]\n`;
const failing = (hook: string): TestPlugin => ({
  id: 'watch',
  source: 'lifecycle.c',
  manifest: guarding(hook),
});

/** A host with a tool, and a plugin that fails in on_init. */
const open = (hook: string, plugins = [tool, failing(hook)]) =>
  openHost({ plugins, pluginConfig: { watch: { on_init: 'fail' } } });

describe('a plugin that is to be asked before tools are called, and has failed', () => {
  test.each(['BeforeToolExecute', 'BEFORE_TOOL_CALL', 'pre_tool_execute'])(
    'lets no tool be called: %s',
    async (hook) => {
      const host = await open(hook);
      expect(host.plugins.get('watch')?.state).toBe('failed_init');
      await expect(host.tools.call('tool:ping')).rejects.toMatchObject({
        code: 'TOOL_BLOCKED',
        details: { by: 'watch', reason: expect.stringContaining('aisopod plugins inspect watch') },
      });
      await expect(host.tools.stream('tool:ping').next()).rejects.toMatchObject({
        code: 'TOOL_BLOCKED',
      });
    },
  );

  test('does so before anyone else can allow it', async () => {
    const host = await open('BeforeToolExecute');
    host.hooks.register('BeforeToolExecute', () => ({ action: 'allow' }), { priority: -1_000_000 });
    await expect(host.tools.call('tool:ping')).rejects.toMatchObject({ details: { by: 'watch' } });
  });

  test('no longer does so when it is unloaded', async () => {
    const host = await open('BeforeToolExecute');
    await host.plugins.unloadPlugin('watch');
    expect(await host.tools.call('tool:ping')).toMatchObject({ data: 'tool' });
  });

  test('no longer does so when it is switched off for good', async () => {
    const host = await open('BeforeToolExecute');
    await host.plugins.setEnabled('watch', false);
    expect(host.plugins.get('watch')?.state).toBe('disabled');
    expect(await host.tools.call('tool:ping')).toMatchObject({ data: 'tool' });
  });
});

describe('a guard that is not active yet', () => {
  function gated() {
    const calls: Array<() => void> = [];
    const init = () => new Promise<void>((resolve) => calls.push(resolve));
    return { init, calls };
  }
  const guard = (more: Partial<Plugin>): Plugin => ({
    id: 'guard',
    version: '1.0.0',
    capabilities: { hooks: ['BeforeToolExecute'] },
    config: { type: 'object', properties: { n: { type: 'integer' } } },
    register: (api) => api.registerHook('BeforeToolExecute', {}, () => ({ action: 'allow' })),
    ...more,
  });
  const turn = () => new Promise(setImmediate);

  test('lets no tool be called while it starts after what it needs', async () => {
    const { init, calls } = gated();
    const host = PluginHost.create(makeHome({ plugins: [tool] }));
    closeAfterTest(host);
    host.discover();
    await host.register(guard({ init, dependencies: { tool: '*' } }));
    const started = host.start();
    while (calls.length === 0) await turn();
    expect(host.plugins.isActive('tool')).toBe(true);
    await expect(host.tools.call('tool:ping')).rejects.toMatchObject({
      code: 'TOOL_BLOCKED',
      details: { by: 'guard' },
    });
    calls[0]?.();
    await started;
    expect(await host.tools.call('tool:ping')).toMatchObject({ data: 'tool' });
  });

  test('lets no tool be called while it starts again with a mended configuration', async () => {
    const { init, calls } = gated();
    const host = await openHost({ plugins: [tool], pluginConfig: { guard: { n: 'wrong' } } });
    await host.register(guard({ init }));
    const mended = host.config.set('guard', 'n', 1);
    while (calls.length === 0) await turn();
    await expect(host.tools.call('tool:ping')).rejects.toMatchObject({ details: { by: 'guard' } });
    calls[0]?.();
    await mended;
    expect(await host.tools.call('tool:ping')).toMatchObject({ data: 'tool' });
  });
});

test('a plugin that listens to something else may fail', async () => {
  const host = await open('AfterToolExecute');
  expect(host.plugins.get('watch')?.state).toBe('failed_init');
  expect(await host.tools.call('tool:ping')).toMatchObject({ data: 'tool' });
});

describe.runIf(process.platform !== 'win32')('a guard whose manifest has become unreadable', () => {
  /** A home in which guard has run, and whose manifest then lost its end. */
  async function spoilt(toml = '') {
    const options = makeHome({ plugins: [tool], toml });
    const folder = join(options.home, 'plugins', 'guard');
    cpSync(builtPlugin('guard'), folder, { recursive: true });
    const files = readdirSync(folder, { recursive: true }).map((name) =>
      join(folder, String(name)),
    );
    await settled(folder, ...files);
    await (await PluginHost.open(options)).close();
    const manifest = join(folder, 'aisopod.plugin.toml');
    writeFileSync(manifest, `${readFileSync(manifest, 'utf8')}\n[plugin`);
    return options;
  }

  async function call(options: HostOptions) {
    const host = await PluginHost.open(options);
    const result = await host.tools.call('tool:ping').catch((error) => error);
    await host.close();
    return result;
  }

  test('lets no tool be called, at every start', async () => {
    const options = await spoilt();
    for (let start = 0; start < 3; start++) {
      expect(await call(options)).toMatchObject({
        code: 'TOOL_BLOCKED',
        details: { by: 'guard', reason: expect.stringMatching(/fix it, or remove .*\/guard$/) },
      });
    }
  });

  test('stands in nobody’s way when its folder is gone', async () => {
    const options = await spoilt();
    rmSync(join(options.home, 'plugins', 'guard'), { recursive: true });
    expect(await call(options)).toMatchObject({ data: 'tool' });
  });

  test('stands in nobody’s way when it is switched off', async () => {
    const options = await spoilt();
    const config = join(options.home, 'config.toml');
    writeFileSync(config, '[plugins.settings.guard]\nenabled = false\n');
    expect(await call(options)).toMatchObject({ data: 'tool' });
  });

  test('stands in nobody’s way when another copy of it is asked', async () => {
    const options = await spoilt('[plugins.guard]\notherwise = "allow"\n');
    const host = await call({ ...options, pluginDirs: [builtPlugin('guard')] });
    expect(host).toMatchObject({ data: 'tool' });
  });
});

test('guard with a configuration that breaks its schema blocks, until that is mended', async () => {
  const host = await openHost({
    plugins: [tool],
    pluginDirs: [builtPlugin('guard')],
    pluginConfig: { guard: { otherwise: 'maybe' } },
  });
  expect(host.plugins.get('guard')?.state).toBe('failed_config');
  const call = () => host.tools.call('tool:ping');
  await expect(call()).rejects.toMatchObject({ code: 'TOOL_BLOCKED', details: { by: 'guard' } });
  await host.config.set('guard', 'otherwise', 'allow');
  expect(host.plugins.get('guard')?.state).toBe('active');
  expect(await call()).toMatchObject({ data: 'tool' });
});
