import { expect, test } from 'vitest';
import { deferred, openHost } from '../open-host.js';
import { counting, hostWith, nextPhase } from './counting.js';

/** A plugin that allows one instance and holds its reload up where it restores its state. */
function restoring(fails = false) {
  const [begun, gate] = [deferred(), deferred()];
  const { plugin, runs } = counting({
    single: true,
    async restoreState() {
      begun.resolve();
      await gate.promise;
      if (fails && runs.length === 2) throw new Error('not now');
    },
  });
  return { plugin, runs, begun, gate };
}

test('an instance that replaces a single one receives the events that came in between', async () => {
  const { plugin, runs, begun, gate } = restoring();
  const host = await hostWith(plugin);
  const reloaded = host.plugins.reload('counter');
  await begun.promise;
  host.bus.publish('news.a', 1);
  host.bus.publish('late.a', 2);
  host.bus.publish('other.a', 3);
  gate.resolve();
  await reloaded;
  await new Promise(setImmediate);
  expect(runs.map(({ events }) => events)).toEqual([[], [1]]);
  expect(runs.map(({ late }) => late)).toEqual([[], [2]]);
});

test('a single instance that is made again receives the events that came in between', async () => {
  const { plugin, runs, begun, gate } = restoring(true);
  const host = await hostWith(plugin);
  const reloaded = host.plugins.reload('counter');
  await begun.promise;
  host.bus.publish('news.a', 1);
  gate.resolve();
  await expect(reloaded).rejects.toMatchObject({ code: 'RELOAD_FAILED' });
  host.bus.publish('news.a', 2);
  await new Promise(setImmediate);
  expect(runs.map(({ events }) => events)).toEqual([[], [], [1, 2]]);
});

test('the state of a plugin is saved when a handler has ended whose caller has left', async () => {
  const [begun, gate] = [deferred(), deferred()];
  const steps: string[] = [];
  const { plugin } = counting({ saveState: () => steps.push('saved') });
  const register = plugin.register.bind(plugin);
  plugin.register = (api) => {
    register(api);
    api.registerTool('slow', { description: 'Waits.' }, async () => {
      begun.resolve();
      await gate.promise;
      steps.push('ended');
    });
  };
  const host = await hostWith(plugin);
  const leaving = new AbortController();
  const call = host.tools.call('slow', {}, { signal: leaving.signal });
  await begun.promise;
  leaving.abort();
  await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  const draining = nextPhase(host, 'draining');
  const reloaded = host.plugins.reload('counter');
  await draining;
  await new Promise(setImmediate);
  gate.resolve();
  await reloaded;
  expect(steps).toEqual(['ended', 'saved']);
});

test('the state of a plugin is saved when its hook callbacks have ended', async () => {
  const [begun, gate] = [deferred(), deferred()];
  const steps: string[] = [];
  const { plugin } = counting({ saveState: () => steps.push('saved') });
  const register = plugin.register.bind(plugin);
  plugin.register = (api) => {
    register(api);
    api.registerHook('PreLlmCall', {}, async () => {
      begun.resolve();
      await gate.promise;
      steps.push('ended');
    });
  };
  const host = await hostWith(plugin);
  const payload = { provider: 'none', model: 'none', messages: [] };
  const fired = host.hooks.invoke('PreLlmCall', payload);
  await begun.promise;
  const draining = nextPhase(host, 'draining');
  const reloaded = host.plugins.reload('counter');
  await draining;
  await new Promise(setImmediate);
  gate.resolve();
  await fired;
  await reloaded;
  expect(steps).toEqual(['ended', 'saved']);
});

test('a plugin that allows one instance and does not end is abandoned, and no other instance is made', async () => {
  const { plugin, runs } = counting({ single: true, shutdown: () => new Promise(() => {}) });
  const host = await openHost({ limits: { shutdownMs: 20 } });
  await host.register(plugin);
  await expect(host.plugins.reload('counter')).rejects.toMatchObject({
    code: 'RELOAD_FAILED',
    message: expect.stringMatching(/so no other is made\. Restart the host\.$/),
    details: { step: 'end', code: 'LIFECYCLE_TIMEOUT' },
  });
  expect(runs).toHaveLength(1);
  expect(host.plugins.get('counter')?.state).toBe('abandoned');
  await expect(host.tools.call('counter:count')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
});
