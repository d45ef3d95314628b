import { describe, expect, test } from 'vitest';
import type { SavedState } from '../../../../src/instance/index.js';
import { makeGate } from '../../../host/open-host.js';
import { load, ok, type Setup, serve, tokenOf } from '../load-native.js';

const LIMIT = 64 * 1024 * 1024;
const encoder = new TextEncoder();

/** A state that the plugin reads: a count, or bytes of which byte i is i % 251. */
function stateOf(bytes: Uint8Array, over: Partial<SavedState> = {}): SavedState {
  return { bytes, format: 9, version: '0.9.0', build: 'nightly', ...over };
}
const counted = (count: number) => new Uint8Array(Float64Array.of(count).buffer);
const patterned = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);

/** An instance that goes on with the state, and what it says of it. */
async function goOnWith(state: SavedState, setup: Setup = {}) {
  const { instance } = await load('state.c', setup);
  const registrations = await instance.register();
  await instance.restoreState?.(state);
  await instance.init();
  const token = tokenOf(registrations, 'restored');
  const answer = await instance.invoke(token, 'invoke', '{}', { timeoutMs: 30_000 });
  if (!answer.ok) throw new Error(answer.message);
  return { instance, restored: JSON.parse(answer.json) };
}

describe('saveState() of a native plugin', () => {
  test('gives what save_state() writes, with format, version and build', async () => {
    const { instance, call } = await serve('state.c');
    await call('add', { n: 41 });
    expect(await instance.saveState?.()).toEqual({
      bytes: counted(41),
      format: 4,
      version: '1.0.0',
      build: 'probe',
    });
    expect(instance.timings.save).toBeGreaterThan(0);
  });

  test('leaves the plugin serving, and can be called again', async () => {
    const { instance, call } = await serve('state.c');
    await call('add');
    const first = await instance.saveState?.();
    expect(await call('add')).toEqual(ok(2));
    expect((await instance.saveState?.())?.bytes).toEqual(counted(2));
    expect(first?.bytes).toEqual(counted(1));
  });

  test('gives null for a plugin without the function', async () => {
    const { instance } = await serve('calls.c');
    expect(await instance.saveState?.()).toBeNull();
  });

  test.each([
    ['fail', 'DENIED', 'save_state fails on purpose'],
    ['bare', 'BUSY', 'save_state() returned AISOPOD_E_BUSY'],
  ])(
    'rejects with SAVE_FAILED when the plugin answers an error (%s)',
    async (save, status, text) => {
      const { instance, call } = await serve('state.c', { config: { save } });
      await expect(instance.saveState?.()).rejects.toMatchObject({
        code: 'SAVE_FAILED',
        message: `plugin probe: ${text}`,
        details: { status },
      });
      expect(await call('add')).toEqual(ok(1));
    },
  );

  test.each(['', 'ignore'])('refuses a state beyond state_bytes (%s)', async (save) => {
    const config = { save, bytes: 101 };
    const { instance } = await serve('state.c', { config, limits: { stateBytes: 100 } });
    await expect(instance.saveState?.()).rejects.toMatchObject({
      code: 'STATE_TOO_LARGE',
      message:
        'plugin probe: save_state() wrote more than 100 bytes; set state_bytes under ' +
        '[plugins.settings.probe.limits] if the plugin needs more',
      details: { limit: 100 },
    });
  });

  test('rejects with LIFECYCLE_TIMEOUT when it is late, and the plugin goes on', async () => {
    const gate = makeGate();
    const config = { save: 'wait', gate: gate.path };
    const { instance, call } = await serve('state.c', { config, limits: { saveMs: 20 } });
    const late = {
      code: 'LIFECYCLE_TIMEOUT',
      message:
        'plugin probe: save_state() has not returned after 20 ms; the host goes on without its state',
    };
    await expect(instance.saveState?.()).rejects.toMatchObject(late);
    expect(await call('add')).toEqual(ok(1));
    await expect(instance.saveState?.()).rejects.toMatchObject(late);
    gate.open();
    expect(await instance.shutdown(0, 'reload')).toBeNull();
  });

  test('can be asked again once the late one has returned', async () => {
    const gate = makeGate();
    const config = { save: 'wait', gate: gate.path };
    const { instance, call } = await serve('state.c', { config, limits: { saveMs: 1_000 } });
    await call('add', { n: 5 });
    await expect(instance.saveState?.()).rejects.toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
    gate.open();
    await instance.configure?.('{}'); // comes after it on the control thread
    expect((await instance.saveState?.())?.bytes).toEqual(counted(5));
  });

  test('refuses a second one while the first runs', async () => {
    const gate = makeGate();
    const { instance, next } = await serve('state.c', {
      config: { save: 'wait', gate: gate.path },
    });
    const first = instance.saveState?.();
    await next((each) => each[0] === 'publication');
    await expect(instance.saveState?.()).rejects.toMatchObject({
      code: 'SAVE_FAILED',
      details: { status: 'STATE' },
    });
    gate.open();
    expect((await first)?.bytes).toEqual(counted(0));
  });

  test('refuses it before init() and after shutdown()', async () => {
    const { instance } = await load('state.c');
    const refused = { code: 'SAVE_FAILED', details: { status: 'STATE' } };
    await expect(instance.saveState?.()).rejects.toMatchObject(refused);
    await instance.shutdown(0, 'close');
    await expect(instance.saveState?.()).rejects.toMatchObject(refused);
  });
});

describe('restoreState() of a native plugin', () => {
  test('gives restore_state() the bytes with format, version and build', async () => {
    const { restored, instance } = await goOnWith(stateOf(counted(7)));
    expect(restored).toEqual({
      count: 7,
      read: 8,
      format: 9,
      version: '0.9.0',
      build: 'nightly',
    });
    expect(instance.timings.restore).toBeGreaterThan(0);
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['a part of a larger buffer', patterned(300).subarray(251, 260)],
    ['a Buffer', Buffer.from(patterned(1000))],
  ])('takes %s', async (_, bytes) => {
    const { restored } = await goOnWith(stateOf(bytes, { build: '' }));
    expect(restored).toMatchObject({ read: bytes.length, build: '' });
  });

  test('takes 64 MiB as saveState() gave them, again and again', async () => {
    const { instance } = await serve('state.c', { config: { bytes: LIMIT } });
    const state = (await instance.saveState?.()) as SavedState;
    expect(state.bytes.length).toBe(LIMIT);
    for (let i = 0; i < 2; i++) {
      const { restored } = await goOnWith(state);
      expect(restored).toMatchObject({ read: LIMIT, version: '1.0.0', build: 'probe', format: 4 });
    }
  });

  test.each([
    ['shares the memory of what saveState() gave', (state: SavedState) => state, 2],
    ['copies other bytes', (state: SavedState) => stateOf(state.bytes.slice()), 1],
  ])('%s', async (_, made, count) => {
    const saved = await (await serve('state.c')).instance.saveState?.();
    const state = made(saved as SavedState);
    const content = new Float64Array(state.bytes.buffer);
    const gate = makeGate();
    const { instance, next } = await load('state.c', {
      config: { restore: 'wait', gate: gate.path },
    });
    const registrations = await instance.register();
    content[0] = 1;
    const restoring = instance.restoreState?.(state);
    await next((each) => each[0] === 'log');
    content[0] = 2; // only to see whose memory it is
    gate.open();
    await restoring;
    await instance.init();
    const token = tokenOf(registrations, 'add');
    const answer = instance.invoke(token, 'invoke', '{"n":0}', { timeoutMs: 30_000 });
    expect(await answer).toEqual(ok(count));
  });

  test('does nothing for a plugin without the function', async () => {
    const { instance } = await load('calls.c');
    await instance.register();
    await instance.restoreState?.(stateOf(encoder.encode('any')));
    await instance.init();
    expect(instance.timings.init).toBeGreaterThanOrEqual(0);
  });

  test.each([
    ['fail', 'DENIED', 'restore_state fails on purpose'],
    ['bare', 'BUSY', 'restore_state() returned AISOPOD_E_BUSY'],
  ])(
    'rejects with RESTORE_FAILED when the plugin answers an error (%s)',
    async (restore, status, text) => {
      const { instance } = await load('state.c', { config: { restore } });
      await instance.register();
      await expect(instance.restoreState?.(stateOf(counted(1)))).rejects.toMatchObject({
        code: 'RESTORE_FAILED',
        message: `plugin probe: ${text}`,
        details: { status },
      });
      await expect(instance.init()).rejects.toMatchObject({ code: 'INIT_FAILED' });
      expect(await instance.shutdown(0, 'undo')).toBeNull();
    },
  );

  test('rejects with LIFECYCLE_TIMEOUT when it is late, and abandons the instance', async () => {
    const gate = makeGate();
    const config = { restore: 'wait', gate: gate.path };
    const { instance } = await load('state.c', { config, limits: { restoreMs: 20 } });
    await instance.register();
    const late = await instance.restoreState?.(stateOf(counted(1))).catch((error) => error);
    expect(late).toMatchObject({
      code: 'LIFECYCLE_TIMEOUT',
      message:
        'plugin probe: restore_state() has not returned after 20 ms; the host abandons it and does ' +
        'not call it again',
    });
    expect(await instance.shutdown(0, 'undo')).toBe(late);
  });

  test('refuses it after init()', async () => {
    const { instance } = await serve('state.c');
    await expect(instance.restoreState?.(stateOf(counted(1)))).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      details: { status: 'STATE' },
    });
  });
});
