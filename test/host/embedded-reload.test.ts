import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Plugin, PluginContext } from '../../src/index.js';
import type { SavedState } from '../../src/instance/index.js';
import { EmbeddedInstance } from '../../src/loaders/embedded/embedded-instance.js';
import { deferred, openHost } from './open-host.js';

const { init: initialise } = EmbeddedInstance.prototype;

/**
 * A plugin in a host, with the instance and the context that the host has made of it.
 * @param state which it is given to restore before init()
 */
async function start(plugin: Partial<Plugin>, state?: SavedState) {
  const host = await openHost();
  const instances: EmbeddedInstance[] = [];
  const contexts: PluginContext[] = [];
  const spy = vi.spyOn(EmbeddedInstance.prototype, 'init').mockImplementation(async function (
    this: EmbeddedInstance,
  ) {
    instances.push(this);
    if (state !== undefined) await this.restoreState(state);
    await initialise.call(this);
  });
  onTestFinished(() => spy.mockRestore());
  await host.register({
    id: 'mine',
    version: '1.2.3',
    register: () => {},
    ...plugin,
    init: (context) => void contexts.push(context),
  });
  const [instance] = instances;
  const [context] = contexts;
  if (!instance || !context) throw new Error('the plugin did not start');
  return { host, instance, context };
}

/** A plugin whose state is `value`; what it is given to restore comes into `restored`. */
function keeping(value: unknown, stateFormat = 3) {
  const restored: unknown[][] = [];
  const plugin: Partial<Plugin> = {
    stateFormat,
    saveState: async () => value as never,
    restoreState: (...given) => void restored.push(given),
  };
  return { plugin, restored };
}

/** Saves the state of one plugin, and lets the new instance of another restore it. */
async function handOver(value: unknown): Promise<{ state: SavedState; given: unknown[] }> {
  const { plugin, restored } = keeping(value);
  const { instance } = await start(plugin);
  const state = (await instance.saveState()) as SavedState;
  await start(plugin, state);
  return { state, given: restored[0] ?? [] };
}

describe('the state of a plugin in TypeScript', () => {
  test.each([
    ['null', null],
    ['a text with a NUL', 'a\u0000ä'],
    ['arrays and objects', { list: [1, { deep: [null, true] }], empty: {} }],
  ])('comes over a reload: %s', async (_, value) => {
    const { given } = await handOver(value);
    expect(given).toEqual([value, { format: 3, version: '1.2.3', build: '' }]);
  });

  test('comes over a reload as bytes that are text of JSON, and stay bytes', async () => {
    const bytes = Buffer.from('{"a":1}');
    const { given } = await handOver(bytes);
    expect(given[0]).toEqual(Uint8Array.from(bytes));
    expect(Buffer.isBuffer(given[0])).toBe(false);
  });

  test('is a copy, which neither instance can change for the other', async () => {
    const value = Uint8Array.of(1, 2, 3);
    const { state, given } = await handOver(value);
    value[0] = 9;
    (given[0] as Uint8Array)[1] = 9;
    expect(state.bytes).toEqual(Uint8Array.of(1, 2, 3));
  });

  test.each([
    ['undefined', undefined, 'the state holds undefined, which JSON cannot say'],
    ['a number that JSON lacks', { rates: [1, NaN] }, 'the state holds NaN at /rates/1'],
    ['bytes within an object', { a: Uint8Array.of(1) }, 'the state holds a Uint8Array at /a'],
    ['a Map', new Map(), 'the state holds a Map'],
    ['a function', { fn: () => {} }, 'the state holds a function at /fn'],
  ])('is refused with the place of what JSON cannot say: %s', async (_, value, text) => {
    const { instance } = await start(keeping(value).plugin);
    await expect(instance.saveState()).rejects.toMatchObject({
      code: 'SAVE_FAILED',
      message: expect.stringContaining(`plugin mine: saveState() failed: ${text}`),
    });
  });

  test('is null without the two functions, and none is restored', async () => {
    const { instance } = await start({});
    expect(await instance.saveState()).toBeNull();
  });

  test('fails to be saved with what the plugin throws as the cause', async () => {
    const cause = new Error('the journal is gone');
    const { instance } = await start({
      saveState: () => Promise.reject(cause),
      restoreState: () => {},
    });
    await expect(instance.saveState()).rejects.toMatchObject({
      code: 'SAVE_FAILED',
      message: 'plugin mine: saveState() failed: the journal is gone',
      cause,
    });
  });
});

describe('a pause of a plugin in TypeScript', () => {
  test('begins when event functions that run have ended', async () => {
    const { host, instance, context } = await start({});
    const [begun, gate] = [deferred(), deferred()];
    context.events.subscribe('tide', async () => {
      begun.resolve();
      await gate.promise;
    });
    host.bus.publish('tide');
    await begun.promise;
    let isPaused = false;
    const pause = instance.pause(30_000).then(() => {
      isPaused = true;
    });
    await new Promise(setImmediate);
    expect(isPaused).toBe(false);
    gate.resolve();
    await pause;
  });

  test('holds events back until it ends, in their order', async () => {
    const { host, instance, context } = await start({});
    const received: unknown[] = [];
    const all = deferred();
    context.events.subscribe('tide', ({ data }) => {
      received.push(data);
      if (received.length === 3) all.resolve();
    });
    await instance.pause(1000);
    for (const n of [1, 2, 3]) host.bus.publish('tide', n);
    await new Promise(setImmediate);
    expect(received).toEqual([]);
    instance.resume();
    await all.promise;
    expect(received).toEqual([1, 2, 3]);
  });

  test('holds timers back until it ends, except those that are cleared meanwhile', async () => {
    const { instance, context } = await start({});
    const ran: string[] = [];
    const due = deferred();
    context.setTimeout(() => ran.push('first'), 0);
    const second = context.setTimeout(() => ran.push('second'), 0);
    context.setTimeout(() => ran.push('third'), 0);
    await instance.pause(1000);
    setTimeout(due.resolve, 1); // after those with 0
    await due.promise;
    expect(ran).toEqual([]);
    second.clear();
    instance.resume();
    expect(ran).toEqual(['first', 'third']);
  });

  test('does not begin while a timer function runs longer than its limit, which goes on', async () => {
    const { instance, context } = await start({});
    const [begun, gate, next] = [deferred(), deferred(), deferred()];
    context.setTimeout(() => {
      begun.resolve();
      return gate.promise;
    }, 0);
    await begun.promise;
    await expect(instance.pause(5)).rejects.toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
    context.setTimeout(next.resolve, 0);
    await next.promise;
    gate.resolve();
    await instance.pause(30_000);
  });

  test('that a shutdown ends leaves nothing of what it held back', async () => {
    const { host, instance, context } = await start({});
    const ran = vi.fn();
    const due = deferred();
    context.events.subscribe('tide', ran);
    context.setTimeout(ran, 0);
    await instance.pause(1000);
    host.bus.publish('tide');
    setTimeout(due.resolve, 1);
    await due.promise;
    expect(await instance.shutdown(0, 'reload')).toBeNull();
    instance.resume();
    await new Promise(setImmediate);
    expect(ran).not.toHaveBeenCalled();
  });
});
