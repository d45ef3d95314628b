import { expect, test } from 'vitest';
import { makeGate } from '../../../host/open-host.js';
import { ok, type Setup, serve } from '../load-native.js';

/** A plugin that reports each event which it receives, and waits for a gate at the event "wait". */
async function subscribing(setup: Setup = {}) {
  const gate = makeGate();
  const config = { patterns: ['n'], gate: gate.path };
  const served = await serve('subscribes.c', { ...setup, config });
  const { instance, next, reported } = served;
  const tokens = (instance.subscriptions ?? []).map(({ token }) => token);
  const isReceived = (report: readonly unknown[]) => report[1] === 'received';
  return {
    ...served,
    gate,
    publish: (data: unknown) => instance.deliver?.(tokens, 'n', 'test', JSON.stringify(data), ''),
    waits: () => next((report) => report[1] === 'waiting'),
    /** The data of the next event that it received. */
    received: async () => JSON.parse(String((await next(isReceived))[2])).data,
    /** How many events it received that no received() has taken. */
    unread: () => reported.filter(isReceived).length,
  };
}

test('pause() of a native plugin lets it handle the events that came before', async () => {
  const { instance, publish, received, unread } = await subscribing();
  for (const n of [1, 2, 3]) publish(n);
  await instance.pause?.(30_000);
  expect(unread()).toBe(3);
  expect([await received(), await received(), await received()]).toEqual([1, 2, 3]);
});

test('events that come during a pause wait for resume(), in order, while calls go on', async () => {
  const { instance, call, publish, received, unread } = await subscribing();
  await instance.pause?.(30_000);
  for (const n of [1, 2, 3]) publish(n);
  expect(await call('burst', { count: 1 })).toEqual(ok(1));
  expect(unread()).toBe(0);
  instance.resume?.();
  expect([await received(), await received(), await received()]).toEqual([1, 2, 3]);
});

test('pause() rejects with LIFECYCLE_TIMEOUT after its limit, and the plugin goes on', async () => {
  const { instance, gate, publish, received, waits } = await subscribing();
  publish('wait');
  await waits();
  await expect(instance.pause?.(20)).rejects.toMatchObject({
    code: 'LIFECYCLE_TIMEOUT',
    message:
      'plugin probe: an event function, a task or a handler has not returned after 20 ms; the plugin ' +
      'goes on as before',
  });
  publish(1);
  gate.open();
  expect([await received(), await received()]).toEqual(['wait', 1]);
});

test('a second pause() joins the first, and one in a pause resolves at once', async () => {
  const { instance, gate, publish, waits } = await subscribing();
  publish('wait');
  await waits();
  const both = Promise.all([instance.pause?.(30_000), instance.pause?.(30_000)]);
  gate.open();
  await both;
  await instance.pause?.(30_000);
});

test('resume() ends a pause that is not complete, and does nothing without one', async () => {
  const { instance, gate, publish, received, waits } = await subscribing();
  instance.resume?.();
  publish('wait');
  await waits();
  const pausing = instance.pause?.(Number.POSITIVE_INFINITY);
  instance.resume?.();
  await expect(pausing).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
  gate.open();
  expect(await received()).toBe('wait');
});

test('shutdown() ends a pause that is not complete', async () => {
  const { instance, gate, publish, waits } = await subscribing();
  publish('wait');
  await waits();
  const pausing = instance.pause?.(Number.POSITIVE_INFINITY);
  const ended = expect(pausing).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
  const closing = instance.shutdown(0, 'close');
  await ended;
  gate.open();
  expect(await closing).toBeNull();
});

test('shutdown() in a pause drops what waits', async () => {
  const { instance, publish, unread } = await subscribing();
  await instance.pause?.(30_000);
  publish(1);
  expect(await instance.shutdown(0, 'reload')).toBeNull();
  instance.resume?.();
  expect(unread()).toBe(0);
});

test('refuses pause() after shutdown()', async () => {
  const { instance } = await subscribing();
  await instance.shutdown(0, 'close');
  await expect(instance.pause?.(10)).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
});
