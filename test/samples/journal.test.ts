import { describe, expect, test } from 'vitest';
import { servicesOf } from '../../src/host/index.js';
import type { BusEvent } from '../../src/index.js';
import { schemaOf } from '../docs/schemas.js';
import { makeGeneration } from '../support/generations.js';
import { openSample } from './open-sample.js';

const sample = openSample('journal');

const send = (message: unknown) => sample.host.messaging.send('journal', message);

/** Asks until the plugin has heard so many events of a topic. */
async function heard(topic: string, events: number): Promise<void> {
  while ((await send({ what: 'counts', topic })) !== events) {
    await new Promise(setImmediate);
  }
}

describe('journal', () => {
  test('says what messages it takes, as the schema has it', () => {
    const [entry] = sample.host.registry.snapshot.entriesOf('journal');
    expect(entry).toMatchObject({ kind: 'message', name: 'journal' });
    expect(schemaOf('message#spec')(entry?.spec)).toBe(true);
  });

  test('counts events by topic, and starts anew when it is told to', async () => {
    const { bus } = sample.host;
    await heard('host.started', 1);
    const reset = new Promise<BusEvent>((resolve) => {
      bus.subscribe('journal.*', resolve);
    });
    for (const topic of ['jobs.done', 'jobs.failed', 'jobs.done']) bus.publish(topic);
    servicesOf(sample.host).bus.of(makeGeneration('other')).publish('jobs.done', { id: 7 });
    await heard('jobs.done', 3);
    const topics = {
      'host.plugin.initialised': 1,
      'host.plugin.active': 1,
      'host.started': 1,
      'jobs.done': 3,
      'jobs.failed': 1,
    };
    expect(await send({ what: 'reset' })).toEqual({ topics, others: 0, lost: 0 });
    expect(await reset).toMatchObject({ source: 'journal', data: { by: 'host', events: 7 } });
    expect(await send({ what: 'counts' })).toEqual({ topics: {}, others: 0, lost: 0 });
  });

  test('counts topics beyond 64 together', async () => {
    const { bus } = sample.host;
    await send({ what: 'reset' });
    for (let i = 0; i < 70; i++) bus.publish(`n.${i}`);
    bus.publish('n.0');
    await heard('n.0', 2);
    const { topics, others } = (await send({ what: 'counts' })) as Record<string, object>;
    expect([Object.keys(topics ?? {}).length, others]).toEqual([64, 6]);
    expect(await send({ what: 'counts', topic: 'n.69' })).toBe(0);
  });

  test.each([null, 'counts', [], {}, { what: 'else' }, { what: 7 }, { what: 'counts', topic: 7 }])(
    'refuses %j',
    async (message) => {
      await expect(send(message)).rejects.toMatchObject({
        code: 'INVALID',
        details: { known: expect.any(Array) },
      });
    },
  );

  test('takes a topic of any length in a question', async () => {
    await expect(send({ what: 'counts', topic: 'x'.repeat(300) })).rejects.toMatchObject({
      code: 'INVALID',
    });
  });
});
