import { describe, expect, test } from 'vitest';
import type { SavedState } from '../../../src/instance/index.js';
import { type ContractLoader, having } from './loaders.js';
import { loadSubject, serveSubject } from './subject-setup.js';

const KEPT = { text: 'ä\u0000"\n', list: [1, null, { deep: true }] };

type Served = Awaited<ReturnType<typeof serveSubject>>;

/** What the subject has kept, and who saved it. */
const kept = async ({ call }: Pick<Served, 'call'>) =>
  JSON.parse(((await call('kept')) as { json: string }).json);

/** The state of a subject that keeps a value. */
async function saved(loader: ContractLoader, value: unknown = KEPT): Promise<SavedState> {
  const { call, instance } = await serveSubject(loader);
  await call('keep', value);
  const state = await instance.saveState?.();
  if (!state) throw new Error('the subject has no state');
  return state;
}

const textOf = ({ bytes }: SavedState) => Buffer.from(bytes).toString();

describe.each(having('state'))('saveState(): $name', (loader) => {
  test('gives what the plugin keeps, in what form, and who keeps it', async () => {
    const state = await saved(loader);
    expect(JSON.parse(textOf(state))).toEqual(KEPT);
    expect(state).toMatchObject({ format: 7, version: '1.0.0', build: expect.any(String) });
  });

  test('leaves the plugin as it is, and can be called again', async () => {
    const { call, instance, marks } = await serveSubject(loader);
    await call('keep', KEPT);
    const first = await instance.saveState?.();
    expect((await kept({ call })).state).toEqual(KEPT);
    await call('keep', { other: 1 });
    const second = await instance.saveState?.();
    expect(JSON.parse(textOf(first as SavedState))).toEqual(KEPT);
    expect(JSON.parse(textOf(second as SavedState))).toEqual({ other: 1 });
    expect(marks()).toEqual(['register', 'init', 'save', 'save']);
    expect(instance.timings).toMatchObject({ save: expect.any(Number) });
  });

  test('rejects with what the plugin says, and the plugin goes on', async () => {
    const { call, instance } = await serveSubject(loader, { config: { fail: 'save' } });
    await expect(instance.saveState?.()).rejects.toMatchObject({
      code: 'SAVE_FAILED',
      message: expect.stringContaining('save fails on purpose'),
      details: { status: 'DENIED' },
    });
    expect(await call('echo', { a: 1 })).toEqual({ ok: true, json: '{"a":1}' });
  });

  test('rejects a state beyond `stateBytes`, and gives one of that size', async () => {
    const text = JSON.stringify({ a: 1 });
    const setup = { limits: { stateBytes: text.length } };
    const { call, instance } = await serveSubject(loader, setup);
    await call('keep', { a: 1 });
    expect(textOf((await instance.saveState?.()) as SavedState)).toBe(text);
    await call('keep', { a: 12 });
    await expect(instance.saveState?.()).rejects.toMatchObject({
      code: 'STATE_TOO_LARGE',
      details: { limit: text.length },
    });
  });

  test('is refused before init() and after shutdown()', async () => {
    const { instance, marks } = await loadSubject(loader);
    const refused = { code: 'SAVE_FAILED', details: { status: 'STATE' } };
    await expect(instance.saveState?.()).rejects.toMatchObject(refused);
    await instance.register();
    await expect(instance.saveState?.()).rejects.toMatchObject(refused);
    await instance.init();
    await instance.shutdown(0, 'unload');
    await expect(instance.saveState?.()).rejects.toMatchObject(refused);
    expect(marks()).not.toContain('save');
  });
});

describe.each(having('state'))('restoreState(): $name', (loader) => {
  test('gives a new instance the state before init(), and who saved it', async () => {
    const state = await saved(loader);
    const { instance, marks } = await loadSubject(loader);
    await instance.register();
    await instance.restoreState?.(state);
    expect(marks()).toEqual(['register', 'restore']);
    await instance.init();
    expect(marks()).toEqual(['register', 'restore', 'init']);
    expect(instance.timings).toMatchObject({ restore: expect.any(Number) });
  });

  test.each(having('state'))('takes a state that was saved by a plugin of $name', async (from) => {
    const { format, version, build, ...state } = await saved(from);
    const served = await serveSubject(loader, {}, { ...state, format, version, build });
    expect(await kept(served)).toEqual({ state: KEPT, from: { format, version, build } });
  });

  test('rejects with what the plugin says, and does not call shutdown() of it', async () => {
    const state = await saved(loader);
    const { instance, marks } = await loadSubject(loader, { config: { fail: 'restore' } });
    await instance.register();
    await expect(instance.restoreState?.(state)).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining('restore fails on purpose'),
      details: { status: 'DENIED' },
    });
    expect(await instance.shutdown(0, 'undo')).toBeNull();
    expect(marks()).toEqual(['register', 'restore', 'destroy']);
  });

  test('is refused before register(), the second time, and after init()', async () => {
    const state = await saved(loader);
    const refused = { code: 'RESTORE_FAILED', details: { status: 'STATE' } };
    const { instance, marks } = await loadSubject(loader);
    await expect(instance.restoreState?.(state)).rejects.toMatchObject(refused);
    await instance.register();
    await instance.restoreState?.(state);
    await expect(instance.restoreState?.(state)).rejects.toMatchObject(refused);
    await instance.init();
    await expect(instance.restoreState?.(state)).rejects.toMatchObject(refused);
    expect(marks()).toEqual(['register', 'restore', 'init']);
  });
});

const late = having('limits of lifecycle functions').filter((loader) =>
  having('state').includes(loader),
);

describe.each(late)('a state function that is late: $name', (loader) => {
  test('ends the request for a state, and the plugin goes on and is asked again', async () => {
    const { call, instance, openGate, marked } = await serveSubject(loader, {
      config: { hang: 'save' },
      // So long that the function has begun, on a busy machine too.
      limits: { saveMs: 500 },
    });
    await call('keep', KEPT);
    await expect(instance.saveState?.()).rejects.toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
    await expect(instance.saveState?.()).rejects.toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
    openGate();
    await marked('save returns');
    expect((await kept({ call })).state).toEqual(KEPT);
  });

  test('abandons the new instance', async () => {
    const state = await saved(loader);
    const setup = { config: { hang: 'restore' }, limits: { restoreMs: 20 } } as const;
    const { instance, openGate, marked, marks } = await loadSubject(loader, setup);
    await instance.register();
    await expect(instance.restoreState?.(state)).rejects.toMatchObject({
      code: 'LIFECYCLE_TIMEOUT',
    });
    await expect(instance.init()).rejects.toMatchObject({ code: 'INIT_FAILED' });
    expect(await instance.shutdown(0, 'undo')).toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
    openGate();
    await marked('restore returns');
    expect(marks()).not.toContain('init');
  });
});

describe.each(having('pause'))('pause(): $name', (loader) => {
  test('does not affect calls', async () => {
    const { call, instance } = await serveSubject(loader);
    await instance.pause?.(30_000);
    expect(await call('echo', { a: 1 })).toEqual({ ok: true, json: '{"a":1}' });
    instance.resume?.();
    expect(await call('echo', { a: 2 })).toEqual({ ok: true, json: '{"a":2}' });
  });

  /** A handler that runs on though its caller has left. */
  async function leftHandler() {
    const served = await serveSubject(loader);
    const caller = new AbortController();
    const answer = served.call('wait', { deaf: true }, { signal: caller.signal });
    await served.report('running');
    caller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    return served;
  }

  test('waits for a handler whose caller has left', async () => {
    const { instance, report, openGate } = await leftHandler();
    const steps: string[] = [];
    const paused = instance.pause?.(30_000).then(() => steps.push('paused'));
    const returned = report('returns').then(() => steps.push('returned'));
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    openGate();
    await Promise.all([paused, returned]);
    expect(steps).toEqual(['returned', 'paused']);
  });

  test('rejects when such a handler has not returned in time, and the plugin goes on', async () => {
    const { call, instance, openGate } = await leftHandler();
    await expect(instance.pause?.(20)).rejects.toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
    openGate();
    expect(await call('echo', { a: 1 })).toEqual({ ok: true, json: '{"a":1}' });
    await instance.pause?.(30_000);
  });

  test('is refused before init() and after shutdown(); resume() does nothing there', async () => {
    const { instance } = await loadSubject(loader);
    const refused = { code: 'PLUGIN_NOT_ACTIVE' };
    await expect(instance.pause?.(1000)).rejects.toMatchObject(refused);
    await instance.register();
    await instance.init();
    await instance.pause?.(30_000);
    expect(await instance.shutdown(0, 'reload')).toBeNull();
    await expect(instance.pause?.(1000)).rejects.toMatchObject(refused);
    expect(() => instance.resume?.()).not.toThrow();
  });
});

const eventful = having('events').filter((loader) => having('pause').includes(loader));

describe.each(eventful)('the events of a plugin that is paused: $name', (loader) => {
  async function subscribed() {
    const served = await serveSubject(loader, { config: { patterns: ['tide.*'] } });
    const { instance } = served;
    const token = instance.subscriptions?.[0]?.token ?? 0;
    const deliver = (data: unknown) =>
      instance.deliver?.([token], 'tide.up', 'sea', JSON.stringify(data), '');
    return { ...served, deliver };
  }

  test('come before the pause if they were delivered before it', async () => {
    const { instance, deliver, reported } = await subscribed();
    for (let n = 0; n < 50; n++) deliver(n);
    await instance.pause?.(30_000);
    const received = reported.filter(
      ([what, topic]) => what === 'publication' && topic === 'received',
    );
    expect(received).toHaveLength(50);
  });

  test('wait for resume(), and then come in their order', async () => {
    const { instance, deliver, reported, report, call } = await subscribed();
    await instance.pause?.(30_000);
    for (let n = 0; n < 50; n++) deliver(n);
    await new Promise(setImmediate);
    for (let i = 0; i < 5; i++) await call('echo');
    expect(reported).toEqual([]);
    instance.resume?.();
    for (let n = 0; n < 50; n++) expect(await report('received')).toMatchObject({ data: n });
  });

  test('go on when a function has not returned in time', async () => {
    const { instance, deliver, report, openGate } = await subscribed();
    deliver('wait');
    await report('waiting');
    deliver(1);
    await expect(instance.pause?.(20)).rejects.toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
    openGate();
    expect(await report('received')).toMatchObject({ data: 'wait' });
    expect(await report('received')).toMatchObject({ data: 1 });
  });
});

describe.each(having('again'))('another instance of what is loaded: $name', (loader) => {
  test('serves with the state of the first, which has ended', async () => {
    const { again, instance, call } = await serveSubject(loader);
    await call('keep', KEPT);
    const state = await instance.saveState?.();
    await instance.shutdown(0, 'reload');
    const other = await again();
    const registrations = await other.register();
    if (state) await other.restoreState?.(state);
    await other.init();
    const token = registrations.find(({ name }) => name === 'kept')?.token ?? 0;
    const answer = await other.invoke(token, 'invoke', '{}', { timeoutMs: 30_000 });
    await other.shutdown(0, 'close');
    expect(JSON.parse((answer as { json: string }).json).state).toEqual(state ? KEPT : null);
  });
});

describe.each(having('single'))('another instance of a plugin that allows one: $name', (loader) => {
  test('is refused until the first has ended', async () => {
    const { again, instance } = await serveSubject(loader, { single: true });
    await expect(again()).rejects.toMatchObject({ code: 'INSTANCE_LIMIT' });
    await instance.shutdown(0, 'reload');
    const other = await again();
    expect((await other.register()).length).toBeGreaterThan(0);
    expect(await other.shutdown(0, 'close')).toBeNull();
  });
});
