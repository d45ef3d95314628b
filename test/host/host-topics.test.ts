import { describe, expect, test } from 'vitest';
import { HostEventEmitter } from '../../src/host/host-event-emitter.js';
import { HostTopics } from '../../src/host/host-topics.js';
import { servicesOf } from '../../src/host/index.js';
import { type BusEvent, PluginHost } from '../../src/index.js';
import { schemaOf } from '../docs/schemas.js';
import { makeBus } from '../services/events/make-bus.js';
import { makeGeneration } from '../support/generations.js';
import { closeAfterTest, makeHome, openHost } from './open-host.js';

const lifecycle = { id: 'm', source: 'lifecycle.c' } as const;

/** A host that has not started, and all that is published on its bus. */
function hearing(options: Parameters<typeof makeHome>[0]) {
  const host = PluginHost.create(makeHome(options));
  closeAfterTest(host);
  const heard: BusEvent[] = [];
  host.bus.subscribe('**', (event) => heard.push(event));
  host.discover();
  return { host, heard };
}

describe('the host publishes', () => {
  test('each phase of a plugin, its start and its end, as the schemas say', async () => {
    const { host, heard } = hearing({ plugins: [lifecycle] });
    await host.start();
    await host.close();
    // Its manifest does not list its tools, which is a warning.
    const others = heard.filter(({ topic }) => topic !== 'host.plugin.warning');
    expect(others.map(({ topic }) => topic)).toEqual([
      'host.plugin.validated',
      'host.plugin.loaded',
      'host.plugin.registered',
      'host.plugin.initialised',
      'host.plugin.active',
      'host.started',
      'host.closing',
      'host.plugin.draining',
      'host.plugin.unloaded',
    ]);
    expect(others[1]).toMatchObject({ source: 'host', data: { plugin: 'm', from: 'validated' } });
    for (const { topic, data } of others) {
      const kind = topic.startsWith('host.plugin.') ? 'plugin' : topic.slice('host.'.length);
      const validate = schemaOf(`event#host/${kind}`);
      expect(validate(data) || validate.errors).toBe(true);
      expect(schemaOf('event#topic')(topic)).toBe(true);
    }
  });

  test('why a plugin failed, by the code', async () => {
    const { host, heard } = hearing({
      plugins: [lifecycle],
      pluginConfig: { m: { on_init: 'fail' } },
    });
    await host.start();
    await host.close();
    const failed = heard.find(({ topic }) => topic === 'host.plugin.failed_init');
    expect(failed?.data).toMatchObject({ plugin: 'm', from: 'registered', code: 'INIT_FAILED' });
  });

  test('warnings, also those of its own subscribers', async () => {
    const host = await openHost();
    const warning = new Promise<BusEvent>((resolve) => {
      host.bus.subscribe('host.plugin.warning', resolve);
    });
    host.bus.subscribe('n', () => Promise.reject(new Error('no idea')));
    host.bus.publish('n');
    const { data } = await warning;
    expect(data).toMatchObject({ plugin: 'host', code: 'SUBSCRIBER_FAILED' });
    expect(schemaOf('event#host/warning')(data)).toBe(true);
  });

  test('which plugin has taken a new configuration', async () => {
    const { bus } = makeBus();
    const changed = new Promise<BusEvent>((resolve) => {
      bus.subscribe('host.config.changed', resolve);
    });
    new HostTopics(bus).configChanged({ plugin: 'm', keys: ['interval'] });
    const { data } = await changed;
    expect(data).toEqual({ plugin: 'm', keys: ['interval'] });
    expect(schemaOf('event#host/changed')(data)).toBe(true);
  });
});

describe('host.events', () => {
  test('tells of what plugins publish through their bus, and not of what the embedder does', async () => {
    const host = await openHost();
    const told: unknown[] = [];
    host.events.on('event', (event) => told.push(event));
    host.bus.publish('n', 1);
    servicesOf(host).bus.of(makeGeneration('plug')).publish('n', { x: 2 });
    expect(told).toEqual([{ plugin: 'plug', topic: 'n', data: { x: 2 }, context: {} }]);
  });

  test('reports to the host itself, whoever removes listeners', () => {
    const told: unknown[] = [];
    const events = new HostEventEmitter((name, args) => told.push([name, ...args]));
    events.removeAllListeners();
    events.emit('configChanged', { plugin: 'm', keys: [] });
    expect(told).toEqual([['configChanged', { plugin: 'm', keys: [] }]]);
  });
});
