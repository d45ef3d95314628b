import { describe, expect, test } from 'vitest';
import { CallBounds, type CallContext } from '../../../src/instance/index.js';
import { MiddlewareService } from '../../../src/kinds/middleware/index.js';
import { listen, openHost } from '../../host/open-host.js';
import type { TestPlugin } from '../../support/plugin-folder.js';

const around: TestPlugin = { id: 'around', source: 'middleware.c' };
const outer: TestPlugin = { id: 'outer', source: 'middleware.c', flags: ['-DORDER="1"'] };

async function open(...plugins: TestPlugin[]) {
  const host = await openHost({ plugins });
  const { middleware } = host;
  if (!(middleware instanceof MiddlewareService)) throw new Error('a host has another service');
  const run = (
    value: object,
    options: { timeoutMs?: number; signal?: AbortSignal; context?: CallContext } = {},
    last = async (given: unknown): Promise<unknown> => ({ got: given }),
  ) => {
    const { timeoutMs = 30_000, signal, context } = options;
    const bounds = new CallBounds('a message', timeoutMs, signal);
    return middleware.run('message', value, { context, bounds }, last);
  };
  return { host, run };
}

describe('a middleware of a plugin in C', () => {
  test('stands in its chain under its plugin', async () => {
    const { host } = await open(around, outer);
    expect(host.middleware.list()).toEqual([
      { chain: 'tool', plugin: 'outer', name: 'around', order: 1 },
      { chain: 'tool', plugin: 'around', name: 'around', order: 100 },
      { chain: 'message', plugin: 'outer', name: 'around', order: 1 },
      { chain: 'message', plugin: 'around', name: 'around', order: 100 },
    ]);
  });

  test.each(['pass', 'keep', 'wait'])('lets a call through: %s', async (mode) => {
    const { run } = await open(around, outer);
    expect(await run({ mode })).toEqual({ got: { mode } });
  });

  test('changes the value, and what stands further in sees that', async () => {
    const { host, run } = await open(around);
    host.middleware.use('message', (value, next) => next({ seen: value }), { order: 500 });
    expect(await run({ mode: 'change', give: [1, 'ä'] })).toEqual({ got: { seen: [1, 'ä'] } });
  });

  test('answers by itself', async () => {
    const { run } = await open(around);
    expect(await run({ mode: 'own', give: { a: [] } })).toEqual({ a: [] });
  });

  test('is on the way of calls that are made at once', async () => {
    const { run } = await open(around, outer);
    const values = Array.from({ length: 50 }, (_, n) => ({ mode: n % 2 ? 'pass' : 'keep', n }));
    const results = await Promise.all(values.map((value) => run(value)));
    expect(results).toEqual(values.map((value) => ({ got: value })));
  });

  test('is passed over while its plugin is switched off, and gone with it', async () => {
    const { host, run } = await open(around);
    await host.plugins.disable('around');
    expect(await run({ mode: 'fail' })).toEqual({ got: { mode: 'fail' } });
    await host.plugins.enable('around');
    await expect(run({ mode: 'fail' })).rejects.toThrow('not today');
    await host.plugins.unloadPlugin('around');
    expect(host.middleware.list()).toEqual([]);
    expect(await run({ mode: 'fail' })).toEqual({ got: { mode: 'fail' } });
  });
});

describe('a fault of a plugin in C is named', () => {
  test('with what it says of it', async () => {
    const { run } = await open(around);
    await expect(run({ mode: 'fail' })).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      message: expect.stringMatching(/around:around: not today\. .*plugins disable around/),
      details: {
        chain: 'message',
        plugin: 'around',
        name: 'around',
        fault: 'failed',
        code: 'DENIED',
        answer: { day: 1 },
      },
    });
  });

  test('when it neither goes on nor gives a result', async () => {
    const { run } = await open(around);
    await expect(run({ mode: 'never' })).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      details: { fault: 'no-result' },
    });
  });

  test('when it goes on twice', async () => {
    const { run } = await open(around);
    await expect(run({ mode: 'again' })).rejects.toMatchObject({
      code: 'NEXT_MISUSED',
      details: { plugin: 'around', fault: 'again' },
    });
  });

  test('when it goes on without saying with what', async () => {
    const { run } = await open(around);
    await expect(run({ mode: 'orphan' })).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      message: expect.stringContaining('name that call as the parent'),
      details: { code: 'STATE' },
    });
    await expect(run({ mode: 'text' })).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      message: expect.stringContaining('parameters of middleware.next'),
      details: { code: 'INVALID' },
    });
  });

  test('and no fault is what it only lets through', async () => {
    const { run } = await open(around, outer);
    const error = new TypeError('from within');
    for (const mode of ['pass', 'wait']) {
      await expect(run({ mode }, {}, () => Promise.reject(error))).rejects.toBe(error);
    }
  });

  test('and none is that the rest of the chain is late, which it waits for', async () => {
    const { run } = await open(around, outer);
    const never = () => new Promise<never>(() => {});
    for (const mode of ['pass', 'wait']) {
      await expect(run({ mode }, { timeoutMs: 30 }, never)).rejects.toMatchObject({
        code: 'CALL_DEADLINE',
        message: expect.stringMatching(/^The call of a message did not end within 30 ms/),
      });
    }
  });
});

describe('the end of a call reaches a plugin in C', () => {
  test('at the deadline', async () => {
    const { host, run } = await open(around);
    const ears = listen(host);
    const call = run({ mode: 'hang' }, { timeoutMs: 500 });
    await expect(call).rejects.toMatchObject({
      code: 'CALL_DEADLINE',
      message: expect.stringContaining(
        'The call of a message did not end within 500 ms; the middleware around:around had not gone',
      ),
    });
    expect(await ears.next('stopped')).toMatchObject({ status: -9 });
  });

  test('when the caller cancels, also what it has gone on with', async () => {
    const { run } = await open(around);
    const controller = new AbortController();
    let inner: AbortSignal | undefined;
    const last = (_: unknown, signal?: AbortSignal) => {
      inner = signal;
      controller.abort();
      return new Promise<never>(() => {});
    };
    const call = run({ mode: 'pass' }, { signal: controller.signal }, last);
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(inner?.aborted).toBe(true);
  });
});
