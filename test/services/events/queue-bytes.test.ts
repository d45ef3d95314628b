import { describe, expect, test } from 'vitest';
import { collector, makeBus } from './make-bus.js';

const MIB = 1024 * 1024;

interface Seen {
  readonly size: number;
  readonly dropped: number;
}

/** A bus whose only subscriber holds the first event until it may go on. */
async function stuckBus(limits: Parameters<typeof makeBus>[0]) {
  const made = makeBus({ payloadBytes: 64 * MIB, ...limits });
  const { got, take, until } = collector<Seen>();
  let goOn = () => {};
  made.bus.of(made.plugin('slow')).subscribe('n', ({ data, dropped }) => {
    take({ size: (data as string).length, dropped });
    if (data !== 'first') return undefined;
    return new Promise<void>((resolve) => {
      goOn = resolve;
    });
  });
  made.bus.publish('n', 'first');
  await until(1);
  return { ...made, got, until, goOn: () => goOn() };
}

describe('the queue of a subscription', () => {
  test('holds 16 MiB of 1,024 events of 1 MiB, and counts the others as dropped', async () => {
    const { bus, plugin, got, until, goOn } = await stuckBus({});
    const json = `"${'x'.repeat(MIB - 2)}"`;
    for (let n = 0; n < 1024; n++) bus.publishChecked(plugin('native'), 'n', json, undefined);
    goOn();
    await until(17);
    await bus.close();
    const rest = got.slice(1);
    expect(rest).toHaveLength(16);
    expect(rest.length + rest.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(1024);
  });

  test('drops as many of the oldest as the newest needs', async () => {
    const { bus, until, goOn, got } = await stuckBus({ queueBytes: 100 });
    for (const size of [28, 38, 18, 58]) bus.publish('n', 'x'.repeat(size)); // and two quotes
    goOn();
    await until(3);
    await bus.close();
    expect(got.slice(1)).toEqual([
      { size: 18, dropped: 2 },
      { size: 58, dropped: 0 },
    ]);
  });

  test('keeps the newest event even if that alone is over the limit', async () => {
    const { bus, until, goOn, got } = await stuckBus({ queueBytes: 100 });
    for (const size of [10, 500]) bus.publish('n', 'x'.repeat(size));
    goOn();
    await until(2);
    await bus.close();
    expect(got.slice(1)).toEqual([{ size: 500, dropped: 1 }]);
  });

  test('counts bytes, not characters', async () => {
    const { bus, until, goOn, got } = await stuckBus({ queueBytes: 100 });
    for (let n = 0; n < 3; n++) bus.publish('n', 'é'.repeat(20)); // 42 bytes each
    goOn();
    await until(3);
    await bus.close();
    expect(got.slice(1).map(({ dropped }) => dropped)).toEqual([1, 0]);
  });

  test('has room again for what was delivered', async () => {
    const { bus, until, goOn, got } = await stuckBus({ queueBytes: 100 });
    goOn();
    for (let n = 0; n < 5; n++) {
      bus.publish('n', 'x'.repeat(90));
      await until(n + 2);
    }
    await bus.close();
    expect(got.every(({ dropped }) => dropped === 0)).toBe(true);
  });

  test('names both limits when it drops something', async () => {
    const { bus, goOn, warnings } = await stuckBus({ queueBytes: 100, eventQueue: 7 });
    for (let n = 0; n < 5; n++) bus.publish('n', 'x'.repeat(90));
    goOn();
    await bus.close();
    expect(warnings).toMatchObject([['slow', { code: 'EVENTS_DROPPED' }]]);
    expect(warnings[0]?.[1].message).toContain('7 events or 100 bytes');
  });
});
