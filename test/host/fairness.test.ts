import { stat } from 'node:fs/promises';
import { setTimeout as pass } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { PluginHost } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { listen, makeGate, openHost, recordingLogger } from './open-host.js';

const calls: TestPlugin = { id: 'calls', source: 'calls.c' };
const other: TestPlugin = { id: 'other', source: 'calls.c' };
const talk: TestPlugin = { id: 'talk', source: 'talk.c' };
const leaving: TestPlugin = { id: 'leaving', source: 'leaving.cc' };

/** What others want of the process meanwhile, by name. */
function others(host: PluginHost): Record<string, () => Promise<unknown>> {
  return {
    timer: () => pass(1),
    stat: () => stat(host.home.root),
    'other plugin': () => host.tools.call('other:echo'),
    inline: () => host.tools.call('other:echo-inline'),
  };
}

describe('handlers that take their time', () => {
  test('on every worker delay no timer, no fs.stat, no other plugin and no inline tool', async () => {
    const host = await openHost({ plugins: [calls, other], limits: { parallelWorkers: 5 } });
    const ears = listen(host);
    const gate = makeGate();
    const ended: string[] = [];
    const waiting = ['wait', ...Array.from({ length: 5 }, () => 'wait-parallel')];
    // More than the four threads of libuv's pool, on which fs.stat depends.
    const slow = waiting.map(async (tool) => {
      await host.tools.call(`calls:${tool}`, { gate: gate.path });
      ended.push('slow');
    });
    for (const _ of waiting) await ears.next('running');
    for (const [name, work] of Object.entries(others(host))) {
      await work();
      ended.push(name);
    }
    await host.tools.call('calls:echo-inline');
    ended.push('inline of the same plugin');
    gate.open();
    await Promise.all(slow);
    const first = [...Object.keys(others(host)), 'inline of the same plugin'];
    expect(ended).toEqual([...first, ...waiting.map(() => 'slow')]);
  });
});

describe('a plugin that floods its host', () => {
  test('with events that nobody reads is told AGAIN when its queue is full', async () => {
    const host = await openHost({ plugins: [talk], limits: { queue: 100 } });
    let heard = 0;
    host.events.on('event', () => {
      heard++;
    });
    const { data } = await host.tools.call('flood-events', { count: 5000 });
    expect(data).toEqual({ taken: 100, again: 4900 });
    await host.tools.call('log'); // comes after the events
    expect(heard).toBe(100);
  });

  test('has its room back when its events were read', async () => {
    const host = await openHost({ plugins: [talk], limits: { queue: 100 } });
    for (let round = 0; round < 3; round++) {
      const { data } = await host.tools.call('flood-events', { count: 200 });
      expect(data).toEqual({ taken: 100, again: 100 });
      await host.tools.call('log'); // comes after the events
    }
  });

  test('in more than a turn has room for loses and swaps nothing that was taken', async () => {
    const host = await openHost({ plugins: [talk], limits: { queue: 5000 } });
    const heard: unknown[] = [];
    host.events.on('event', ({ topic }) => heard.push(topic));
    expect((await host.tools.call('flood-events', { count: 4000 })).data).toMatchObject({
      taken: 4000,
    });
    await host.tools.call('publish', { topic: 'after' });
    expect(heard).toEqual([...Array.from({ length: 4000 }, () => 'flood'), 'after']);
  });

  test('from its own threads without a pause holds up nobody', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({
      plugins: [leaving, other],
      logger,
      pluginConfig: { leaving: { calling: true } },
    });
    let events = 0;
    host.events.on('event', () => {
      events++;
    });
    for (let round = 0; round < 5; round++) {
      for (const work of Object.values(others(host))) await work();
      expect(await host.tools.call('leaving:later')).toMatchObject({ data: 'later' });
      lines.length = 0;
    }
    expect(events).toBeGreaterThan(0);
    await host.close();
    expect(host.plugins.get('leaving')).toMatchObject({ state: 'unloaded', error: null });
  });
});
