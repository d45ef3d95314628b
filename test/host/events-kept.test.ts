import { expect, test } from 'vitest';
import type { AisopodError, PluginHost } from '../../src/index.js';
import { openAgain } from './dormant/old-home.js';
import { deferred, openHost } from './open-host.js';
import { counting } from './reload/counting.js';

/** Fewer than each test publishes at once. */
const limits = { eventQueue: 2 };

function nextWarning(host: PluginHost): Promise<AisopodError> {
  return new Promise((resolve) => {
    host.events.on('warning', (_, warning) => {
      if (warning.code === 'EVENTS_DROPPED') resolve(warning);
    });
  });
}

test('a plugin that is reloaded receives the newest events, and is warned of those that were dropped', async () => {
  const [begun, gate] = [deferred(), deferred()];
  const { plugin, runs } = counting({
    async restoreState() {
      begun.resolve();
      await gate.promise;
    },
  });
  const host = await openHost({ limits });
  await host.register(plugin);
  const warned = nextWarning(host);
  const reloaded = host.plugins.reload('counter');
  await begun.promise;
  for (const n of [1, 2, 3, 4, 5]) host.bus.publish('news.a', n);
  gate.resolve();
  await reloaded;
  expect(await warned).toMatchObject({
    message:
      'While plugin counter was reloaded, 3 of the oldest events for it were dropped, since more came than ' +
      'may wait for it.',
    details: { subscriber: 'counter', dropped: 3 },
  });
  await new Promise(setImmediate);
  expect(runs.map(({ events }) => events)).toEqual([[], [4, 5]]);
});

test('a dormant plugin that an event starts is warned of those that were dropped meanwhile', async () => {
  const { host } = await openAgain({
    plugins: [{ id: 'lazy', source: 'subscribes.c' }],
    pluginConfig: { lazy: { patterns: ['chat.*'] } },
    limits,
  });
  const warned = nextWarning(host);
  for (const n of [1, 2, 3, 4, 5]) host.bus.publish('chat.message', n);
  expect(await warned).toMatchObject({
    message: expect.stringMatching(/^While plugin lazy started, 3 of the oldest events for it/),
    details: { subscriber: 'lazy', dropped: 3 },
  });
});
