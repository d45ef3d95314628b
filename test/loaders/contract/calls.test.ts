import { describe, expect, test } from 'vitest';
import { Status } from '../../../src/abi/index.js';
import { having, LOADERS } from './loaders.js';
import { loadSubject, serveSubject } from './subject-setup.js';

const ok = (value: unknown) => ({ ok: true, json: JSON.stringify(value) });

describe.each(LOADERS)('a call: $name', (loader) => {
  test.each(['echo', 'echo-inline'])('returns what %s replies', async (tool) => {
    const { call } = await serveSubject(loader);
    const params = { text: 'ä"\n', list: [1, null, { deep: true }] };
    expect(await call(tool, params)).toEqual(ok(params));
  });

  test.each(['fail', 'fail-inline'])('returns the error of %s', async (tool) => {
    const { call } = await serveSubject(loader);
    const params = { code: Status.NOT_FOUND, message: 'no such thing', details: { id: 7 } };
    expect(await call(tool, params)).toMatchObject({
      ok: false,
      code: 'NOT_FOUND',
      message: 'no such thing',
      details: { id: 7 },
    });
  });

  test('is answered without a promise by a handler that runs at once', async () => {
    const { instance, token } = await serveSubject(loader);
    const answer = instance.invoke(token('echo-inline'), 'invoke', '{}', { timeoutMs: 1000 });
    expect(answer).toEqual(ok({}));
  });

  test('is in flight until it is answered', async () => {
    const { call, instance } = await serveSubject(loader);
    const answer = call('echo');
    expect(instance.inFlight).toBe(1);
    await answer;
    expect(instance.inFlight).toBe(0);
  });

  test('carries its context', async () => {
    const { call } = await serveSubject(loader);
    const context = { user: 'ada', session: 's', traceId: '0123456789abcdef'.repeat(2) };
    const answer = await call('context', {}, { context });
    expect(JSON.parse((answer as { json: string }).json)).toEqual(context);
  });

  test('of hundreds at once gets its own answer', async () => {
    const { call } = await serveSubject(loader);
    const numbers = Array.from({ length: 500 }, (_, n) => n);
    const answers = await Promise.all(numbers.map((n) => call('echo', { n })));
    expect(answers).toEqual(numbers.map((n) => ok({ n })));
  });

  test('of a token that was not given is refused', async () => {
    const { instance } = await serveSubject(loader);
    const call = async () => instance.invoke(2 ** 50, 'invoke', '{}', { timeoutMs: 1000 });
    await expect(call()).rejects.toMatchObject({ code: 'CALL_GONE' });
  });

  test('before init() is refused', async () => {
    const { instance } = await loadSubject(loader);
    const [first] = await instance.register();
    const call = async () =>
      instance.invoke(first?.token ?? 0, 'invoke', '{}', { timeoutMs: 1000 });
    await expect(call()).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
  });
});

describe.each(LOADERS)('a call that ends early: $name', (loader) => {
  test('rejects at once when its caller aborts it, and the plugin is notified', async () => {
    const { call, report, instance } = await serveSubject(loader);
    const caller = new AbortController();
    const answer = call('wait', {}, { signal: caller.signal });
    await report('running');
    caller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await report('stopped')).toEqual({ name: 'wait', status: Status.CANCELLED });
    expect(instance.inFlight).toBe(0);
  });

  test('does not begin when it was aborted before', async () => {
    const { call } = await serveSubject(loader);
    const answer = call('wait', {}, { signal: AbortSignal.abort() });
    await expect(answer).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  test('rejects at its deadline, and the plugin is notified', async () => {
    const { call, report, instance } = await serveSubject(loader);
    const answer = call('wait', {}, { timeoutMs: 20 });
    await expect(answer).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    expect(await report('stopped')).toEqual({ name: 'wait', status: Status.DEADLINE });
    expect(instance.inFlight).toBe(0);
  });

  test('ignores the answer of a handler that does not stop', async () => {
    const { call, report, openGate } = await serveSubject(loader);
    const caller = new AbortController();
    const answer = call('wait', { deaf: true }, { signal: caller.signal });
    await report('running');
    caller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    openGate();
    await report('returns');
    expect(await call('echo', { a: 1 })).toEqual(ok({ a: 1 }));
  });
});

describe.each(LOADERS)('the limits of calls: $name', (loader) => {
  test('refuse a call beyond `queue`, and admit one when another has ended', async () => {
    const { call, report, openGate } = await serveSubject(loader, { limits: { queue: 2 } });
    const calls = [call('wait')];
    await report('running');
    // A loader that starts a call as soon as it can doesn't count that one among those that wait.
    for (let i = 0; i < 3; i++) calls.push(call('wait'));
    const refused = { status: 'rejected', reason: { code: 'QUEUE_FULL' } };
    const last = await Promise.allSettled(calls.slice(3));
    expect(last).toMatchObject([refused]);
    openGate();
    const ended = await Promise.allSettled(calls);
    const through = ended.filter(({ status }) => status === 'fulfilled');
    expect(through.length).toBeGreaterThanOrEqual(2);
    expect(through.every((each) => 'value' in each && each.value.ok)).toBe(true);
    expect(await call('wait')).toEqual(ok('through'));
  });

  test('refuse parameters beyond `payloadBytes`', async () => {
    const { call } = await serveSubject(loader, { limits: { payloadBytes: 100 } });
    const answer = call('echo', { text: 'x'.repeat(100) });
    await expect(answer).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(await call('echo')).toEqual(ok({}));
  });

  test('make of a reply beyond `payloadBytes` an error of the plugin', async () => {
    const { call } = await serveSubject(loader, { limits: { payloadBytes: 100 } });
    expect(await call('fill', { bytes: 100 })).toMatchObject({ ok: true });
    expect(await call('fill', { bytes: 101 })).toMatchObject({
      ok: false,
      code: 'PAYLOAD_TOO_LARGE',
    });
  });
});

describe.each(having('bind'))('bind(): $name', (loader) => {
  test('gives a function that calls one registration', async () => {
    const { instance, token } = await serveSubject(loader);
    const call = instance.bind?.(token('echo'));
    const answer = await call?.('{"a":1}', { timeoutMs: 30_000 }, (given) => ({ given }));
    expect(answer).toEqual({ given: ok({ a: 1 }) });
  });
});

describe.each(having('counters'))('counters(): $name', (loader) => {
  test('count the calls, and those that ended at their deadline', async () => {
    const { call, instance } = await serveSubject(loader);
    expect(instance.counters?.()).toMatchObject({ waiting: 0, calls: 0, refused: 0, deadlines: 0 });
    await call('echo');
    await expect(call('wait', {}, { timeoutMs: 5 })).rejects.toThrow();
    const counts = instance.counters?.();
    expect(counts).toMatchObject({ waiting: 0, refused: 0, deadlines: 1 });
    expect(counts?.calls).toBeGreaterThanOrEqual(1);
  });
});
