import { describe, expect, test } from 'vitest';
import { openSample } from './open-sample.js';

const sample = openSample('ticker');
const LONG = { count: 2, interval_ms: 60_000 };

describe('tick', () => {
  test('streams each tick with progress and replies from a thread of its own', async () => {
    const chunks: unknown[] = [];
    let last: number | null = null;
    const result = await sample.host.tools.call(
      'tick',
      { count: 3, interval_ms: 1 },
      {
        onChunk: (chunk) => chunks.push(chunk),
        onProgress: (fraction) => {
          last = fraction;
        },
      },
    );
    expect(chunks).toEqual([1, 2, 3].map((tick) => ({ tick, of: 3 })));
    expect(result).toMatchObject({ success: true, data: { ticks: 3 } });
    expect(last).toSatisfy((fraction) => fraction === null || (fraction > 0 && fraction <= 1));
  });

  test('serves many calls with one thread', async () => {
    const counts = Array.from({ length: 20 }, (_, i) => i + 1);
    const results = await Promise.all(
      counts.map((count) => sample.host.tools.call('tick', { count, interval_ms: 1 })),
    );
    expect(results.map(({ data }) => data)).toEqual(counts.map((ticks) => ({ ticks })));
  });

  test('loses no tick when its reader is slow', async () => {
    const ticks: unknown[] = [];
    const { data } = await sample.host.tools.call(
      'tick',
      { count: 300, interval_ms: 0 },
      {
        onChunk: async (chunk) => {
          await new Promise(setImmediate);
          ticks.push((chunk as { tick: number }).tick);
        },
      },
    );
    expect(data).toEqual({ ticks: 300 });
    expect(ticks).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  });

  test('is cancelled while it waits, and the others are not', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const cancelled = sample.host.tools.call('tick', LONG, { signal });
    const other = sample.host.tools.call('tick', { count: 2, interval_ms: 20 });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect((await other).data).toEqual({ ticks: 2 });
  });

  test('is ended by its deadline', async () => {
    const call = sample.host.tools.call('tick', LONG, { timeoutMs: 20 });
    await expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
  });
});

describe('slow', () => {
  test('answers after the time it was given', async () => {
    expect(await sample.host.tools.call('slow', { ms: 30 })).toMatchObject({
      success: true,
      data: { slept_ms: 30 },
    });
  });

  test('stops when its caller cancels, and is free for the next', async () => {
    const controller = new AbortController();
    const call = sample.host.tools.call(
      'slow',
      { ms: 600_000 },
      { signal: controller.signal, timeoutMs: 600_000, onProgress: () => controller.abort() },
    );
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect((await sample.host.tools.call('slow', { ms: 0 })).data).toEqual({ slept_ms: 0 });
  });

  test('does not hold up what runs in parallel', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const slow = sample.host.tools.call('slow', { ms: 600_000 }, { signal, timeoutMs: 600_000 });
    const tick = await sample.host.tools.call('tick', { count: 1, interval_ms: 0 });
    controller.abort();
    expect(tick.data).toEqual({ ticks: 1 });
    await expect(slow).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  test('refuses a time that is no whole number', async () => {
    const call = async () => sample.host.tools.call('slow', { ms: 1.5 });
    await expect(call()).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
  });
});

describe('its configuration', () => {
  test('says how far apart ticks are, and counts for the next call when it changes', async () => {
    const { config, tools } = sample.host;
    expect(config.get('ticker', 'interval_ms')).toBe(1000);
    const changed: unknown[] = [];
    const stop = config.onChange((change) => changed.push(change));
    await config.set('ticker', 'interval_ms', 0);
    stop();
    expect(changed).toEqual([{ plugin: 'ticker', keys: ['interval_ms'] }]);
    expect((await tools.call('tick', { count: 1000 })).data).toEqual({ ticks: 1000 });
  });

  test('that the schema of the manifest refuses reaches neither file nor plugin', async () => {
    const set = sample.host.config.set('ticker', 'interval_ms', 60_001);
    await expect(set).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
