import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Plugin, PluginContext, PluginShutdown } from '../../src/index.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import { deferred, makeHome, openHost, recordingLogger } from './open-host.js';

withBuild();

/** A plugin that runs, and its context. */
async function start(more: Partial<Plugin> = {}, options = {}) {
  const host = await openHost(options);
  const contexts: PluginContext[] = [];
  await host.register({
    id: 'mine',
    version: '1.0.0',
    register: () => {},
    ...more,
    init: (context) => {
      contexts.push(context);
      return more.init?.(context);
    },
  });
  return { host, context: contexts[0] as PluginContext };
}

/** From now on, until the test is over, time passes when the test says so. */
function holdTime() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

describe('context.setTimeout()', () => {
  test('runs a function once, after its time', async () => {
    const { context } = await start();
    holdTime();
    const fn = vi.fn();
    context.setTimeout(fn, 1_000);
    vi.advanceTimersByTime(999);
    expect(fn).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  test('gives a handle that clears it', async () => {
    const { context } = await start();
    holdTime();
    const fn = vi.fn();
    const timer = context.setTimeout(fn, 1_000);
    timer.clear();
    timer.clear();
    vi.advanceTimersByTime(10_000);
    expect(fn).not.toHaveBeenCalled();
  });

  test('may be called again by its own function', async () => {
    const { context } = await start();
    holdTime();
    let rounds = 0;
    const again = () => {
      rounds += 1;
      if (rounds < 3) context.setTimeout(again, 10);
    };
    context.setTimeout(again, 10);
    vi.advanceTimersByTime(1_000);
    expect(rounds).toBe(3);
  });

  test('does not run its function when the plugin has ended', async () => {
    const { host, context } = await start();
    holdTime();
    const fn = vi.fn();
    context.setTimeout(fn, 1);
    await host.plugins.unloadPlugin('mine');
    vi.advanceTimersByTime(10_000);
    expect(fn).not.toHaveBeenCalled();
  });

  test('does not run its function while the plugin shuts down', async () => {
    const fn = vi.fn();
    const { host } = await start({
      init(context) {
        holdTime();
        context.setTimeout(fn, 1);
      },
      shutdown: () => void vi.advanceTimersByTime(10_000),
    });
    await host.close();
    expect(fn).not.toHaveBeenCalled();
  });

  test('does not run its function when init() fails', async () => {
    const fn = vi.fn();
    const { host } = await start({
      init(context) {
        holdTime();
        context.setTimeout(fn, 1);
        throw new Error('no port');
      },
    });
    expect(host.plugins.get('mine')?.state).toBe('failed_init');
    vi.advanceTimersByTime(10_000);
    expect(fn).not.toHaveBeenCalled();
  });

  test('is refused with STATE when the plugin shuts down', async () => {
    const refusals: unknown[] = [];
    const contexts: PluginContext[] = [];
    const { host } = await start({
      init: (context) => void contexts.push(context),
      shutdown() {
        try {
          contexts[0]?.setTimeout(() => {}, 1);
        } catch (error) {
          refusals.push(error);
        }
      },
    });
    await host.close();
    expect(refusals).toMatchObject([{ code: 'STATE' }]);
  });

  test('does not keep a process alive that has nothing else to do', async () => {
    const { stdout, stderr } = await runBuilt(
      `const host = await PluginHost.open(args);
      const init = ({ setTimeout }) => { setTimeout(() => console.log('late'), 600_000); };
      await host.register({ id: 'mine', version: '1.0.0', register() {}, init });
      process.once('beforeExit', () => console.log('over'));`,
      makeHome(),
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'over\n', stderr: '' });
  });

  test.each<[string, unknown, unknown, string]>([
    ['what is not a function', 'x', 1, 'fn'],
    ['a negative time', () => {}, -1, 'ms'],
    ['no time', () => {}, undefined, 'ms'],
    ['a time that is not a number', () => {}, Number.NaN, 'ms'],
    ['a time that no timer can wait', () => {}, 2 ** 31, 'ms'],
  ])('refuses %s', async (_, fn, ms, option) => {
    const { context } = await start();
    expect(() => context.setTimeout(fn as () => void, ms as number)).toThrow(
      expect.objectContaining({ code: 'USAGE', details: { option } }),
    );
  });
});

describe('a timer function that fails', () => {
  const failing: [string, () => unknown][] = [
    [
      'by throwing',
      () => {
        throw new Error('the socket is gone');
      },
    ],
    ['by a promise that rejects', () => Promise.reject(new Error('the socket is gone'))],
  ];

  test.each(failing)('%s is a warning about the plugin, which goes on', async (_, fn) => {
    const { logger, lines } = recordingLogger();
    const { host, context } = await start({}, { logger });
    const warned = new Promise((resolve) => {
      host.events.on('warning', (plugin, { code, message }) => resolve([plugin, code, message]));
    });
    context.setTimeout(fn, 1);
    const keepAlive = setInterval(() => {}, 1_000);
    expect(await warned).toEqual([
      'mine',
      'TIMER_FAILED',
      'A timer function of plugin mine failed: the socket is gone',
    ]);
    clearInterval(keepAlive);
    expect(host.plugins.isActive('mine')).toBe(true);
    expect(lines).toMatchObject([{ level: 'warn', code: 'TIMER_FAILED', plugin: 'mine' }]);
  });

  test('again and again is named once a minute', async () => {
    const { host, context } = await start();
    const warnings: string[] = [];
    host.events.on('warning', (_, { code }) => warnings.push(code));
    holdTime();
    const again = () => {
      context.setTimeout(again, 1);
      throw new Error('again');
    };
    context.setTimeout(again, 1);
    vi.advanceTimersByTime(1_000);
    expect(warnings).toEqual(['TIMER_FAILED']);
  });
});

describe('when the shutdown of a plugin begins', () => {
  test('it receives no event any more', async () => {
    const heard: unknown[] = [];
    const gate = deferred();
    const begun = deferred();
    const { host } = await start({
      register: (api) => api.subscribe('n', ({ data }) => heard.push(data)),
      shutdown() {
        begun.resolve();
        return gate.promise;
      },
    });
    const all = new Promise<void>((resolve) => {
      host.bus.subscribe('n', ({ data }) => {
        if (data === 2) resolve();
      });
    });
    host.bus.publish('n', 1);
    await vi.waitFor(() => expect(heard).toEqual([1]));
    const unloading = host.plugins.unloadPlugin('mine');
    await begun.promise;
    host.bus.publish('n', 2);
    await all;
    gate.resolve();
    await unloading;
    expect(heard).toEqual([1]);
  });

  test('it can still publish, store and send', async () => {
    const contexts: PluginContext[] = [];
    const done: unknown[] = [];
    const { host } = await start({
      init: (context) => void contexts.push(context),
      async shutdown({ reason }: PluginShutdown) {
        const [{ events, storage, messaging }] = contexts as [PluginContext];
        events.publish('bye', reason);
        await storage.set('last', reason);
        done.push(await storage.get('last'), await messaging.send('other', 1));
      },
    });
    await host.register({
      id: 'other',
      version: '1.0.0',
      register: () => {},
      init: ({ messaging }) => void messaging.onMessage(() => 'answered'),
    });
    const heard = new Promise((resolve) => host.bus.subscribe('bye', ({ data }) => resolve(data)));
    await host.plugins.unloadPlugin('mine');
    expect(await heard).toBe('unload');
    expect(done).toEqual(['unload', 'answered']);
  });
});
