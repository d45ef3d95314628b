import { describe, expect, test } from 'vitest';
import { having } from './loaders.js';
import { loadSubject, serveSubject } from './subject-setup.js';

describe.each(having('events'))('events: $name', (loader) => {
  /** The subject with one subscription, and a short way to deliver to it. */
  async function subscribed(limits = {}) {
    const served = await serveSubject(loader, { config: { patterns: ['tide.*'] }, limits });
    const { instance } = served;
    const [subscription] = instance.subscriptions ?? [];
    expect(subscription).toMatchObject({ pattern: 'tide.*' });
    const deliver = (data: unknown) =>
      instance.deliver?.([subscription?.token ?? 0], 'tide.up', 'sea', JSON.stringify(data), '');
    return { ...served, deliver };
  }

  test('come with topic, source and pattern', async () => {
    const { deliver, report } = await subscribed();
    deliver({ metres: 2 });
    expect(await report('received')).toEqual({
      topic: 'tide.up',
      source: 'sea',
      pattern: 'tide.*',
      data: { metres: 2 },
      dropped: 0,
    });
  });

  test('come in the order in which they were delivered', async () => {
    const { deliver, report } = await subscribed();
    for (let n = 0; n < 200; n++) deliver(n);
    for (let n = 0; n < 200; n++) expect(await report('received')).toMatchObject({ data: n });
  });

  test('beyond `eventQueue` drop the oldest, and say how many', async () => {
    const { deliver, report, openGate } = await subscribed({ eventQueue: 3 });
    deliver('wait');
    await report('waiting');
    for (let n = 1; n <= 8; n++) deliver(n);
    // Events are handed over together at the end of a turn.
    await new Promise(setImmediate);
    openGate();
    expect(await report('received')).toMatchObject({ data: 'wait', dropped: 0 });
    expect(await report('received')).toMatchObject({ data: 6, dropped: 5 });
    expect(await report('received')).toMatchObject({ data: 7, dropped: 0 });
    expect(await report('received')).toMatchObject({ data: 8, dropped: 0 });
  });

  test('are ignored after shutdown()', async () => {
    const { deliver, instance, reported } = await subscribed();
    await instance.shutdown(0, 'unload');
    expect(() => deliver(1)).not.toThrow();
    await new Promise(setImmediate);
    expect(reported).toEqual([]);
  });

  test('wait for init()', async () => {
    const setup = { config: { patterns: ['tide.*'], hang: 'init' } } as const;
    const { instance, openGate, report, marked, marks } = await loadSubject(loader, setup);
    await instance.register();
    const initialised = instance.init();
    await marked('init');
    const [subscription] = instance.subscriptions ?? [];
    instance.deliver?.([subscription?.token ?? 0], 'tide.up', 'sea', '1', '');
    openGate();
    await initialised;
    expect(await report('received')).toMatchObject({ data: 1 });
    expect(marks()).toContain('init returns');
  });
});
