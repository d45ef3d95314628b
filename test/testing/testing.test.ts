import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Plugin } from '../../src/index.js';
import {
  createMockContext,
  createTestApp,
  recordRegistrations,
  type TestAppOptions,
} from '../../src/testing/index.js';
import { newFolder } from '../host/open-host.js';
import { makePlugin } from '../support/plugin-folder.js';

const SPEC = { description: 'For tests', parameters: { type: 'object' } };

function plugin(more: Partial<Plugin> = {}): Plugin {
  return {
    id: 'mine',
    version: '1.0.0',
    register: (api) => api.registerTool('ping', SPEC, () => 'pong'),
    ...more,
  };
}

async function openApp(options?: TestAppOptions) {
  const app = await createTestApp(options);
  onTestFinished(() => app.close());
  return app;
}

describe('recordRegistrations()', () => {
  test('tells what is registered, as the registry would hold it', () => {
    expect(recordRegistrations(plugin())).toEqual({
      registrations: [
        {
          kind: 'tool',
          name: 'ping',
          fullName: 'mine:ping',
          spec: expect.objectContaining({ description: 'For tests' }),
        },
      ],
      warnings: [],
    });
  });

  test.each<[string, Partial<Plugin>, string]>([
    ['id', { id: 'Mine' }, 'MANIFEST_INVALID'],
    ['plugin', { register: undefined as never }, 'USAGE'],
    [
      'asynchronous register()',
      { register: (async () => {}) as Plugin['register'] },
      'REGISTER_FAILED',
    ],
    [
      'name that is taken',
      {
        register(api) {
          api.registerTool('ping', SPEC, () => 1);
          api.registerTool('PING', SPEC, () => 1);
        },
      },
      'REGISTRATION_INVALID',
    ],
    [
      'name that looks Latin',
      { register: (api) => api.registerTool('hеlp', SPEC, () => 1) },
      'REGISTRATION_INVALID',
    ],
    [
      'schema',
      { register: (api) => api.registerTool('x', { ...SPEC, parameters: { type: 7 } }, () => 1) },
      'SCHEMA_INVALID',
    ],
  ])('judges as a host does: a wrong %s', async (_, more, code) => {
    const broken = plugin(more);
    expect(() => recordRegistrations(broken)).toThrow(expect.objectContaining({ code }));
    const app = await openApp();
    await expect(app.loadPlugin(broken)).rejects.toMatchObject({ code });
  });

  test('throws what register() throws', () => {
    const register = () => {
      throw new Error('not today');
    };
    expect(() => recordRegistrations(plugin({ register }))).toThrow('not today');
  });

  test('tells of an unknown key with the nearest', () => {
    const register: Plugin['register'] = (api) =>
      api.registerTool('x', { ...SPEC, guidelines: 'x' } as typeof SPEC, () => 1);
    expect(recordRegistrations(plugin({ register })).warnings).toMatchObject([
      { message: expect.stringContaining('"guideline"') },
    ]);
  });
});

test('recordRegistrations() refuses saveState() alone, as a host does', async () => {
  const broken = plugin({ saveState: () => 1 });
  expect(() => recordRegistrations(broken)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  const app = await openApp();
  await expect(app.loadPlugin(broken)).rejects.toMatchObject({ code: 'USAGE' });
});

describe('createMockContext()', () => {
  test('gives what init() needs, without a host that runs the plugin', async () => {
    const mock = createMockContext({ id: 'mine', config: { port: 7 } });
    const { context, logs } = mock;
    expect(context).toMatchObject({ id: 'mine', config: { port: 7 } });
    expect(existsSync(context.dataDir)).toBe(true);
    await context.storage.set('key', { a: 1 });
    expect(await context.storage.get('key')).toEqual({ a: 1 });
    context.logger.warn({ n: 1 }, 'careful');
    expect(logs).toEqual([
      {
        level: 'warn',
        message: 'careful',
        data: { n: 1, plugin: 'mine', logger: 'aisopod.plugins.mine', from: 'plugin' },
      },
    ]);
    await mock.close();
    expect(existsSync(context.dataDir)).toBe(false);
  });

  test('runs timers, and keeps what they fail with', async () => {
    await using mock = createMockContext();
    const failed = new Promise<void>((resolve) => {
      mock.context.setTimeout(() => {
        resolve();
        throw new Error('gone');
      }, 1);
    });
    const keepAlive = setInterval(() => {}, 1_000);
    await failed;
    clearInterval(keepAlive);
    expect(mock.warnings).toMatchObject([{ code: 'TIMER_FAILED' }]);
  });

  test('publishes with the context of a call', async () => {
    await using mock = createMockContext({ id: 'mine' });
    const event = new Promise((resolve) => mock.host.bus.subscribe('n', resolve));
    const context = mock.contextFor({ user: 'ada', role: 'owner' });
    mock.context.events.publish('n', 1, { context });
    expect(await event).toMatchObject({ source: 'mine', context: { user: 'ada' }, pattern: 'n' });
  });

  test('takes the context of a call with what is stored and logged', async () => {
    await using mock = createMockContext();
    const { storage, storageFor, loggerFor } = mock.context;
    const context = mock.contextFor({ user: 'ada', tenant: 'acme' });
    await storage.set('key', 1, { context });
    expect(await storageFor(context).get('key')).toBe(1);
    loggerFor(context).info('done');
    expect(mock.logs).toMatchObject([{ message: 'done', data: { user: 'ada' } }]);
  });

  test('refuses a context that the plugin made, and that of another mock', async () => {
    await using mock = createMockContext();
    await using other = createMockContext();
    const refused = expect.objectContaining({ code: 'USAGE' });
    const foreign = other.contextFor({ role: 'owner' });
    for (const context of [{ role: 'owner' }, { ...foreign }, foreign]) {
      expect(() => mock.context.loggerFor(context)).toThrow(refused);
    }
  });

  test('answers STATE when it is closed', async () => {
    const mock = createMockContext();
    await mock.close();
    expect(() => mock.context.setTimeout(() => {}, 1)).toThrow(
      expect.objectContaining({ code: 'STATE' }),
    );
  });

  test('gives each its own', async () => {
    await using one = createMockContext();
    await using two = createMockContext();
    await one.context.storage.set('key', 1);
    expect(await two.context.storage.get('key')).toBeUndefined();
  });

  test('refuses an id that is none', () => {
    expect(() => createMockContext({ id: '../x' })).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });
});

describe('createTestApp()', () => {
  test('loads, calls and unloads a plugin', async () => {
    const app = await openApp();
    expect(await app.loadPlugin(plugin())).toMatchObject({ state: 'active' });
    expect(await app.callTool('ping')).toMatchObject({ data: 'pong' });
    await app.unloadPlugin('mine');
    await expect(app.callTool('ping')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
  });

  test('tells shutdown() that the plugin is unloaded, or the app closed', async () => {
    const app = await createTestApp();
    const reasons: string[] = [];
    const shutdown: Plugin['shutdown'] = ({ reason }) => reasons.push(reason);
    await app.loadPlugin(plugin({ shutdown }));
    await app.unloadPlugin('mine');
    await app.loadPlugin(plugin({ shutdown }));
    await app.close();
    expect(reasons).toEqual(['unload', 'close']);
  });

  test('passes signal, context and readers of a call on', async () => {
    const app = await openApp();
    await app.loadPlugin(
      plugin({
        register: (api) =>
          api.registerTool('ping', SPEC, (_, { context, wantsChunks, wantsProgress }) => ({
            user: context.user,
            wantsChunks,
            wantsProgress,
          })),
      }),
    );
    const options = { context: { user: 'ada' }, onChunk: () => {} };
    expect(await app.callTool('ping', {}, options)).toMatchObject({
      data: { user: 'ada', wantsChunks: true, wantsProgress: false },
    });
  });

  test('shows what is published', async () => {
    const app = await openApp();
    const heard = new Promise((resolve) => {
      app.eventBus.subscribe('hello', ({ source }) => resolve(source));
    });
    await app.loadPlugin(plugin({ init: ({ events }) => events.publish('hello') }));
    expect(await heard).toBe('mine');
  });

  test('executes commands as the owner', async () => {
    const app = await openApp();
    const spec = { description: 'For tests' };
    await app.loadPlugin(
      plugin({
        register: (api) =>
          api.registerCommand('count', spec, ({ args }) => ({ output: `${args.length}` })),
      }),
    );
    expect(await app.executeCommand('count', ['a', 'b'])).toMatchObject({
      exitCode: 0,
      stdout: '2\n',
    });
  });

  test('hands the configuration of plugins over', async () => {
    const app = await openApp({ config: { mine: { deep: { list: [1, 'b'] } } } });
    const seen: unknown[] = [];
    await app.loadPlugin(plugin({ init: ({ config }) => seen.push(config) }));
    expect(seen).toEqual([{ deep: { list: [1, 'b'] } }]);
  });

  test('rejects with the reason when a plugin does not run', async () => {
    const app = await openApp();
    const init = () => Promise.reject(new Error('no port'));
    await expect(app.loadPlugin(plugin({ init }))).rejects.toMatchObject({ code: 'INIT_FAILED' });
    const empty = join(newFolder(), 'empty');
    mkdirSync(empty);
    await expect(app.loadPlugin(empty)).rejects.toMatchObject({ code: 'MANIFEST_MISSING' });
  });

  test('loads a plugin in C from its folder', async () => {
    const folder = newFolder();
    makePlugin(folder, { id: 'native', source: 'lifecycle.c' });
    const app = await openApp();
    const loading = app.loadPlugin(join(folder, 'native'));
    // It is strict, and this one lists nothing of what it registers.
    await expect(loading).rejects.toMatchObject({ code: 'CAPABILITY_MISMATCH' });
    const lax = await openApp({ strict: false });
    expect(await lax.loadPlugin(join(folder, 'native'))).toMatchObject({ state: 'active' });
  });

  test('leaves nothing behind', async () => {
    const app = await createTestApp();
    await app.loadPlugin(plugin());
    const { root } = app.host.home;
    await app.close();
    expect(existsSync(root)).toBe(false);
    expect(app.host.plugins.get('mine')?.state).toBe('unloaded');
  });
});
