import { expect, test } from 'vitest';
import { PluginHost, type PluginShutdown } from '../../../src/index.js';
import type { Plugin } from '../../../src/plugin-api/index.js';
import { closeAfterTest, makeHome, openHost } from '../open-host.js';

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const plugin = (id: string, more: Partial<Plugin> = {}): Plugin => ({
  id,
  version: '1.0.0',
  register: (api) => api.registerTool(`tool-${id}`, { description: 'x' }, () => id),
  ...more,
});

const states = (host: PluginHost) =>
  Object.fromEntries(host.plugins.list().map(({ id, state }) => [id, state]));

/** A plugin whose init() waits, and a host that is starting it. */
async function starting(more: Partial<Plugin> = {}, others: readonly Plugin[] = []) {
  const host = PluginHost.create(makeHome());
  closeAfterTest(host);
  const begun = deferred();
  const gate = deferred();
  const init = () => {
    begun.resolve();
    return gate.promise;
  };
  for (const each of [...others, plugin('slow', { init, ...more })]) await host.register(each);
  const started = host.start();
  await begun.promise;
  return { host, started, gate };
}

test('plugins that are registered one right after the other start in the order of their needs', async () => {
  const host = await openHost();
  const [b, a] = await Promise.all([
    host.register(plugin('b', { dependencies: { a: '*' } })),
    host.register(plugin('a')),
  ]);
  expect([a.state, b.state]).toEqual(['active', 'active']);
});

test('a plugin that is unloaded while it starts is shut down and never becomes active', async () => {
  const phases: string[] = [];
  const reasons: string[] = [];
  const shutdown = ({ reason }: PluginShutdown) => void reasons.push(reason);
  const { host, started, gate } = await starting({ shutdown }, [plugin('a')]);
  host.events.on('phase', ({ id, to }) => id === 'slow' && phases.push(to));
  const unloaded = host.plugins.unloadPlugin('slow');
  gate.resolve();
  await Promise.all([started, unloaded]);
  expect(states(host)).toEqual({ a: 'active', slow: 'unloaded' });
  expect(phases).not.toContain('active');
  expect(reasons).toEqual(['unload']);
});

test('the signal of a plugin ends the wait of init() when the plugin is unloaded', async () => {
  const host = PluginHost.create(makeHome());
  closeAfterTest(host);
  let begun = () => {};
  const inInit = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let reason: unknown;
  await host.register(
    plugin('a', {
      init: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(signal.reason);
          });
          begun();
        }),
    }),
  );
  const started = host.start();
  await inInit;
  await host.plugins.unloadPlugin('a');
  await started;
  expect(reason).toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
  expect(states(host)).toEqual({ a: 'unloaded' });
});

test('the signal of a plugin says that it shuts down', async () => {
  const host = await openHost();
  let signal: AbortSignal | undefined;
  const aborted: boolean[] = [];
  await host.register(
    plugin('a', {
      init: (context) => {
        signal = context.signal;
      },
      shutdown: () => void aborted.push(signal?.aborted === true),
    }),
  );
  expect(signal?.aborted).toBe(false);
  await host.plugins.unloadPlugin('a');
  expect(aborted).toEqual([true]);
  expect(signal?.reason).toMatchObject({ code: 'STATE' });
});

test('a plugin that others need is not ended in its start by an unload that is refused', async () => {
  const needy = plugin('needy', { dependencies: { slow: '*' } });
  const { host, started, gate } = await starting({}, [needy]);
  const refused = expect(host.plugins.unloadPlugin('slow')).rejects.toMatchObject({
    code: 'PLUGIN_IN_USE',
  });
  gate.resolve();
  await started;
  await refused;
  expect(states(host)).toEqual({ needy: 'active', slow: 'active' });
});

test('a plugin that is ready while others start can be unloaded and registered again', async () => {
  const { host, started, gate } = await starting({}, [plugin('a')]);
  const unloaded = host.plugins.unloadPlugin('a');
  const again = host.register(plugin('a'));
  gate.resolve();
  await Promise.all([started, unloaded, again]);
  expect(states(host)).toEqual({ a: 'active', slow: 'active' });
});

test('a plugin that is switched off for good while it starts ends up disabled', async () => {
  const { host, started, gate } = await starting();
  const off = host.plugins.setEnabled('slow', false);
  gate.resolve();
  await Promise.all([started, off]);
  expect(states(host)).toEqual({ slow: 'disabled' });
  await expect(host.tools.call('tool-slow')).rejects.toMatchObject({ code: 'PLUGIN_DISABLED' });
});

test('a change that fails stops no later one', async () => {
  const host = await openHost();
  const missing = host.plugins.unloadPlugin('nothing');
  const a = host.register(plugin('a'));
  const again = host.register(plugin('a'));
  await expect(missing).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
  await expect(again).rejects.toMatchObject({ code: 'ALREADY_LOADED' });
  expect((await a).state).toBe('active');
});

test('a plugin that is still being registered is configured when it is there', async () => {
  const host = await openHost();
  const registered = host.register(plugin('a'));
  await host.config.set('a', 'n', 1);
  expect((await registered).state).toBe('active');
  expect(host.config.get('a', 'n')).toBe(1);
});

test('a configuration that is set between two changes is set between them', async () => {
  const host = await openHost();
  await host.register(plugin('a'));
  await Promise.all([
    host.plugins.setEnabled('a', false),
    host.config.set('a', 'n', 1), // registry.json says again that it is switched off
    host.plugins.enable('a'),
  ]);
  expect(states(host)).toEqual({ a: 'active' });
});

test('init() that asks for changes of its host is answered at once, and they are made later', async () => {
  const host = PluginHost.create(makeHome());
  closeAfterTest(host);
  await host.register(plugin('old'));
  await host.register(
    plugin('a', {
      async init() {
        await new Promise(setImmediate);
        await host.config.set('a', 'made', 'once');
        await host.register(plugin('new'));
        await host.plugins.unloadPlugin('old');
      },
    }),
  );
  await host.start();
  expect(states(host)).toMatchObject({ a: 'active' });
  await host.plugins.enable('a'); // comes after what init() asked for
  expect(states(host)).toEqual({ old: 'unloaded', a: 'active', new: 'active' });
  expect(host.config.get('a', 'made')).toBe('once');
});

test('init() that closes its host is answered at once, and the host closes', async () => {
  const host = PluginHost.create(makeHome());
  let ended = 0;
  await host.register(
    plugin('a', {
      init: () => host.close(),
      shutdown: () => void ended++,
    }),
  );
  await host.start();
  await host.close();
  expect(states(host)).toEqual({ a: 'unloaded' });
  expect(ended).toBe(1);
});

test('a change that init() asked for and that fails is logged', async () => {
  const lines: object[] = [];
  const ignore = () => {};
  const error = (fields: object) => void lines.push(fields);
  const logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error };
  const host = await openHost({ logger });
  await host.register(plugin('a', { init: () => host.plugins.unloadPlugin('nothing') }));
  await expect(host.plugins.unloadPlugin('nothing')).rejects.toThrow();
  expect(lines).toContainEqual({ code: 'PLUGIN_NOT_FOUND' });
});

test('a timer that init() has set waits for the changes that it asks for later', async () => {
  const host = await openHost();
  const states: unknown[] = [];
  const ready = deferred();
  const later = async () => {
    await ready.promise;
    states.push((await host.register(plugin('b'))).state);
  };
  let done: Promise<void> | undefined;
  await host.register(
    plugin('a', {
      init() {
        done = later();
      },
    }),
  );
  ready.resolve();
  await done;
  expect(states).toEqual(['active']);
});

test('plugins that are being started when the host closes are ended', async () => {
  const reasons: string[] = [];
  const shutdown = ({ reason }: PluginShutdown) => void reasons.push(reason);
  const { host, started, gate } = await starting({ shutdown });
  const late = expect(host.register(plugin('late'))).rejects.toMatchObject({ code: 'HOST_CLOSED' });
  const closed = host.close();
  gate.resolve();
  await Promise.all([started, closed, late]);
  expect(states(host)).toEqual({ slow: 'unloaded' });
  expect(reasons).toEqual(['close']);
});

test('a plugin that is switched off before the start is not started', async () => {
  const host = PluginHost.create(makeHome());
  closeAfterTest(host);
  await host.register(plugin('a'));
  await host.plugins.setEnabled('a', false);
  await host.start();
  expect(states(host)).toEqual({ a: 'disabled' });
});
