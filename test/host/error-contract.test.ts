import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AisopodError, type Plugin, PluginHost } from '../../src/index.js';
import { nativeEnded } from '../support/native-ended.js';
import { closeAfterTest, makeHome, marksOf, recordingLogger } from './open-host.js';

/** A strict host refuses what is not listed. */
const LISTED = '[capabilities]\ntools = ["ping", "about"]\n';

const fail = (what: string) => () => {
  throw new Error(`${what} fails on purpose`);
};

function plugin(id: string, more: Partial<Plugin> = {}): Plugin {
  return { id, version: '1.0.0', register: () => {}, ...more };
}

/** Starts a host with these plugins, and gives what it logs from then on, by level. */
async function start(...plugins: Plugin[]) {
  const { logger, lines } = recordingLogger();
  const host = PluginHost.create(makeHome({ logger }));
  closeAfterTest(host);
  for (const each of plugins) await host.register(each);
  await host.start();
  const logged = (level: string) =>
    lines.flatMap((line) =>
      line.level === level ? [{ plugin: line.plugin, code: line.code }] : [],
    );
  const states = () => host.plugins.list().map(({ id, state }) => `${id} ${state}`);
  return { host, states, logged, lines };
}

describe('an error of a plugin', () => {
  test('while it is loaded is an ERROR, the plugin is skipped, and the others go on', async () => {
    const good = { id: 'good', source: 'lifecycle.c' } as const;
    const { logger, lines } = recordingLogger();
    const options = makeHome({ plugins: [good], logger });
    for (const [id, manifest] of [
      ['broken', '[plugin]\nid = "broken"\nversion = "1.0.0"\nentry = "plugin.so"\n'],
      ['faulty', '[plugin\n'],
    ] as const) {
      const folder = join(options.home, 'plugins', id);
      mkdirSync(folder, { mode: 0o755 });
      writeFileSync(join(folder, 'aisopod.plugin.toml'), manifest);
      writeFileSync(join(folder, 'plugin.so'), 'this is not a library', { mode: 0o644 });
    }
    const host = await PluginHost.open(options);
    closeAfterTest(host);
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
      { plugin: 'broken', phase: 'failed_load', code: 'LIBRARY_FORMAT' },
      { plugin: join(options.home, 'plugins', 'faulty'), phase: 'failed_manifest' },
    ]);
    expect(await host.tools.call('good:ping')).toMatchObject({ data: 'good' });
  });

  test('in init() is an ERROR, the plugin fails, and its dependents are skipped with the chain', async () => {
    const { states, host, logged } = await start(
      plugin('base', { init: fail('init') }),
      plugin('middle', { dependencies: { base: '*' } }),
      plugin('top', { dependencies: { middle: '*' } }),
      plugin('other'),
    );
    expect(states()).toEqual([
      'base failed_init',
      'middle skipped_dependency',
      'top skipped_dependency',
      'other active',
    ]);
    expect(logged('error')).toEqual([
      { plugin: 'base', code: 'INIT_FAILED' },
      { plugin: 'middle', code: 'DEPENDENCY_FAILED' },
      { plugin: 'top', code: 'DEPENDENCY_FAILED' },
    ]);
    const reason = host.plugins.get('top')?.reason ?? '';
    for (const link of ['middle', 'base', 'init fails on purpose']) expect(reason).toContain(link);
  });

  test('in a hook is a WARNING, and the other callbacks still run', async () => {
    const called: string[] = [];
    const hooking = (id: string, before: () => void) =>
      plugin(id, {
        register: (api) =>
          api.registerHook('PreLlmCall', {}, () => {
            called.push(id);
            before();
          }),
      });
    const { host, logged } = await start(
      hooking('first', () => {}),
      hooking('second', fail('hook')),
      hooking('third', () => {}),
    );
    await host.hooks.invoke('PreLlmCall', { provider: 'none', model: 'none', messages: [] });
    expect(called).toEqual(['first', 'second', 'third']);
    expect(logged('warn')).toEqual([{ plugin: 'second', code: 'HOOK_FAILED' }]);
    expect(logged('error')).toEqual([]);
  });

  test('in shutdown() is a WARNING, and the rest still stop', async () => {
    const stopped: string[] = [];
    const stopping = (id: string, needs: string | null, end: () => void) =>
      plugin(id, {
        ...(needs === null ? {} : { dependencies: { [needs]: '*' } }),
        shutdown() {
          stopped.push(id);
          end();
        },
      });
    const { host, logged } = await start(
      stopping('base', null, () => {}),
      stopping('middle', 'base', fail('shutdown')),
      stopping('top', 'middle', () => {}),
    );
    await host.close();
    expect(stopped).toEqual(['top', 'middle', 'base']);
    expect(logged('warn')).toEqual([{ plugin: 'middle', code: 'SHUTDOWN_FAILED' }]);
    expect(logged('error')).toEqual([]);
  });

  test('in a call that a user made is a typed error for that caller', async () => {
    const { host, logged } = await start(
      plugin('calls', {
        register(api) {
          api.registerTool('tool', { description: 'x' }, fail('tool'));
          api.registerCommand('command', { description: 'x' }, fail('command'));
        },
        init: ({ messaging }) => messaging.onMessage(fail('message')),
      }),
    );
    const error = { code: 'FAIL', message: expect.stringContaining('on purpose') };
    expect(await host.tools.call('calls:tool')).toMatchObject({ success: false, error });
    const run = host.commands.run('calls:command', { context: { role: 'owner' } });
    expect(await run).toMatchObject({ exitCode: 1, error });
    const sent: unknown = await host.messaging.send('calls', 1).catch((cause: unknown) => cause);
    expect(AisopodError.is(sent)).toBe(true);
    expect(sent).toMatchObject(error);
    const missing = host.tools.call('calls:missing');
    await expect(missing).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
    expect(host.plugins.isActive('calls')).toBe(true);
    expect(logged('error')).toEqual([]);
  });

  test('never ends the host, whichever of its functions fails', async () => {
    const failing = ['create', 'on_register', 'on_init', 'on_shutdown'] as const;
    const options = makeHome({
      plugins: ['good', ...failing.map((name) => name.replace('_', '-'))].map((id) => ({
        id,
        source: 'lifecycle.c' as const,
      })),
      pluginConfig: Object.fromEntries(
        failing.map((name) => [name.replace('_', '-'), { [name]: 'fail' }]),
      ),
    });
    const host = await PluginHost.open(options);
    closeAfterTest(host);
    expect(await host.tools.call('good:ping')).toMatchObject({ data: 'good' });
    await host.close();
    expect(marksOf(options.home, 'good').at(-1)).toBe('destroy');
    await nativeEnded();
  });

  test('makes a strict host reject with the first one, and nothing runs on', async () => {
    const options = makeHome({
      plugins: ['a', 'b', 'c'].map((id) => ({
        id,
        source: 'lifecycle.c' as const,
        manifest: LISTED,
      })),
      pluginConfig: { b: { on_init: 'fail' }, c: { on_register: 'fail' } },
      strict: true,
    });
    await expect(PluginHost.open(options)).rejects.toMatchObject({
      code: 'INIT_FAILED',
      message: 'plugin b: on_init fails on purpose',
    });
    expect(marksOf(options.home, 'a').at(-1)).toBe('destroy');
    await nativeEnded();
  });
});
