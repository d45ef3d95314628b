import { freemem } from 'node:os';
import { describe, expect, test } from 'vitest';
import { loadAddon } from '../../../../src/abi/addon.js';
import {
  type CallContext,
  type RequestHandler,
  type RequestHandlers,
  withinCall,
} from '../../../../src/instance/index.js';
import { load, ok, serve, tokenOf } from '../load-native.js';

describe('loading', () => {
  test('runs nothing of the plugin, and says what was opened', async () => {
    const { instance, library } = await load('lifecycle.c');
    expect(instance.timings).toEqual({});
    expect(library).toMatchObject({ format: 'elf', abi: '1.0' });
    expect(library?.opened).toContain(`${library?.sha256}/0/plugin.so`);
  });
});

describe('registering', () => {
  test('gives what the plugin added, in its order, with tokens of their own', async () => {
    const { registrations } = await serve('requests.c');
    expect(registrations).toMatchObject([
      { kind: 'tool', name: 'request', flags: 0 },
      { kind: 'tool', name: 'request-wait', flags: 0 },
      { kind: 'tool', name: 'request-inline', flags: 2 },
      { kind: 'tool', name: 'request-parallel', flags: 1 },
    ]);
    expect(JSON.parse(registrations[0]?.spec ?? '')).toEqual({
      description: 'For tests',
      parameters: { type: 'object' },
    });
    expect(new Set(registrations.map(({ token }) => token)).size).toBe(4);
    expect(registrations.every(({ token }) => Number.isSafeInteger(token))).toBe(true);
  });

  test('of a kind that the host does not serve is a warning', async () => {
    const { instance } = await load('lifecycle.c', {
      config: { add: [{ kind: 'hook', name: 'x' }] },
    });
    expect(await instance.register()).toHaveLength(2);
    expect(instance.warnings).toMatchObject([{ code: 'UNSUPPORTED', details: { kind: 'hook' } }]);
  });
});

describe('a call', () => {
  test('of an inline handler is answered without a promise', async () => {
    const { call } = await serve('calls.c');
    expect(call('echo-inline', { a: [1] })).toEqual(ok({ a: [1] }));
    expect(call('fail-inline', { code: -5, message: 'no' })).toEqual({
      ok: false,
      code: 'NOT_FOUND',
      message: 'no',
    });
  });

  test('of any other is answered by a promise, and counted until then', async () => {
    const { call, instance } = await serve('calls.c');
    const answer = call('echo', { a: 1 });
    expect(answer).toBeInstanceOf(Promise);
    expect(instance.inFlight).toBe(1);
    expect(await answer).toEqual(ok({ a: 1 }));
    expect(instance.inFlight).toBe(0);
  });

  test('carries its method and its context', async () => {
    const { call, instance, registrations } = await serve('calls.c');
    const traceId = '0'.repeat(32);
    expect(await call('meta', {}, { context: { user: 'ada', traceId } })).toEqual(
      ok({ user: 'ada', traceId }),
    );
    const token = tokenOf(registrations, 'called');
    const answer = await instance.invoke(token, 'models', '{}', { timeoutMs: 1000 });
    expect(answer).toMatchObject({ json: expect.stringContaining('"method":"models"') });
  });

  test('of a token that was never given out is refused', async () => {
    const { instance } = await serve('calls.c');
    const call = () => instance.invoke(2 ** 52, 'invoke', '{}', { timeoutMs: 1000 });
    expect(call).toThrowError(/no such registration/);
  });

  test('before init and after shutdown is refused', async () => {
    const { instance } = await load('calls.c');
    const token = tokenOf(await instance.register(), 'echo');
    const call = () => instance.invoke(token, 'invoke', '{}', { timeoutMs: 1000 });
    const refused = expect.objectContaining({ code: 'PLUGIN_NOT_ACTIVE' });
    expect(call).toThrowError(refused);
    await instance.init();
    expect(await call()).toMatchObject({ ok: true });
    await instance.shutdown(0, 'unload');
    expect(call).toThrowError(refused);
  });

  test('of several thousand at once is answered, each with its own', async () => {
    const { call } = await serve('calls.c', { limits: { queue: 10_000 } });
    const answers = await Promise.all(Array.from({ length: 5000 }, (_, n) => call('echo', { n })));
    expect(answers).toEqual(Array.from({ length: 5000 }, (_, n) => ok({ n })));
  });
});

describe('chunks', () => {
  test('come parsed and in order before the answer', async () => {
    const { call } = await serve('streams.c');
    const seen: unknown[] = [];
    const answer = await call('count', { count: 200 }, { onChunk: (chunk) => seen.push(chunk) });
    expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(answer).toEqual(ok({ accepted: 200, again: 0 }));
  });

  test('of an inline handler come in a later turn, and then its answer', async () => {
    const { call } = await serve('streams.c');
    const seen: unknown[] = [];
    const args = { count: 3, wait_ms: 0 };
    const answer = call('count-inline', args, { onChunk: (chunk) => seen.push(chunk) });
    expect(seen).toEqual([]);
    expect(await answer).toEqual(ok({ accepted: 3, again: 0 }));
    expect(seen).toEqual([0, 1, 2]);
  });

  test('may not be waited for on the event loop', async () => {
    const { call } = await serve('streams.c');
    const answer = call('count-inline', { count: 1 }, { onChunk: () => {} });
    expect(await answer).toMatchObject({ ok: false, code: 'THREAD' });
  });
});

describe('requests', () => {
  test('go to the handlers that the loader was given', async () => {
    const requests: RequestHandlers = new Map([['double', (n: unknown) => (n as number) * 2]]);
    const { call } = await serve('requests.c', { requests });
    for (const tool of ['request', 'request-wait']) {
      const answer = (await call(tool, { method: 'double', params: 21 })) as { json: string };
      expect(JSON.parse(answer.json)).toMatchObject({ status: 0, json: 42 });
    }
  });

  test('carry the plugin that sends them and the context of the call they are sent for', async () => {
    const seen: unknown[] = [];
    const requests: RequestHandlers = new Map([
      ['who', (_: unknown, { plugin, context }) => void seen.push({ plugin, context })],
    ]);
    const { call } = await serve('requests.c', { requests });
    await call('request', { method: 'who', parent: true }, { context: { user: 'ada' } });
    expect(seen).toEqual([{ plugin: 'probe', context: { user: 'ada' } }]);
  });

  test('of all parallel workers may wait for calls of their own plugin', async () => {
    const requests: RequestHandlers = new Map<string, RequestHandler>([
      ['greeting', () => 'hello'],
      ['inner', (_, { context }) => inner(withinCall(context, 'inner'))],
    ]);
    const { call } = await serve('requests.c', { requests });
    const inner = async (context: CallContext) => {
      const answer = await call('request-parallel', { method: 'greeting' }, { context });
      return JSON.parse((answer as { json: string }).json).json;
    };
    const outer = { method: 'inner', parent: true };
    const calls = Array.from({ length: 12 }, () => call('request-parallel', outer));
    for (const answer of await Promise.all(calls)) {
      expect(JSON.parse((answer as { json: string }).json)).toMatchObject({ json: 'hello' });
    }
  });
});

describe('counters', () => {
  test('say what became of the calls', async () => {
    const { call, instance } = await serve('calls.c', { limits: { queue: 1 } });
    expect(instance.counters?.()).toEqual({
      waiting: 0,
      calls: 0,
      refused: 0,
      deadlines: 0,
      waitedNs: 0,
      ranNs: 0,
    });
    await call('echo');
    await call('echo-inline');
    await expect(call('never', {}, { timeoutMs: 1 })).rejects.toThrow();
    const counts = instance.counters?.();
    expect(counts).toMatchObject({ waiting: 0, refused: 0, deadlines: 1 });
    expect(counts?.calls).toBeGreaterThanOrEqual(2);
    expect(counts?.waitedNs).toBeGreaterThan(0);
    expect(counts?.ranNs).toBeGreaterThan(0);
  });
});

// Three times 600 MiB at once: in the plugin, in the host, and half of a string that is too long.
describe.skipIf(freemem() < 4 * 2 ** 30)('an answer longer than a string', () => {
  test.each(['fill', 'fill-inline'])('ends the call of %s with PAYLOAD_TOO_LARGE', async (tool) => {
    const bytes = 600 * 2 ** 20;
    const { call } = await serve('calls.c', { limits: { payloadBytes: 2 * bytes } });
    const answer = Promise.resolve().then(() => call(tool, { bytes }));
    await expect(answer).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringContaining('more than a string of JavaScript can hold'),
    });
  });
});

test('a plugin reports log lines and publications through the events', async () => {
  const { call, reported } = await serve('talk.c');
  const traceId = '1'.repeat(32);
  const context = { user: 'ada', traceId };
  await call('log', { level: 40, text: 'careful', fields: { depth: 2 } }, { context });
  await call('publish', { topic: 'tide', data: { up: true } });
  expect(reported).toEqual([
    ['log', 40, 'careful', '{"depth":2}', context, expect.any(Number)],
    ['publication', 'tide', '{"up":true}', undefined],
  ]);
});

describe('shutdown', () => {
  test('is legal before anything else, and leaves nothing', async () => {
    const before = loadAddon().liveCounts();
    const { instance } = await load('lifecycle.c');
    expect(loadAddon().liveCounts().instances).toBe(before.instances + 1);
    expect(await instance.shutdown(0, 'unload')).toBeNull();
    expect(loadAddon().liveCounts().instances).toBe(before.instances);
  });

  test('may be called again, which changes nothing', async () => {
    const { instance } = await serve('lifecycle.c');
    expect(
      await Promise.all([instance.shutdown(0, 'unload'), instance.shutdown(0, 'unload')]),
    ).toEqual([null, null]);
    expect(await instance.shutdown(0, 'unload')).toBeNull();
  });

  test('lets calls in flight end within the drain limit', async () => {
    const { call, instance } = await serve('calls.c');
    const answers = [1, 2, 3].map((n) => call('echo', { n }));
    expect(await instance.shutdown(30_000, 'unload')).toBeNull();
    expect(await Promise.all(answers)).toEqual([1, 2, 3].map((n) => ok({ n })));
  });

  test('ends those that are left', async () => {
    const { call, instance } = await serve('calls.c');
    const answer = expect(call('never')).rejects.toMatchObject({ code: 'CALL_GONE' });
    expect(await instance.shutdown(0, 'unload')).toBeNull();
    await answer;
  });
});
