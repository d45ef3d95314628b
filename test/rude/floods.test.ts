import { describe, expect, test, vi } from 'vitest';
import { makeGate } from '../host/open-host.js';
import { OK, served, visit } from './exhibit.js';

const QUEUE = 100;
const COUNT = 100_000;
const endless = { timeoutMs: Infinity };
const soon = { timeout: 20_000, interval: 5 };

interface Counts {
  readonly responses: number;
  readonly posted: number;
  readonly released: number;
}

/** Floods on the event loop, where nobody can read meanwhile. */
async function flood(what: string, options: object = {}) {
  const museum = await visit('floods.c', { limits: { queue: QUEUE }, ...options });
  const { call } = museum;
  const counts = async () => (await call('counts')).data as Counts;
  const run = async () => (await call('flood', { what, count: COUNT }, endless)).data;
  return { ...museum, counts, run };
}

describe('a flood', () => {
  test('of log lines keeps as many as the queue holds, and the rest is counted', async () => {
    const { run, lines } = await flood('log');
    await run();
    const kept = () => lines.filter(({ plugin, text }) => plugin === 'rude' && text === 'flood');
    await vi.waitFor(() => {
      const lost = lines.find(({ plugin, text }) => plugin === 'rude' && text !== 'flood');
      expect(lost?.text).toContain(String(COUNT - QUEUE));
    }, soon);
    expect(kept()).toHaveLength(QUEUE);
  });

  test('of events is AGAIN over what the queue holds', async () => {
    const { run, ears } = await flood('publish');
    expect(await run()).toEqual({ ok: QUEUE, again: COUNT - QUEUE, other: 0 });
    await vi.waitFor(() => expect(ears.heard).toHaveLength(QUEUE), soon);
    expect(await run()).toMatchObject({ ok: QUEUE });
  });

  test('of posts is AGAIN over what the queue holds; each that was taken runs once', async () => {
    const { run, call, counts } = await flood('post');
    const gate = makeGate();
    expect(await call('hold', { gate: gate.path })).toMatchObject({ data: OK });
    // The task that holds the worker may have begun already.
    const { ok, again, other } = (await run()) as Record<string, number>;
    expect([QUEUE - 1, QUEUE]).toContain(ok);
    expect([again, other]).toEqual([COUNT - (ok ?? 0), 0]);
    gate.open();
    await vi.waitFor(async () => {
      expect(await counts()).toEqual({ responses: 0, posted: ok, released: ok });
    }, soon);
  });

  test('of requests is AGAIN over what the queue holds; each that was taken is answered', async () => {
    let asked = 0;
    const { run, counts } = await flood('request', {
      requests: {
        flood: () => {
          asked++;
        },
      },
    });
    expect(await run()).toEqual({ ok: QUEUE, again: COUNT - QUEUE, other: 0 });
    await vi.waitFor(async () => {
      expect(await counts()).toEqual({ responses: QUEUE, posted: 0, released: QUEUE });
    }, soon);
    expect(asked).toBe(QUEUE);
  });

  test('of requests that are never collected is AGAIN for good, and the host still closes', async () => {
    const { host, run, info } = await flood('uncollected', { requests: { flood: () => null } });
    expect(await run()).toEqual({ ok: QUEUE, again: COUNT - QUEUE, other: 0 });
    expect(await run()).toEqual({ ok: 0, again: COUNT, other: 0 });
    await host.close();
    expect(info()?.state).toBe('unloaded');
  });

  test('of all five, from threads that never stop, leaves the host usable and closable', async () => {
    const { host, call, info } = await flood('log', { requests: { flood: () => null } });
    await call('start');
    for (let i = 0; i < 20; i++) await served(host);
    expect(await call('counts')).toMatchObject({ success: true });
    await host.close();
    expect(info()?.state).toBe('unloaded');
  });
});
