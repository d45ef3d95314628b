import { existsSync, statSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { AisopodError, type Plugin, type PluginApi, type PluginContext } from '../../src/index.js';
import { deferred, openHost, recordingLogger } from './open-host.js';

const SPEC = { description: 'For tests' };
const soon = { timeout: 20_000, interval: 5 };

/** A plugin that remembers which of its functions were called. */
function marked(more: Partial<Plugin> = {}) {
  const marks: string[] = [];
  const plugin: Plugin = {
    id: 'mine',
    version: '1.0.0',
    ...more,
    register(api) {
      marks.push('register');
      api.registerTool('ping', SPEC, () => 'pong');
      return more.register?.(api);
    },
    init(context) {
      marks.push('init');
      return more.init?.(context);
    },
    shutdown(shutdown) {
      marks.push('shutdown');
      return more.shutdown?.(shutdown);
    },
  };
  return { plugin, marks };
}

describe('the lifecycle functions of a plugin', () => {
  test('are called once, in their order', async () => {
    const host = await openHost();
    const { plugin, marks } = marked();
    await host.register(plugin);
    expect(marks).toEqual(['register', 'init']);
    await host.close();
    expect(marks).toEqual(['register', 'init', 'shutdown']);
  });

  test.each([
    ['activate', 'deactivate'],
    ['initialize', 'on_unload'],
    ['on_load', 'on_unload'],
  ] as const)('are found by their earlier names too: %s, %s', async (init, shutdown) => {
    const host = await openHost();
    const marks: string[] = [];
    await host.register({
      id: 'mine',
      version: '1.0.0',
      register: () => {},
      [init]: ({ id }: PluginContext) => marks.push(id),
      [shutdown]: () => marks.push('end'),
    });
    await host.close();
    expect(marks).toEqual(['mine', 'end']);
  });

  test('are methods of a class, with its fields', async () => {
    class Counter implements Plugin {
      readonly id = 'counter';
      readonly version = '1.0.0';
      #count = 0;
      register(api: PluginApi) {
        api.registerTool('next', SPEC, () => ++this.#count);
      }
      init() {
        this.#count = 41;
      }
    }
    const host = await openHost();
    await host.register(new Counter());
    expect(await host.tools.call('next')).toMatchObject({ data: 42 });
  });

  test('are waited for when they are asynchronous', async () => {
    const host = await openHost();
    const gate = deferred();
    const { plugin } = marked({ init: () => gate.promise });
    const registering = host.register(plugin);
    await vi.waitFor(() => expect(host.plugins.get('mine')?.state).toBe('registered'), soon);
    expect(host.tools.list()).toEqual([]);
    gate.resolve();
    expect(await registering).toMatchObject({ state: 'active' });
  });
});

describe('a plugin that fails', () => {
  test.each([
    ['register', 'failed_register', 'REGISTER_FAILED', ['register']],
    ['init', 'failed_init', 'INIT_FAILED', ['register', 'init']],
  ] as const)('in %s() is %s, and nothing of it stays', async (name, state, code, seen) => {
    const host = await openHost();
    const { plugin, marks } = marked({
      [name]() {
        throw new Error('not today');
      },
    });
    expect(await host.register(plugin)).toMatchObject({
      state,
      error: { code, details: { status: 'FAIL' } },
      reason: expect.stringContaining('not today'),
      tools: [],
    });
    expect(host.registry.snapshot.plugins).toEqual([]);
    await host.close();
    expect(marks).toEqual(seen);
  });

  test('by a rejected init() is told by what it rejects with', async () => {
    const host = await openHost();
    const init = () => Promise.reject(new AisopodError('DENIED', 'no key'));
    expect((await host.register(marked({ init }).plugin)).error).toMatchObject({
      code: 'INIT_FAILED',
      details: { status: 'DENIED' },
    });
  });

  test.each([['a text'], [undefined], [null], [Object.create(null)], [Symbol('s')]])(
    'by throwing %o does not harm the host',
    async (thrown) => {
      const host = await openHost();
      const { plugin } = marked({
        init() {
          throw thrown;
        },
      });
      expect(await host.register(plugin)).toMatchObject({ state: 'failed_init' });
    },
  );

  test('may be mended and registered again', async () => {
    const host = await openHost();
    await host.register(marked({ init: () => Promise.reject(new Error('x')) }).plugin);
    expect(await host.register(marked().plugin)).toMatchObject({ state: 'active' });
    expect(host.plugins.list()).toHaveLength(1);
  });

  test('in shutdown() is a warning, and the others still end', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ logger });
    const { plugin } = marked({
      shutdown() {
        throw new Error('still busy');
      },
    });
    const other = marked({ id: 'other' });
    await host.register(plugin);
    await host.register(other.plugin);
    await host.close();
    expect(host.plugins.get('mine')).toMatchObject({
      state: 'unloaded',
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'SHUTDOWN_FAILED' })]),
    });
    expect(lines).toContainEqual(expect.objectContaining({ code: 'SHUTDOWN_FAILED' }));
    expect(other.marks).toContain('shutdown');
  });
});

describe('a lifecycle function that exceeds its limit', () => {
  test('fails the plugin; init() is followed by shutdown() should it settle after all', async () => {
    const host = await openHost({ limits: { initMs: 20 } });
    const gate = deferred();
    const { plugin, marks } = marked({ init: () => gate.promise });
    expect(await host.register(plugin)).toMatchObject({
      state: 'failed_init',
      error: { code: 'LIFECYCLE_TIMEOUT' },
      reason: expect.stringContaining('init() has not returned after 20 ms'),
    });
    expect(marks).toEqual(['register', 'init']);
    gate.resolve();
    await vi.waitFor(() => expect(marks).toEqual(['register', 'init', 'shutdown']), soon);
  });

  test('and rejects later does no harm', async () => {
    const host = await openHost({ limits: { initMs: 20 } });
    const gate = deferred();
    const init = () => gate.promise.then(() => Promise.reject(new Error('late')));
    const { plugin, marks } = marked({ init });
    await host.register(plugin);
    gate.resolve();
    await new Promise(setImmediate);
    expect(marks).toEqual(['register', 'init']);
  });

  test('in shutdown() leaves the plugin abandoned, and close() goes on', async () => {
    const host = await openHost({ limits: { shutdownMs: 20 } });
    await host.register(marked({ shutdown: () => new Promise(() => {}) }).plugin);
    await host.close();
    expect(host.plugins.get('mine')).toMatchObject({
      state: 'abandoned',
      error: { code: 'LIFECYCLE_TIMEOUT' },
    });
  });

  test('by working at once in register() is not taken', async () => {
    const host = await openHost({ limits: { registerMs: 1 } });
    const { plugin } = marked({
      register() {
        const begun = performance.now();
        while (performance.now() - begun < 5);
      },
    });
    expect(await host.register(plugin)).toMatchObject({
      state: 'failed_register',
      error: { code: 'LIFECYCLE_TIMEOUT' },
    });
  });
});

describe('the context', () => {
  /** What init() of a plugin is given. */
  async function contextOf(more: Partial<Plugin> = {}, options = {}) {
    const host = await openHost(options);
    const seen: PluginContext[] = [];
    await host.register(marked({ ...more, init: (context) => seen.push(context) }).plugin);
    return { host, context: seen[0] as PluginContext };
  }

  test('says whose it is, and gives a directory that is its own alone', async () => {
    const { host, context } = await contextOf();
    expect(context.id).toBe('mine');
    expect(context.dataDir).toBe(host.home.dataOf('mine'));
    expect(existsSync(context.dataDir)).toBe(true);
    if (process.platform !== 'win32') {
      expect(statSync(context.dataDir).mode & 0o777).toBe(0o700);
    }
  });

  test('cannot be changed, nor what is in it', async () => {
    const toml = '[plugins.mine.deep]\nlist = [{ a = 1 }]\n[plugins.settings]\nfeatures = ["x"]\n';
    const { context } = await contextOf({}, { toml });
    for (const part of [context, context.config, context.globalConfig, context.logger]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    const { deep } = context.config as { deep: { list: { a: number }[] } };
    expect(() => {
      (deep.list[0] as { a: number }).a = 2;
    }).toThrow(TypeError);
    expect(() => (context.globalConfig.features as string[]).push('y')).toThrow(TypeError);
  });

  test('shows the global configuration, and nothing of other plugins', async () => {
    const toml = '[plugins.settings]\nfeatures = ["x"]\n[plugins.other]\nkey = "geheim"\n';
    const { context } = await contextOf({}, { toml });
    expect(context.globalConfig).toEqual({
      strict: false,
      features: ['x'],
      paths: [],
      registryUrl: null,
    });
    expect(JSON.stringify(context)).not.toContain('geheim');
  });

  test('logs as the plugin, whatever is handed in', async () => {
    const { logger, lines } = recordingLogger();
    const { context } = await contextOf({}, { logger });
    context.logger.info('plain');
    context.logger.warn({ plugin: 'other', logger: 'x', n: 1 }, 'with data');
    context.logger.error(new Error('boom'), 'failed');
    const whose = { logger: 'aisopod.plugins.mine', plugin: 'mine', from: 'plugin' };
    expect(lines.slice(-3)).toEqual([
      { level: 'info', text: 'plain', ...whose },
      { level: 'warn', text: 'with data', n: 1, ...whose },
      { level: 'error', text: 'failed', err: expect.stringContaining('Error: boom\n'), ...whose },
    ]);
  });

  test('cuts a line that is too long, at a whole character', async () => {
    const { logger, lines } = recordingLogger();
    const { context } = await contextOf({}, { logger, limits: { logLineBytes: 10 } });
    context.logger.info('ä'.repeat(100));
    expect(lines.at(-1)?.text).toBe(`${'ä'.repeat(5)}...`);
    context.logger.info('aää'.repeat(100));
    expect(lines.at(-1)?.text).toBe('aääaää...');
  });
});
