import { describe, expect, test, vi } from 'vitest';
import type { BusEvent, Plugin, PluginApi, PluginContext, PluginHost } from '../../src/index.js';
import { issue } from '../../src/instance/index.js';
import { deferred, openHost } from './open-host.js';

const soon = { timeout: 20_000, interval: 5 };
const SPEC = { description: 'For tests' };

/** Registers a plugin with a tool `id`, which answers its arguments, and more. */
async function add(host: PluginHost, id: string, more: Partial<Plugin> = {}) {
  const contexts: PluginContext[] = [];
  const info = await host.register({
    id,
    version: '1.0.0',
    ...more,
    register(api: PluginApi) {
      api.registerTool(id, SPEC, (args) => args);
      more.register?.(api);
    },
    init(context: PluginContext) {
      contexts.push(context);
      return more.init?.(context);
    },
  });
  return { info, context: contexts[0] as PluginContext };
}

describe('a hook of a plugin in TypeScript', () => {
  const guard = (api: PluginApi) =>
    api.registerHook('BeforeToolExecute', {}, ({ arguments: { secret } }) =>
      secret === undefined ? null : { action: 'block', reason: 'no secrets' },
    );

  test('is called for what happens, without its own JSON', async () => {
    const host = await openHost();
    const seen: unknown[] = [];
    const shared = { session: 'same' };
    const register = (api: PluginApi) =>
      api.registerHook('OnSessionCreate', {}, (payload) => seen.push(payload));
    await add(host, 'mine', { register });
    await host.hooks.invoke('OnSessionCreate', shared);
    expect(seen[0]).toBe(shared);
  });

  test('decides about calls of other plugins, and goes with its plugin', async () => {
    const host = await openHost();
    await add(host, 'tool');
    await add(host, 'guard', { register: guard });
    const call = () => host.tools.call('tool', { secret: 1 });
    await expect(call()).rejects.toThrow('no secrets');
    expect(await host.tools.call('tool', {})).toMatchObject({ success: true });
    await host.plugins.disable('guard');
    expect(await call()).toMatchObject({ success: true });
    await host.plugins.enable('guard');
    await expect(call()).rejects.toThrow('no secrets');
    await host.plugins.unloadPlugin('guard');
    expect(await call()).toMatchObject({ success: true });
  });

  test('with an unknown name fails the plugin, with the nearest', async () => {
    const host = await openHost();
    const register = (api: PluginApi) =>
      api.registerHook(String('BeforeToolExecut'), {}, () => null);
    const { info } = await add(host, 'mine', { register });
    expect(info).toMatchObject({
      state: 'failed_register',
      reason: expect.stringContaining('BeforeToolExecute'),
    });
  });
});

describe('context.hooks', () => {
  /** What listens to a hook, by plugin. */
  const listeners = (host: PluginHost) =>
    host.hooks.list().flatMap(({ hook, plugin }) => (hook === 'OnSessionEnd' ? [plugin] : []));

  test('are of the plugin, whatever it says, and go when it ends', async () => {
    const host = await openHost();
    const seen: unknown[] = [];
    const options = { priority: 7, plugin: 'other' } as object;
    await add(host, 'mine', {
      init: ({ hooks }) =>
        hooks.register('SESSION_END', ({ session }) => seen.push(session), options),
    });
    expect(listeners(host)).toEqual(['mine']);
    await host.hooks.invoke('OnSessionEnd', { session: 's1' });
    await host.plugins.unloadPlugin('mine');
    await host.hooks.invoke('OnSessionEnd', { session: 's2' });
    expect({ seen, listeners: listeners(host) }).toEqual({ seen: ['s1'], listeners: [] });
  });

  test('listen while the plugin is active', async () => {
    const host = await openHost();
    const seen: unknown[] = [];
    await add(host, 'mine', {
      async init({ hooks }) {
        hooks.register('OnSessionEnd', ({ session }) => seen.push(session));
        await host.hooks.invoke('OnSessionEnd', { session: 'too early' });
      },
    });
    await host.plugins.disable('mine');
    await host.hooks.invoke('OnSessionEnd', { session: 'switched off' });
    await host.plugins.enable('mine');
    await host.hooks.invoke('OnSessionEnd', { session: 'active' });
    expect(seen).toEqual(['active']);
  });

  test('do not stay behind when init() fails', async () => {
    const host = await openHost();
    const { info } = await add(host, 'mine', {
      init({ hooks }) {
        hooks.register('OnSessionEnd', () => {});
        throw new Error('not today');
      },
    });
    expect(info.state).toBe('failed_init');
    expect(listeners(host)).toEqual([]);
  });

  test('refuse a plugin that has ended, and what is no function', async () => {
    const host = await openHost();
    const { context } = await add(host, 'mine');
    const bad = undefined as never;
    expect(() => context.hooks.register('OnSessionEnd', bad)).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
    expect(() => context.hooks.register(String('OnNothing'), () => {})).toThrow(
      expect.objectContaining({ code: 'HOOK_UNKNOWN' }),
    );
    await host.plugins.unloadPlugin('mine');
    expect(() => context.hooks.register('OnSessionEnd', () => {})).toThrow(
      expect.objectContaining({ code: 'STATE' }),
    );
  });

  test('can be taken back', async () => {
    const host = await openHost();
    const { context } = await add(host, 'mine');
    const unregister = context.hooks.register('OnSessionEnd', () => {});
    unregister();
    unregister();
    expect(listeners(host)).toEqual([]);
  });
});

describe('middleware of a plugin in TypeScript', () => {
  test('stands around tool calls by registerMiddleware()', async () => {
    const host = await openHost();
    const register = (api: PluginApi) =>
      api.registerMiddleware('tag', { chain: 'tool' }, async (value, next, { context }) => {
        const { arguments: args, ...rest } = value as { arguments: object };
        const given = { ...args, by: 'tag', user: context.user };
        return next({ ...rest, arguments: given });
      });
    await add(host, 'tool');
    await add(host, 'around', { register });
    const options = { context: { user: 'ada' } };
    expect(await host.tools.call('tool', { a: 1 }, options)).toMatchObject({
      data: { a: 1, by: 'tag', user: 'ada' },
    });
    await host.plugins.disable('around');
    expect(await host.tools.call('tool', { a: 1 })).toMatchObject({ data: { a: 1 } });
  });

  test('and by context.middleware, for as long as the plugin is active', async () => {
    const host = await openHost();
    const seen: string[] = [];
    await add(host, 'tool');
    const { context } = await add(host, 'around', {
      init: ({ middleware }) =>
        middleware.use('tool', (_, next) => {
          seen.push('around');
          return next();
        }),
    });
    expect(host.middleware.list()).toMatchObject([{ plugin: 'around', chain: 'tool' }]);
    await host.tools.call('tool');
    await host.plugins.disable('around');
    await host.tools.call('tool');
    expect(seen).toEqual(['around']);
    await host.plugins.unloadPlugin('around');
    expect(host.middleware.list()).toEqual([]);
    expect(() => context.middleware.use('tool', () => {})).toThrow(
      expect.objectContaining({ code: 'STATE' }),
    );
  });
});

describe("a tool's own on_error", () => {
  test('is asked what to do about its failure', async () => {
    const host = await openHost();
    const register = (api: PluginApi) =>
      api.registerTool('shaky', SPEC, {
        invoke() {
          throw new Error('broke');
        },
        on_error: () => ({ action: 'replace', value: 'mended' }),
      });
    await add(host, 'mine', { register });
    expect(await host.tools.call('shaky')).toMatchObject({ success: true, data: 'mended' });
  });
});

describe('commands of a plugin in TypeScript', () => {
  const greet = (api: PluginApi) =>
    api.registerCommand('greet', { description: 'Says hello' }, async ({ args }, call) => {
      await call.chunk(`Hello, ${args.join(' and ')}!`);
      await call.chunk({ stderr: 'that was all' });
      return { exitCode: 3 };
    });

  test('run with arguments, and write', async () => {
    const host = await openHost();
    await add(host, 'mine', { register: greet });
    const auth = { role: 'owner' };
    const { exitCode, stdout, stderr } = await host.commands.run('mine:greet', {
      args: ['Ada', 'Bob'],
      auth,
    });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 3,
      stdout: 'Hello, Ada and Bob!',
      stderr: 'that was all',
    });
  });

  test('with a reserved name fail the plugin', async () => {
    const host = await openHost();
    const register = (api: PluginApi) =>
      api.registerCommand('Help', { description: 'x' }, () => null);
    const { info } = await add(host, 'mine', { register });
    expect(info).toMatchObject({
      state: 'failed_register',
      error: { code: 'REGISTRATION_INVALID' },
    });
  });

  test('are run by other plugins, for whoever asked', async () => {
    const host = await openHost();
    await add(host, 'mine', { register: greet });
    const { context } = await add(host, 'other', {
      register: (api) =>
        api.registerTool('ask', SPEC, (_, call) =>
          context.commands.run('greet', {
            args: ['Eve'],
            context: call.context,
            ...({ auth: { role: 'owner' } } as object),
          }),
        ),
    });
    expect(context.commands.list().map(({ fullName }) => fullName)).toEqual(['mine:greet']);
    expect(context.commands.get('GREET')).toMatchObject({ plugin: 'mine' });
    const asked = await host.tools.call('ask');
    expect(asked).toMatchObject({
      success: false,
      error: { message: expect.stringContaining('authentication') },
    });
    const owner = { context: { role: 'owner' } };
    expect(await host.tools.call('ask', {}, owner)).toMatchObject({ data: { exitCode: 3 } });
  });

  test('keep plugins from being registered while they run', async () => {
    const host = await openHost();
    const register = (api: PluginApi) =>
      api.registerCommand('grow', { description: 'x', requireAuth: false }, () =>
        add(host, 'late').then(() => 'grown'),
      );
    await add(host, 'mine', { register });
    expect(await host.commands.run('grow')).toMatchObject({
      exitCode: 1,
      error: { message: expect.stringContaining('mine:grow') },
    });
    expect(host.plugins.get('late')).toBeUndefined();
  });
});

describe('events of plugins in TypeScript', () => {
  /** A subscriber that keeps what it hears, and a promise of the first so many. */
  function hearing(count: number) {
    const heard: unknown[] = [];
    const enough = deferred();
    const hear = ({ topic, source, data }: BusEvent) => {
      heard.push([topic, source, data]);
      if (heard.length === count) enough.resolve();
    };
    return { heard, hear, enough: enough.promise };
  }

  test('are heard by subscribe() of the builder from init() on, when it has ended', async () => {
    const host = await openHost();
    const gate = deferred();
    const { heard, hear, enough } = hearing(2);
    const adding = add(host, 'mine', {
      register: (api) => api.subscribe('city.*', hear),
      init: () => gate.promise,
    });
    await vi.waitFor(() => expect(host.plugins.get('mine')?.state).toBe('registered'), soon);
    host.bus.publish('city.founded', { name: 'Turin' });
    host.bus.publish('village.founded');
    await new Promise(setImmediate);
    expect(heard).toEqual([]);
    gate.resolve();
    await adding;
    host.bus.publish('city.grown');
    await enough;
    expect(heard).toEqual([
      ['city.founded', 'host', { name: 'Turin' }],
      ['city.grown', 'host', null],
    ]);
  });

  test('carry the plugin that publishes them, and end with it', async () => {
    const host = await openHost();
    const { heard, hear, enough } = hearing(1);
    await add(host, 'hears', { init: ({ events }) => events.subscribe('hello', hear) });
    const { context } = await add(host, 'speaks');
    context.events.publish('hello', 1);
    await enough;
    expect(heard).toEqual([['hello', 'speaks', 1]]);
    await host.plugins.unloadPlugin('speaks');
    for (const use of [
      () => context.events.publish('late'),
      () => context.events.subscribe('**', () => {}),
    ]) {
      expect(use).toThrow(expect.objectContaining({ code: 'STATE' }));
    }
  });

  test('beyond the limit queueBytes drop the oldest for the plugin', async () => {
    const host = await openHost({ toml: '[plugins.settings.mine.limits]\nqueue_bytes = 100\n' });
    const gate = deferred();
    const heard: unknown[] = [];
    const all = deferred();
    await add(host, 'mine', {
      register: (api) =>
        api.subscribe('n', ({ data, dropped }) => {
          heard.push([(data as string).length, dropped]);
          if (heard.length === 2) all.resolve();
          return gate.promise;
        }),
    });
    host.bus.publish('n', 'first');
    await vi.waitFor(() => expect(heard).toHaveLength(1), soon);
    for (const size of [80, 70, 60]) host.bus.publish('n', 'x'.repeat(size));
    gate.resolve();
    await all.promise;
    expect(heard).toEqual([
      [5, 0],
      [60, 2],
    ]);
  });

  test('with a pattern that is none fail the plugin', async () => {
    const host = await openHost();
    const register = (api: PluginApi) => api.subscribe('a..b', () => {});
    const { info } = await add(host, 'mine', { register });
    expect(info).toMatchObject({ state: 'failed_register', error: { code: 'REGISTER_FAILED' } });
    expect(info.reason).toContain('a..b');
  });
});

describe('messages of plugins in TypeScript', () => {
  test('are answered, and carry their sender', async () => {
    const host = await openHost();
    await add(host, 'answers', {
      init: ({ messaging }) => messaging.onMessage((message, { from }) => ({ from, got: message })),
    });
    const { context } = await add(host, 'asks');
    expect(await context.messaging.send('answers', { n: 1 })).toEqual({
      from: 'asks',
      got: { n: 1 },
    });
    await host.plugins.unloadPlugin('answers');
    await expect(context.messaging.send('answers', 1)).rejects.toMatchObject({
      code: 'PLUGIN_NOT_ACTIVE',
    });
    await host.plugins.unloadPlugin('asks');
    await expect(context.messaging.send('answers', 1)).rejects.toMatchObject({ code: 'STATE' });
  });
});

describe('context.storage', () => {
  test('is the plugin’s own, and by tenant', async () => {
    const host = await openHost();
    const one = await add(host, 'one');
    const two = await add(host, 'two');
    await one.context.storage.set('key', 1);
    const acme = issue({ tenant: 'acme' });
    await one.context.storageFor(acme).set('key', 2);
    expect(await one.context.storage.get('key')).toBe(1);
    expect(await one.context.storageFor(issue({})).get('key')).toBe(1);
    expect(await one.context.storageFor(acme).get('key')).toBe(2);
    expect(await two.context.storage.get('key')).toBeUndefined();
  });
});
