import { describe, expect, test, vi } from 'vitest';
import {
  AisopodError,
  type PluginApi,
  type PluginCall,
  type PluginHandler,
  type ToolCallOptions,
} from '../../src/index.js';
import { deferred, openHost } from './open-host.js';

const SPEC = { description: 'For tests' };
const soon = { timeout: 20_000, interval: 5 };

/** A host with one tool, which `handler` answers. */
async function serve(handler: PluginHandler<Record<string, unknown>>, options = {}) {
  const host = await openHost(options);
  const register = (api: PluginApi) => api.registerTool('it', SPEC, handler);
  await host.register({ id: 'mine', version: '1.0.0', register });
  return {
    host,
    call: (args: unknown = {}, how?: ToolCallOptions) => host.tools.call('mine:it', args, how),
  };
}

describe('what a handler returns', () => {
  test.each([
    ['a text', 'hello', 'hello', 'hello'],
    ['a number', 7, 7, '7'],
    ['nothing', undefined, null, 'null'],
    ['an object', { a: [1] }, { a: [1] }, '{"a":[1]}'],
    ['a promise', Promise.resolve('later'), 'later', 'later'],
    // biome-ignore lint/suspicious/noThenProperty: what await takes is more than promises
    ['a thenable', { then: (f: (x: string) => void) => f('then') }, 'then', 'then'],
    ['a list', ['a', 'b'], ['a', 'b'], '["a","b"]'],
  ])('is the reply: %s', async (_, value, data, output) => {
    const { call } = await serve(() => value);
    const metadata = { plugin: 'mine', version: '1.0.0', tool: 'it' };
    expect(await call()).toEqual({ success: true, data, output, metadata });
  });

  const circle: Record<string, unknown> = {};
  circle.self = circle;

  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a bigint', 1n],
    ['NaN', { rates: [Number.NaN] }],
    ['half of a surrogate pair', 'x\ud83d'],
    ['a nesting of 513 levels', JSON.parse('['.repeat(513) + ']'.repeat(513))],
    ['a circle', circle],
    ['a toJSON that throws', { toJSON: () => JSON.parse('{') }],
    ['a promise of a bigint', Promise.resolve([1n])],
  ])('is refused when it is no JSON: %s', async (_, value) => {
    const { call } = await serve(() => value);
    expect(await call()).toMatchObject({ success: false, error: { code: 'REPLY_REFUSED' } });
  });

  test('is refused when it is too large, in bytes', async () => {
    const { call } = await serve(({ n }) => 'ä'.repeat(n as number), {
      limits: { payloadBytes: 100 },
    });
    expect(await call({ n: 49 })).toMatchObject({ success: true });
    expect(await call({ n: 50 })).toMatchObject({
      success: false,
      error: { code: 'PAYLOAD_TOO_LARGE', message: expect.stringContaining('102 bytes') },
    });
  });

  test('is a copy: what is done to it later reaches nobody', async () => {
    const kept = { list: [1] };
    const { call } = await serve(() => kept);
    const { data } = await call();
    (data as typeof kept).list.push(2);
    expect(kept.list).toEqual([1]);
  });
});

describe('what a handler throws', () => {
  test.each([
    ['an Error', new Error('broke'), { code: 'FAIL', message: 'broke' }],
    ['a text', 'broke', { code: 'FAIL', message: 'broke' }],
    ['nothing', undefined, { code: 'FAIL', message: 'undefined' }],
    [
      'an AisopodError with a status',
      new AisopodError('NOT_FOUND', 'no such city', { details: { city: 'X' } }),
      { code: 'NOT_FOUND', message: 'no such city', details: { city: 'X' } },
    ],
    [
      'an AisopodError with a code of the host',
      new AisopodError('CALL_DEADLINE', 'a call of its own'),
      { code: 'FAIL', message: 'a call of its own' },
    ],
    [
      'details that are no JSON',
      new AisopodError('INVALID', 'x', { details: 1n }),
      { code: 'INVALID', message: 'x' },
    ],
  ])('at once or later, is its answer: %s', async (_, thrown, error) => {
    const { call } = await serve(({ later }) => {
      if (later === true) return Promise.reject(thrown);
      throw thrown;
    });
    for (const later of [false, true]) {
      expect(await call({ later })).toMatchObject({ success: false, error });
    }
  });
});

describe('what a handler is given', () => {
  test('are the arguments, as a copy', async () => {
    const { call } = await serve((args) => {
      (args.list as number[]).push(3);
      return args;
    });
    const list = [1, 2];
    expect(await call({ list })).toMatchObject({ data: { list: [1, 2, 3] } });
    expect(list).toEqual([1, 2]);
  });

  test('is what it is called, for whom, and until when', async () => {
    const { call } = await serve((_, { name, method, context, remainingMs, signal }) => ({
      name,
      method,
      context,
      inTime: remainingMs > 0 && remainingMs <= 60_000,
      aborted: signal.aborted,
    }));
    const context = { user: 'ada', traceId: 'f'.repeat(32) };
    expect((await call({}, { context, timeoutMs: 60_000 })).data).toEqual({
      name: 'it',
      method: 'invoke',
      context,
      inTime: true,
      aborted: false,
    });
  });

  test('has a trace id also when the caller brought none', async () => {
    const { call } = await serve((_, { context }) => context);
    const [one, two] = [await call(), await call()].map(
      ({ data }) => (data as { traceId: string }).traceId,
    );
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(two).not.toBe(one);
  });
});

describe('chunks', () => {
  test('are what an asynchronous generator yields; what it returns is the reply', async () => {
    const { host } = await serve(async function* () {
      yield 1;
      yield { two: 2 };
      return 'end';
    });
    const stream = host.tools.stream('it');
    const chunks: unknown[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks).toEqual([1, { two: 2 }]);
    expect(await stream.result).toMatchObject({ data: 'end' });
  });

  test('are what a generator yields, too', async () => {
    const { call } = await serve(function* () {
      yield 1;
      return 2;
    });
    const chunks: unknown[] = [];
    expect(await call({}, { onChunk: (chunk) => chunks.push(chunk) })).toMatchObject({ data: 2 });
    expect(chunks).toEqual([1]);
  });

  test('are not made by who yields when nobody listens, and the reply still comes', async () => {
    const { call } = await serve(async function* () {
      yield 1;
      return 2;
    });
    expect(await call()).toMatchObject({ data: 2 });
  });

  test('come before an answer that is given at once', async () => {
    const { call } = await serve((_, call) => {
      void call.chunk('a');
      void call.chunk('b');
      return 'end';
    });
    const chunks: unknown[] = [];
    expect(await call({}, { onChunk: (chunk) => chunks.push(chunk) })).toMatchObject({
      data: 'end',
    });
    expect(chunks).toEqual(['a', 'b']);
  });

  test('wait for a slow reader', async () => {
    const gate = deferred();
    let made = 0;
    const { call } = await serve(
      async function* () {
        for (; made < 10; made++) yield made;
      },
      { limits: { chunksUnread: 3 } },
    );
    const read: unknown[] = [];
    const onChunk = (chunk: unknown) => {
      read.push(chunk);
      return gate.promise;
    };
    const calling = call({}, { onChunk });
    await vi.waitFor(() => expect(made).toBe(2), soon);
    await new Promise(setImmediate);
    expect({ made, read }).toEqual({ made: 2, read: [0] });
    gate.resolve();
    await calling;
    expect(read).toHaveLength(10);
  });

  test.each([
    ['no JSON', 1n, 'REPLY_REFUSED', 'INVALID'],
    ['an infinite number', [Infinity], 'REPLY_REFUSED', 'INVALID'],
    ['too large', 'x'.repeat(200), 'PAYLOAD_TOO_LARGE', 'TOO_LARGE'],
  ])('that are %s end the call, whether or not the plugin looks', async (_, bad, code, heard) => {
    const said: unknown[] = [];
    const { call } = await serve(
      async (_, call) => {
        await call.chunk(bad).catch((error: AisopodError) => said.push(error.code));
        await call.chunk('after').catch((error: AisopodError) => said.push(error.code));
        return 'done';
      },
      { limits: { payloadBytes: 100 } },
    );
    expect(await call({}, { onChunk: () => {} })).toMatchObject({ error: { code } });
    await vi.waitFor(() => expect(said).toEqual([heard, heard]), soon);
  });

  test('without end that nobody waits for end the call', async () => {
    const { call } = await serve((_, call) => {
      for (let i = 0; i < 1_000; i++) void call.chunk(i);
      return 'done';
    });
    expect(await call({}, { onChunk: () => {} })).toMatchObject({
      success: false,
      error: {
        code: 'PAYLOAD_TOO_LARGE',
        message: expect.stringContaining('without waiting'),
      },
    });
  });

  test('after the answer are GONE', async () => {
    const kept: PluginCall[] = [];
    const { call } = await serve((_, call) => {
      kept.push(call);
    });
    await call({}, { onChunk: () => {} });
    await expect(kept[0]?.chunk(1)).rejects.toMatchObject({ code: 'GONE' });
    kept[0]?.progress(1);
    expect(kept[0]?.signal.aborted).toBe(false);
  });

  test('stop when the reader throws, with what it throws', async () => {
    const ended = deferred();
    const { call } = await serve(async function* () {
      try {
        for (;;) yield 1;
      } finally {
        ended.resolve();
      }
    });
    const reading = call({}, { onChunk: () => Promise.reject(new Error('enough')) });
    await expect(reading).rejects.toThrow('enough');
    await ended.promise;
  });
});

describe('progress', () => {
  test('reaches who asked', async () => {
    const { call } = await serve(async (_, call) => {
      call.progress(0.5, 'half');
      call.progress(null);
      await null;
      call.progress(1);
    });
    const seen: unknown[] = [];
    await call({}, { onProgress: (fraction, note) => seen.push([fraction, note]) });
    expect(seen).toEqual([
      [0.5, 'half'],
      [null, null],
      [1, null],
    ]);
  });

  test.each([[2], [-1], [Number.NaN], ['half' as never]])('of %o is refused', async (fraction) => {
    const { call } = await serve((_, call) => call.progress(fraction));
    expect(await call()).toMatchObject({ error: { code: 'INVALID' } });
  });
});

describe('a call that ends before its handler', () => {
  /** A host whose tool waits, and tells how its signal was aborted. */
  async function waiting(options = {}) {
    const gate = deferred();
    const heard: unknown[] = [];
    const { host, call } = await serve(async ({ quick }, { signal }) => {
      if (quick === true) return 'quick';
      signal.addEventListener('abort', () => heard.push((signal.reason as AisopodError).code));
      await gate.promise;
      return 'late';
    }, options);
    return { host, call, gate, heard };
  }

  test('by its caller is CALL_CANCELLED at once, and the handler hears of it', async () => {
    const { call, heard, host } = await waiting();
    const controller = new AbortController();
    const calling = call({}, { signal: controller.signal });
    controller.abort();
    await expect(calling).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(heard).toEqual(['CANCELLED']);
    expect(host.plugins.isActive('mine')).toBe(true);
  });

  test('by its deadline is CALL_DEADLINE', async () => {
    const { call, heard } = await waiting();
    await expect(call({}, { timeoutMs: 10 })).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    expect(heard).toEqual(['DEADLINE']);
  });

  test('tells who asks for the signal only then', async () => {
    const gate = deferred();
    const seen: boolean[] = [];
    const { call } = await serve(async (_, call) => {
      await gate.promise;
      seen.push(call.signal.aborted, call.remainingMs === 0);
    });
    await expect(call({}, { timeoutMs: 10 })).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    gate.resolve();
    await vi.waitFor(() => expect(seen).toEqual([true, true]), soon);
  });

  test('makes the plugin stuck a second later, until the handler returns', async () => {
    const { host, call, gate } = await waiting();
    await expect(call({}, { timeoutMs: 10 })).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    await vi.waitFor(
      () =>
        expect(host.plugins.get('mine')).toMatchObject({
          state: 'stuck',
          error: { code: 'PLUGIN_STUCK', details: { handler: 'it' } },
        }),
      soon,
    );
    // Nothing waits behind it, so the others are served.
    expect(await call({ quick: true })).toMatchObject({ data: 'quick' });
    gate.resolve();
    await vi.waitFor(() => expect(host.plugins.get('mine')?.state).toBe('active'), soon);
  });

  test('without a deadline counts from its cancellation', async () => {
    const { host, call, gate } = await waiting();
    const controller = new AbortController();
    const calling = call({}, { signal: controller.signal, timeoutMs: Number.POSITIVE_INFINITY });
    controller.abort();
    await expect(calling).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await vi.waitFor(() => expect(host.plugins.get('mine')?.state).toBe('stuck'), soon);
    gate.resolve();
    await vi.waitFor(() => expect(host.plugins.get('mine')?.state).toBe('active'), soon);
  });

  test('by the end of its plugin is CALL_GONE', async () => {
    const { host, call, heard } = await waiting({ limits: { drainMs: 10 } });
    const calling = expect(call()).rejects.toMatchObject({ code: 'CALL_GONE' });
    await host.plugins.unloadPlugin('mine');
    await calling;
    expect(heard).toEqual(['STATE']);
  });

  test('may end within the drain limit', async () => {
    const { host, call, gate } = await waiting();
    const calling = call();
    const unloading = host.plugins.unloadPlugin('mine');
    gate.resolve();
    expect(await calling).toMatchObject({ data: 'late' });
    await unloading;
  });
});

describe('too much', () => {
  test('at once is QUEUE_FULL', async () => {
    const gate = deferred();
    const { call } = await serve(() => gate.promise, { limits: { queue: 2 } });
    const running = [call(), call()];
    await expect(call()).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    gate.resolve();
    await Promise.all(running);
    expect(await call()).toMatchObject({ success: true });
  });

  test('of handlers that overstay is PLUGIN_STUCK', async () => {
    const { host, call } = await serve(() => new Promise(() => {}), { limits: { queue: 1 } });
    await expect(call({}, { timeoutMs: 10 })).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    await vi.waitFor(() => expect(host.plugins.get('mine')?.state).toBe('stuck'), soon);
    await expect(call()).rejects.toMatchObject({ code: 'PLUGIN_STUCK' });
  });

  test('in the arguments is PAYLOAD_TOO_LARGE', async () => {
    const { call } = await serve(() => 1, { limits: { payloadBytes: 20 } });
    await expect(call({ text: 'x'.repeat(20) })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
  });
});

describe('the failure of a tool', () => {
  const thrown = () => new TypeError('outer', { cause: new Error('inner') });

  test.each<[string, PluginHandler<Record<string, unknown>>]>([
    [
      'thrown at once',
      () => {
        throw thrown();
      },
    ],
    ['rejected later', () => Promise.reject(thrown())],
  ])('keeps the error with its stack and cause: %s', async (_, handler) => {
    const { error } = await (await serve(handler)).call();
    expect(error?.cause).toMatchObject({
      name: 'TypeError',
      stack: expect.stringContaining('embedded-calls.test.ts'),
      cause: { message: 'inner' },
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'FAIL', message: 'outer' });
  });

  test.each([
    ['an object without a prototype', Object.create(null)],
    ['a revoked proxy', revoked()],
    ['a symbol', Symbol('why')],
  ])('is told apart from the success, whatever was thrown: %s', async (_, value) => {
    const { call } = await serve(() => {
      throw value;
    });
    expect(await call()).toMatchObject({ success: false, error: { code: 'FAIL' } });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
