import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AisopodError,
  type Plugin,
  type PluginApi,
  PluginHost,
  type PluginInfo,
} from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeHome, openHost, recordingLogger } from './open-host.js';

const SPEC = { description: 'For tests' };

/** A plugin with one tool that says whose it is. */
function plugin(id: string, more: Partial<Plugin> = {}): Plugin {
  return {
    id,
    version: '1.0.0',
    register: (api) => api.registerTool('ping', SPEC, () => id),
    ...more,
  };
}

/** A host that has found its plugins and not begun to start them. */
function createHost(options: Parameters<typeof makeHome>[0] = {}): PluginHost {
  const host = PluginHost.create(makeHome(options));
  closeAfterTest(host);
  host.discover();
  return host;
}

function fail(): never {
  throw new Error('not for you');
}

function revoked(): Plugin {
  const { proxy, revoke } = Proxy.revocable(plugin('x'), {});
  revoke();
  return proxy;
}

const native: TestPlugin = { id: 'native', source: 'lifecycle.c' };

describe('register()', () => {
  test('after the start brings the plugin to life at once', async () => {
    const host = await openHost();
    const info = await host.register(plugin('mine'));
    expect(info).toMatchObject({
      id: 'mine',
      version: '1.0.0',
      state: 'active',
      reason: null,
      warnings: [],
      tools: ['ping'],
      loader: 'builtin',
      origin: 'embedder',
      library: null,
      entry: null,
    });
    expect(await host.tools.call('ping')).toMatchObject({ success: true, data: 'mine' });
    expect(host.plugins.list().map(({ id }) => id)).toEqual(['mine']);
  });

  test('before the start lets it wait for the others', async () => {
    const host = createHost({ plugins: [native] });
    expect(await host.register(plugin('mine'))).toMatchObject({ state: 'validated', tools: [] });
    await host.start();
    expect(host.plugins.isActive('mine')).toBe(true);
    expect(await host.tools.call('mine:ping')).toMatchObject({ data: 'mine' });
    expect(await host.tools.call('native:ping')).toMatchObject({ data: 'native' });
  });

  test('before discover() is not undone by it', async () => {
    const host = PluginHost.create(makeHome({ plugins: [native] }));
    closeAfterTest(host);
    await host.register(plugin('mine'));
    host.discover();
    host.discover();
    await host.start();
    expect(host.plugins.list().map(({ id }) => id)).toEqual(['mine', 'native']);
  });

  test('goes through the phases that every plugin goes through', async () => {
    const host = await openHost();
    const { history } = await host.register(plugin('mine'));
    expect(history.map(({ to }) => to)).toEqual([
      'validated',
      'loaded',
      'registered',
      'initialised',
      'active',
    ]);
  });

  test('by a handler of another plugin does not dead-lock', async () => {
    const host = await openHost();
    const register = (api: PluginApi) =>
      api.registerTool('grow', SPEC, async () => (await host.register(plugin('late'))).state);
    await host.register(plugin('first', { register }));
    expect(await host.tools.call('grow')).toMatchObject({ data: 'active' });
    expect(await host.tools.call('late:ping')).toMatchObject({ data: 'late' });
  });

  test('of a closed host is refused', async () => {
    const host = await openHost();
    await host.close();
    await expect(host.register(plugin('mine'))).rejects.toMatchObject({ code: 'HOST_CLOSED' });
  });
});

describe('an id that is taken', () => {
  test('by an earlier register() is ALREADY_LOADED, and the earlier one goes on', async () => {
    const host = await openHost();
    await host.register(plugin('mine'));
    await expect(host.register(plugin('mine'))).rejects.toMatchObject({ code: 'ALREADY_LOADED' });
    expect(await host.tools.call('ping')).toMatchObject({ data: 'mine' });
  });

  test('by a plugin that was found is ALREADY_LOADED', async () => {
    for (const host of [await openHost({ plugins: [native] }), createHost({ plugins: [native] })]) {
      await expect(host.register(plugin('native'))).rejects.toMatchObject({
        code: 'ALREADY_LOADED',
        details: { plugin: 'native' },
      });
    }
  });

  test('before discover() shadows what is found later', async () => {
    const host = PluginHost.create(makeHome({ plugins: [native] }));
    closeAfterTest(host);
    await host.register(plugin('native'));
    host.discover();
    await host.start();
    expect(host.plugins.list()).toMatchObject([
      { state: 'active', origin: 'embedder' },
      { state: 'shadowed', error: { code: 'SHADOWED', details: { by: 'embedder:native' } } },
    ]);
    expect(host.plugins.get('native')?.origin).toBe('embedder');
  });

  test('is free again when its plugin was unloaded', async () => {
    const host = await openHost();
    await host.register(plugin('mine'));
    await host.plugins.unloadPlugin('mine');
    expect(host.tools.list()).toEqual([]);
    expect(await host.register(plugin('mine'))).toMatchObject({ state: 'active' });
    expect(host.plugins.list()).toHaveLength(1);
  });
});

describe('what a plugin says of itself', () => {
  test('may all stand in meta', async () => {
    const host = await openHost();
    const meta = {
      name: 'mine',
      version: '2.1.0',
      description: 'Talks',
      author: 'Ada',
      homepage: 'https://example.com',
      repository: 'https://example.com/mine.git',
      license: 'MIT',
      keywords: ['talk'],
      supportedChannels: ['telegram'],
      supportedProviders: ['openai'],
    };
    const { id, name, version, manifest } = await host.register({ meta, register: () => {} });
    expect({ id, name, version }).toEqual({ id: 'mine', name: 'mine', version: '2.1.0' });
    expect(manifest?.plugin).toMatchObject({ description: 'Talks', author: 'Ada', license: 'MIT' });
    expect(host.registry.snapshot.search('telegram').map((each) => each.id)).toEqual(['mine']);
  });

  test.each([
    ['an upper-case id', { id: 'Mine' }, 'plugin.id: found "Mine"'],
    ['an id that leaves the home', { id: '../x' }, 'plugin.id'],
    ['an id that config.toml uses', { id: 'settings' }, 'config.toml uses this word'],
    ['no id', { id: undefined }, 'plugin.id: found nothing'],
    ['an id that is no text', { id: 7 as never }, 'plugin.id'],
    ['no version', { version: undefined }, 'plugin.version: found nothing'],
    ['a version that is none', { version: 'v1' }, 'plugin.version: found "v1"'],
    ['a dependency that is no range', { dependencies: { other: 'newest' } }, 'dependencies.other'],
    ['a dependency on itself', { dependencies: { mine: '*' } }, 'another plugin than itself'],
    ['a configuration in a file', { config: { schema: 'x.json' } }, 'not a file'],
    ['a schema that is none', { config: { type: 'list' } }, 'config.type'],
    ['permissions that are none', { permissions: { storage: 'yes' } }, 'permissions.storage'],
    ['a homepage that is none', { meta: { homepage: 'here' } }, 'plugin.homepage'],
  ])('is judged like a manifest: %s', async (_, more, text) => {
    const host = await openHost();
    const registering = host.register(plugin('mine', more));
    await expect(registering).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining(text),
    });
    expect(host.plugins.list()).toEqual([]);
  });

  test('is told with all faults at once', async () => {
    const host = await openHost();
    const registering = host.register(plugin('X', { version: 'y', dependencies: { z: '~~' } }));
    const { details } = (await registering.catch((error) => error)) as AisopodError;
    expect((details as { problems: unknown[] }).problems).toMatchObject([
      { path: 'plugin.id', line: null, file: 'embedder:X' },
      { path: 'plugin.version' },
      { path: 'dependencies.z' },
    ]);
  });

  test('with a key that nobody reads is a warning that names the nearest', async () => {
    const host = await openHost();
    const meta = { licence: 'MIT' } as object;
    const { warnings } = await host.register(plugin('mine', { meta }));
    expect(warnings).toMatchObject([{ message: expect.stringContaining('`license`') }]);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a class', class {}],
    ['a text', 'mine'],
    ['an object without register()', { id: 'mine', version: '1.0.0' }],
    ['a register that is no function', { ...plugin('mine'), register: 1 }],
    ['an init that is no function', { ...plugin('mine'), init: 'x' }],
    ['one function under two names', plugin('mine', { init() {}, activate() {} })],
    ['two versions', plugin('mine', { meta: { version: '2.0.0' } })],
  ])('is refused as USAGE when it is no plugin: %s', async (_, broken) => {
    const host = await openHost();
    await expect(host.register(broken as never)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test.each([
    ['a getter that throws', Object.defineProperty(plugin('x'), 'meta', { get: () => fail() })],
    ['meta that is null', plugin('x', { meta: null as never })],
    ['a revoked proxy', revoked()],
  ])('is refused as USAGE when it cannot be read: %s', async (_, broken) => {
    const host = await openHost();
    await expect(host.register(broken)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('may be anything: it is a plugin, or there is a typed reason against it', async () => {
    const host = await openHost();
    const member = fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true });
    const keys = [
      'id',
      'version',
      'meta',
      'dependencies',
      'compatibility',
      'permissions',
      'config',
    ];
    const members = fc.record(Object.fromEntries(keys.map((key) => [key, member])), {
      requiredKeys: [],
    });
    await fc.assert(
      fc.asyncProperty(members, async (more) => {
        const registering = host.register({ ...plugin('mine'), ...more } as Plugin);
        const outcome = await registering.catch((error: unknown) => error);
        if (AisopodError.is(outcome)) expect(outcome.code).not.toBe('INTERNAL');
        else await host.plugins.unloadPlugin((outcome as PluginInfo).id ?? '');
      }),
      { numRuns: 200 },
    );
  });

  test('that JSON cannot hold is refused', async () => {
    const host = await openHost();
    const registering = host.register(plugin('mine', { config: { default: { n: 1n } } }));
    await expect(registering).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('a bigint at /config/default/n'),
    });
  });

  test('about the host is compared with it', async () => {
    const host = await openHost();
    const info = await host.register(plugin('mine', { compatibility: { host: '>=99' } }));
    expect(info).toMatchObject({ state: 'incompatible', error: { code: 'HOST_VERSION' } });
  });

  test('about its capabilities is compared with what it registers', async () => {
    const host = await openHost();
    const capabilities = { tools: ['pong'] };
    const { warnings } = await host.register(plugin('mine', { capabilities }));
    expect(warnings).toMatchObject([
      { code: 'CAPABILITY_MISMATCH', details: { missing: ['tools:pong'], extra: ['tools:ping'] } },
    ]);
  });
});

describe('capabilities()', () => {
  test('marks what is listed and what is registered', async () => {
    const manifest = '[capabilities]\ntools = ["ping", "pong"]\n';
    const host = await openHost({ plugins: [{ ...native, manifest }] });
    expect(host.plugins.capabilities('native')).toEqual([
      { capability: 'tools', name: 'ping', listed: true, registered: true, leftOut: false },
      { capability: 'tools', name: 'pong', listed: true, registered: false, leftOut: false },
      { capability: 'tools', name: 'about', listed: false, registered: true, leftOut: false },
    ]);
  });

  test('marks them of a plugin in TypeScript too, until it ends', async () => {
    const host = await openHost();
    await host.register(plugin('mine', { capabilities: { hooks: ['OnError'] } }));
    const listed = {
      capability: 'hooks',
      name: 'OnError',
      listed: true,
      registered: false,
      leftOut: false,
    };
    const ping = {
      capability: 'tools',
      name: 'ping',
      listed: false,
      registered: true,
      leftOut: false,
    };
    expect(host.plugins.capabilities('mine')).toEqual(expect.arrayContaining([ping, listed]));
    await host.plugins.unloadPlugin('mine');
    expect(host.plugins.capabilities('mine')).toEqual([listed]);
  });

  test('of a plugin that is not there is refused', async () => {
    const host = await openHost();
    expect(() => host.plugins.capabilities('mine')).toThrow(
      expect.objectContaining({ code: 'PLUGIN_NOT_FOUND' }),
    );
  });
});

describe('dependencies', () => {
  const needs = (id: string): Partial<Plugin> => ({ dependencies: { [id]: '^1.0.0' } });

  test('on a plugin in C and from one, whatever came first', async () => {
    const manifest = '[dependencies]\nbase = "^1.0.0"\n';
    const host = createHost({ plugins: [{ ...native, manifest }] });
    const order: string[] = [];
    host.events.on('phase', ({ id, to }) => to === 'active' && order.push(id));
    await host.register(plugin('above', needs('native')));
    await host.register(plugin('base'));
    await host.start();
    expect(order).toEqual(['base', 'native', 'above']);
  });

  test('that are missing, or of another version, fail the plugin', async () => {
    const host = await openHost();
    await host.register(plugin('old', { version: '2.0.0' }));
    expect(await host.register(plugin('a', needs('nobody')))).toMatchObject({
      state: 'failed_dependency',
      error: { code: 'DEPENDENCY_MISSING' },
    });
    expect(await host.register(plugin('b', needs('old')))).toMatchObject({
      state: 'failed_dependency',
      error: { code: 'DEPENDENCY_VERSION' },
    });
  });

  test('keep what is needed from being unloaded, and give the order of the end', async () => {
    const host = await openHost();
    const ended: string[] = [];
    const marked = (id: string, more: Partial<Plugin> = {}) =>
      plugin(id, { ...more, shutdown: () => void ended.push(id) });
    await host.register(marked('base'));
    await host.register(marked('above', needs('base')));
    await expect(host.plugins.unloadPlugin('base')).rejects.toMatchObject({
      code: 'PLUGIN_IN_USE',
    });
    await host.close();
    expect(ended).toEqual(['above', 'base']);
  });
});

describe('what config.toml says', () => {
  test('reaches the plugin, over the defaults of its schema', async () => {
    const host = await openHost({ toml: '[plugins.mine]\nport = 2\n' });
    const seen: unknown[] = [];
    const config = {
      type: 'object',
      properties: { port: { type: 'integer', default: 1 }, host: { default: 'here' } },
    };
    await host.register(plugin('mine', { config, init: (ctx) => seen.push(ctx.config) }));
    expect(seen).toEqual([{ port: 2, host: 'here' }]);
  });

  test.each([
    ['enabled = false', 'disabled', undefined],
    ['version = "2.0.0"', 'failed_manifest', 'VERSION_PINNED'],
    ['isolation = "process"', 'failed_load', 'LOADER_UNSUPPORTED'],
  ])('holds: %s', async (setting, state, code) => {
    const host = await openHost({ toml: `[plugins.settings.mine]\n${setting}\n` });
    const info = await host.register(plugin('mine'));
    expect(info.state).toBe(state);
    expect(info.error?.code).toBe(code);
  });

  test('about trust holds: what it asks for cannot be had here', async () => {
    const host = await openHost({ toml: '[trust]\nmine = "untrusted"\n' });
    expect(await host.register(plugin('mine'))).toMatchObject({
      state: 'failed_load',
      error: { code: 'LOADER_UNSUPPORTED' },
    });
  });
});

describe('switching', () => {
  test('off and on again works as for every plugin', async () => {
    const host = await openHost();
    await host.register(plugin('mine'));
    await host.plugins.disable('mine');
    await expect(host.tools.call('ping')).rejects.toMatchObject({ code: 'PLUGIN_DISABLED' });
    await host.plugins.enable('mine');
    expect(await host.tools.call('ping')).toMatchObject({ data: 'mine' });
  });
});

describe('a strict host', () => {
  const broken = plugin('broken', {
    init() {
      throw new Error('no port');
    },
  });

  test('rejects with the failure of a plugin', async () => {
    const host = await openHost({ strict: true });
    await expect(host.register(broken)).rejects.toMatchObject({
      code: 'INIT_FAILED',
      message: expect.stringContaining('no port'),
    });
    expect(host.plugins.get('broken')?.state).toBe('failed_init');
  });

  test('rejects at the start when the plugin was registered before', async () => {
    const host = createHost({ strict: true });
    await host.register(broken);
    await expect(host.start()).rejects.toMatchObject({ code: 'INIT_FAILED' });
  });
});

test('the registry finds plugins by version, by what they provide, and by words', async () => {
  const host = await openHost();
  await host.register(plugin('mine', { meta: { description: 'Talks to the harbour' } }));
  const { registry } = host;
  expect(registry.get('mine')?.version).toBe('1.0.0');
  expect(registry.get('mine', '^1.0.0')?.id).toBe('mine');
  expect(registry.get('mine', '^2.0.0')).toBeUndefined();
  expect(registry.get('mine', 'no range')).toBeUndefined();
  for (const found of [
    registry.findByCapability('tool'),
    registry.findByCapability('tool:ping'),
    registry.search('HARBOUR talks'),
  ]) {
    expect(found.map(({ id }) => id)).toEqual(['mine']);
  }
  expect(registry.findByCapability('tool:pong')).toEqual([]);
  await host.plugins.unloadPlugin('mine');
  expect(registry.get('mine')).toBeUndefined();
});

test('a short name that two want is told with both, whoever came first', async () => {
  for (const order of [
    ['a', 'b'],
    ['b', 'a'],
  ]) {
    const host = await openHost();
    for (const id of order) await host.register(plugin(id));
    expect(await host.tools.call('ping')).toMatchObject({ data: 'a' });
    const [warning] = host.plugins.get('b')?.warnings ?? [];
    expect(warning).toMatchObject({ code: 'NAME_TAKEN' });
    expect(warning?.message).toContain('a:ping');
    expect(warning?.message).toContain('b:ping');
  }
});

test('a failure is logged with its plugin', async () => {
  const { logger, lines } = recordingLogger();
  const host = await openHost({ logger });
  await host.register(
    plugin('mine', {
      register() {
        throw new Error('not today');
      },
    }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'error', plugin: 'mine', code: 'REGISTER_FAILED' }),
  );
});

test('one plugin may live in two hosts at once', async () => {
  const shared = plugin('mine');
  const [one, two] = [await openHost(), await openHost()];
  await one.register(shared);
  await two.register(shared);
  await one.close();
  expect(await two.tools.call('ping')).toMatchObject({ data: 'mine' });
});
