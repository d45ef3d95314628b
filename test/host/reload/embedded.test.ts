import { describe, expect, test } from 'vitest';
import type { Plugin, PluginHost } from '../../../src/index.js';
import { deferred } from '../open-host.js';
import { counting, hostWith, nextPhase } from './counting.js';

/** A plugin whose tool holds up its reload until `gate` is resolved. */
function holding() {
  const [begun, gate] = [deferred(), deferred()];
  const { plugin, runs } = counting();
  const held: Plugin = {
    ...plugin,
    register(api) {
      plugin.register(api);
      const build = runs.length;
      api.registerTool('slow', { description: 'Waits.' }, async () => {
        begun.resolve();
        await gate.promise;
        return build;
      });
    },
  };
  return { plugin: held, runs, begun, gate };
}

/** Begins a reload that a call holds up. */
async function beginReload(host: PluginHost, begun: Promise<void>) {
  const call = host.tools.call('slow');
  await begun;
  const draining = nextPhase(host, 'draining');
  const reloaded = host.plugins.reload('counter');
  await draining;
  return { call, reloaded };
}

describe('a plugin that is reloaded', () => {
  test('serves as a new generation', async () => {
    const { plugin } = counting();
    const host = await hostWith(plugin);
    await host.plugins.reload('counter');
    expect(await host.tools.call('count')).toMatchObject({ data: { build: 2 } });
    expect(await host.messaging.send('counter', 'which?')).toBe(2);
  });

  test('comes into the phases draining and active', async () => {
    const { plugin } = counting();
    const host = await hostWith(plugin);
    const phases: string[] = [];
    host.events.on('phase', ({ to }) => void phases.push(to));
    await host.plugins.reload('counter');
    expect(phases).toEqual(['draining', 'active']);
  });

  test('is announced by the event host.plugin.reloaded', async () => {
    const { plugin } = counting();
    const host = await hostWith(plugin);
    const told = new Promise((resolve) => {
      host.bus.subscribe('host.plugin.reloaded', ({ data }) => resolve(data));
    });
    await host.plugins.reload('counter');
    const versions = { from: '1.0.0', to: '1.0.0' };
    expect(await told).toMatchObject({ plugin: 'counter', ...versions, generation: 2 });
  });

  test('ends calls in flight on the old generation, and new ones wait for the new one', async () => {
    const { plugin, begun, gate } = holding();
    const host = await hostWith(plugin);
    const { call, reloaded } = await beginReload(host, begun.promise);
    const second = host.tools.call('count');
    gate.resolve();
    expect(await call).toMatchObject({ data: 1 });
    expect(await second).toMatchObject({ data: { build: 2 } });
    await reloaded;
  });

  test('keeps commands, messages and hooks waiting for the new generation', async () => {
    const { plugin, begun, gate } = holding();
    const host = await hostWith(plugin);
    const { reloaded } = await beginReload(host, begun.promise);
    const work = Promise.all([
      host.commands.run('which', { context: { role: 'owner' } }),
      host.messaging.send('counter', 'which?'),
      host.hooks.collect('DaemonServerRegister', { hostVersion: '1.0.0', plugins: [] }),
    ]);
    gate.resolve();
    const [command, message, hook] = await work;
    expect(command).toMatchObject({ stdout: '2\n' });
    expect(message).toBe(2);
    expect(hook).toEqual([{ plugin: 'counter', value: { build: 2 } }]);
    await reloaded;
  });

  test('lets a call that its own call waits for through to the old generation', async () => {
    const [begun, gate] = [deferred(), deferred()];
    const counts: number[] = [];
    const caller: Plugin = {
      id: 'counter',
      version: '1.0.0',
      register(api) {
        const build = counts.push(0) - 1;
        api.registerTool('count', { description: 'Counts.' }, () => {
          counts[build] = (counts[build] ?? 0) + 1;
        });
      },
      init({ messaging, tools }) {
        messaging.onMessage(async (_, { context }) => {
          begun.resolve();
          await gate.promise;
          return (await tools.call('count', {}, { context })).success;
        });
      },
    };
    const host = await hostWith(caller);
    const message = host.messaging.send('counter', 'count!');
    await begun.promise;
    const draining = nextPhase(host, 'draining');
    const reloaded = host.plugins.reload('counter');
    await draining;
    gate.resolve();
    expect(await message).toBe(true);
    await reloaded;
    expect(counts).toEqual([1, 0]);
  });

  test('receives each event once: before, during and after the reload', async () => {
    const { plugin, runs, begun, gate } = holding();
    const host = await hostWith(plugin);
    host.bus.publish('news.a', 1);
    host.bus.publish('late.a', 2);
    const { reloaded } = await beginReload(host, begun.promise);
    for (const n of [3, 4]) host.bus.publish('news.a', n);
    host.bus.publish('late.a', 5);
    gate.resolve();
    await reloaded;
    host.bus.publish('news.a', 6);
    await new Promise(setImmediate);
    expect(runs.map(({ events }) => events)).toEqual([[1], [3, 4, 6]]);
    expect(runs.map(({ late }) => late)).toEqual([[2], [5]]);
  });

  test('gives calls that wait their own deadlines', async () => {
    const { plugin, begun, gate } = holding();
    const host = await hostWith(plugin);
    const { reloaded } = await beginReload(host, begun.promise);
    const late = host.tools.call('count', {}, { timeoutMs: 5 });
    await expect(late).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    const cancel = new AbortController();
    const cancelled = host.tools.call('count', {}, { signal: cancel.signal });
    cancel.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    gate.resolve();
    await reloaded;
  });

  test('is sent the arguments that the caller had when it called', async () => {
    const { plugin, begun, gate } = holding();
    const echoing: Plugin = {
      ...plugin,
      register(api) {
        plugin.register(api);
        api.registerTool('echo', { description: 'Echoes.' }, (args) => args);
      },
    };
    const host = await hostWith(echoing);
    const { reloaded } = await beginReload(host, begun.promise);
    const args = { text: 'then' };
    const call = host.tools.call('echo', args);
    args.text = 'now';
    gate.resolve();
    expect(await call).toMatchObject({ data: { text: 'then' } });
    await reloaded;
  });
});

describe('a reload that fails', () => {
  const failing: [string, (build: number) => Partial<Plugin>][] = [
    ['register', (build) => ({ register: () => fail(build) })],
    ['init', (build) => ({ init: () => fail(build) })],
  ];
  const fail = (build: number) => {
    if (build > 1) throw new Error(`build ${build} is broken`);
  };

  test.each(failing)('in %s() lets the old generation go on', async (step, partsOf) => {
    const { plugin, runs } = counting();
    const broken: Plugin = {
      ...plugin,
      register(api) {
        plugin.register(api);
        partsOf(runs.length).register?.(api);
      },
      async init(context) {
        await plugin.init?.(context);
        await partsOf(runs.length).init?.(context);
      },
    };
    const host = await hostWith(broken);
    const reloaded = host.plugins.reload('counter');
    const waiting = host.tools.call('count');
    await expect(reloaded).rejects.toMatchObject({
      code: 'RELOAD_FAILED',
      message: expect.stringMatching(/build 2 is broken. The one before goes on\.$/),
      details: { plugin: 'counter', step },
    });
    expect(await waiting).toMatchObject({ data: { build: 1, count: 1 } });
    expect(await host.messaging.send('counter', 'which?')).toBe(1);
    host.bus.publish('news.a', 1);
    await new Promise(setImmediate);
    expect(runs.map(({ events }) => events)).toEqual([[1], []]);
    expect(host.plugins.get('counter')?.state).toBe('active');
  });

  test('since a call does not end within drainMs lets that call end, and answers those that waited', async () => {
    const { plugin, begun, gate } = holding();
    const host = await hostWith(plugin);
    await host.plugins.unloadPlugin('counter');
    const { openHost } = await import('../open-host.js');
    const short = await openHost({ limits: { drainMs: 20 } });
    await short.register(plugin);
    const { call, reloaded } = await beginReload(short, begun.promise);
    const waiting = short.tools.call('count');
    await expect(reloaded).rejects.toMatchObject({
      code: 'RELOAD_FAILED',
      details: { step: 'drain' },
    });
    expect(await waiting).toMatchObject({ success: true });
    gate.resolve();
    expect(await call).toMatchObject({ success: true });
  });
});

describe('reload() of a plugin', () => {
  test('that is not there rejects with PLUGIN_NOT_FOUND', async () => {
    const host = await hostWith();
    await expect(host.plugins.reload('other')).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
  });

  test('that is switched off rejects with PLUGIN_DISABLED', async () => {
    const { plugin } = counting();
    const host = await hostWith(plugin);
    await host.plugins.disable('counter');
    const reloaded = host.plugins.reload('counter');
    await expect(reloaded).rejects.toMatchObject({ code: 'PLUGIN_DISABLED' });
  });

  test('that has failed starts it', async () => {
    let broken = true;
    const { plugin } = counting();
    const host = await hostWith({
      ...plugin,
      init(context) {
        if (broken) throw new Error('not yet');
        return plugin.init?.(context);
      },
    });
    expect(host.plugins.get('counter')?.state).toBe('failed_init');
    broken = false;
    expect(await host.plugins.reload('counter')).toMatchObject({ state: 'active' });
  });

  test('reloads those that ask for it in their dependencies, in order', async () => {
    const order: string[] = [];
    const made = (id: string, needs: string[]): Plugin => ({
      id,
      version: '1.0.0',
      dependencies: Object.fromEntries(
        needs.map((need) => [need, { version: '*', reload: need !== 'c' }]),
      ),
      register: () => void order.push(id),
    });
    const host = await hostWith(
      made('a', []),
      made('b', ['a']),
      made('c', ['b']),
      made('d', ['c']),
    );
    order.length = 0;
    await host.plugins.reload('a');
    expect(order).toEqual(['a', 'b', 'c']);
  });

  test('is aborted by close(), which ends the plugin', async () => {
    const { plugin, begun, gate } = holding();
    const host = await hostWith(plugin);
    const { call, reloaded } = await beginReload(host, begun.promise);
    const closed = host.close();
    await expect(reloaded).rejects.toMatchObject({ code: 'RELOAD_FAILED' });
    gate.resolve();
    await closed;
    expect(await call).toMatchObject({ success: true });
    expect(host.plugins.get('counter')?.state).toBe('unloaded');
  });
});
