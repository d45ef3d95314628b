import { describe, expect, test, vi } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import { CallBounds, type CallContext } from '../../../src/instance/index.js';
import { KIND_DEFINITIONS } from '../../../src/kinds/index.js';
import {
  type ChainRules,
  type MiddlewareFn,
  MiddlewareService,
} from '../../../src/kinds/middleware/index.js';
import { Epoch, Registry } from '../../../src/registry/index.js';
import { makeDispatcher } from '../../support/generations.js';

const failed = (fault: string) =>
  expect.objectContaining({
    code: 'MIDDLEWARE_FAILED',
    details: expect.objectContaining({ fault }),
  });

interface RunOptions {
  readonly context?: CallContext;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly rules?: ChainRules;
  readonly last?: (value: unknown, signal: AbortSignal | undefined) => Promise<unknown>;
}

function make() {
  const registry = new Registry(KIND_DEFINITIONS);
  const middleware = new MiddlewareService({ dispatcher: makeDispatcher(registry, new Epoch()) });
  const run = (value: unknown, options: RunOptions = {}) => {
    const { context, signal, timeoutMs = Number.POSITIVE_INFINITY, rules } = options;
    const { last = async (given: unknown) => ({ got: given }) } = options;
    const bounds = new CallBounds('x:y', timeoutMs, signal);
    return middleware.run('tool', value, { context, bounds }, last, rules);
  };
  return { middleware, run };
}

const never = () => new Promise<never>(() => {});

describe('a chain', () => {
  test('is null while nobody is in it, and costs no more than the call', async () => {
    const { middleware, run } = make();
    expect(middleware.current).toEqual({ tool: null, message: null });
    expect(middleware.current).toBe(middleware.current);
    expect(await run(1)).toEqual({ got: 1 });
  });

  test('lets the value through in order and the result back in reverse', async () => {
    const { middleware, run } = make();
    const mark =
      (name: string): MiddlewareFn =>
      async (value, next) =>
        `${name}(${await next(`${value}${name}`)})`;
    middleware.use('tool', mark('c'), { order: 200 });
    middleware.use('tool', mark('a'), { order: -1 });
    middleware.use('tool', mark('b'));
    middleware.use('message', mark('x'));
    expect(await run('', { last: async (value) => value })).toBe('a(b(c(abc)))');
  });

  test('keeps the order of registration among equals', () => {
    const { middleware } = make();
    for (const name of ['one', 'two', 'three']) middleware.use('tool', () => 1, { name });
    expect(middleware.list().map(({ name }) => name)).toEqual(['one', 'two', 'three']);
    expect(middleware.list()[0]).toEqual({
      chain: 'tool',
      plugin: null,
      name: 'one',
      order: 100,
    });
  });

  test('goes by plugin id among equals, and passes over a plugin that is not active', async () => {
    const { middleware, run } = make();
    for (const plugin of ['b', 'a', undefined]) {
      middleware.use('tool', () => 'never', { plugin, name: plugin ?? 'own', order: 7 });
    }
    expect(middleware.list().map(({ plugin, name }) => [plugin, name])).toEqual([
      [null, 'own'],
      ['a', 'a'],
      ['b', 'b'],
    ]);
    const plugins = make();
    plugins.middleware.use('tool', () => 'never', { plugin: 'a' });
    expect(await plugins.run(1)).toEqual({ got: 1 });
    expect(await run(1)).toBe('never');
  });

  test('is left by what is taken out, also while calls are on their way', async () => {
    const { middleware, run } = make();
    const remove = middleware.use('tool', async (_, next) => {
      remove();
      return [await next()];
    });
    middleware.use('tool', async (_, next) => [await next()]);
    expect(await run(1)).toEqual([[{ got: 1 }]]);
    expect(await run(1)).toEqual([{ got: 1 }]);
    remove();
    expect(middleware.list()).toHaveLength(1);
  });

  test('takes a thousand middleware', async () => {
    const { middleware, run } = make();
    for (let i = 0; i < 1000; i++) {
      middleware.use('tool', (value, next) => next((value as number) + 1));
    }
    expect(await run(0)).toEqual({ got: 1000 });
  });

  test('passes on what it stands around throws, as it is', async () => {
    const { middleware, run } = make();
    const error = new AisopodError('CALL_GONE', 'gone');
    middleware.use('tool', (_, next) => next());
    middleware.use('tool', async (_, next) => await next());
    await expect(run(1, { last: () => Promise.reject(error) })).rejects.toBe(error);
  });
});

describe('a middleware', () => {
  test('goes on with the value that came when it names none', async () => {
    const { middleware, run } = make();
    middleware.use('tool', (_, next) => next());
    expect(await run({ a: 1 })).toEqual({ got: { a: 1 } });
  });

  test.each([undefined, null])('that gives %s leaves what next() gave', async (nothing) => {
    const { middleware, run } = make();
    middleware.use('tool', async (_, next) => {
      await next('changed');
      return nothing;
    });
    expect(await run(1)).toEqual({ got: 'changed' });
  });

  test('that gives nothing while next() is on its way waits for it', async () => {
    const { middleware, run } = make();
    middleware.use('tool', (_, next) => void next('later'));
    expect(await run(1)).toEqual({ got: 'later' });
  });

  test('may answer without going on', async () => {
    const { middleware, run } = make();
    const last = vi.fn();
    middleware.use('tool', () => 'own');
    expect(await run(1, { last })).toBe('own');
    expect(last).not.toHaveBeenCalled();
  });

  test('may recover from what it stands around', async () => {
    const { middleware, run } = make();
    middleware.use('tool', (_, next) => next().catch(() => 'instead'));
    expect(await run(1, { last: () => Promise.reject(new Error('no')) })).toBe('instead');
  });

  test('is told on whose behalf the call is made, each in an object of its own', async () => {
    const { middleware, run } = make();
    const context = { user: 'ada', traceId: 'f'.repeat(32) };
    const seen: CallContext[] = [];
    const look: MiddlewareFn = (_, next, call) => {
      seen.push(call.context);
      return next();
    };
    middleware.use('tool', look);
    middleware.use('tool', look);
    await run(1, { context });
    expect(seen).toEqual([context, context]);
    expect(seen[0]).not.toBe(seen[1]);
  });

  test('that gives a result early ends what is still on its way', async () => {
    const { middleware, run } = make();
    let inner: AbortSignal | undefined;
    middleware.use('tool', (_, next) => {
      void next();
      return new Promise((resolve) => setImmediate(() => resolve('early')));
    });
    middleware.use('tool', (_, next) => next());
    const last = (_: unknown, signal: AbortSignal | undefined) => {
      inner = signal;
      return never();
    };
    expect(await run(1, { last })).toBe('early');
    expect(inner?.aborted).toBe(true);
  });
});

describe('a faulty middleware is named', () => {
  test('when it throws', async () => {
    const { middleware, run } = make();
    const cause = new TypeError('oops');
    middleware.use(
      'tool',
      () => {
        throw cause;
      },
      { name: 'shaky' },
    );
    await expect(run(1)).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      message: expect.stringMatching(/"shaky".*oops\. Fix it/),
      details: { chain: 'tool', plugin: null, name: 'shaky', fault: 'failed' },
      cause,
    });
  });

  test('when it throws what is no error', async () => {
    const { middleware, run } = make();
    middleware.use('tool', () => Promise.reject(undefined));
    await expect(run(1)).rejects.toEqual(failed('failed'));
  });

  test('with the code of an error of this package that is its own', async () => {
    const { middleware, run } = make();
    middleware.use('tool', () => {
      throw new AisopodError('CALL_DEADLINE', 'mine', { details: { n: 1 } });
    });
    await expect(run(1)).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      details: { code: 'CALL_DEADLINE', answer: { n: 1 } },
    });
  });

  test('when it neither goes on nor gives a result', async () => {
    const { middleware, run } = make();
    middleware.use('tool', () => undefined);
    await expect(run(1)).rejects.toEqual(failed('no-result'));
  });

  test('when it goes on twice, unless it lives with that', async () => {
    const { middleware, run } = make();
    const last = vi.fn(async () => 'once');
    const remove = middleware.use('tool', async (_, next) => {
      await next();
      return next();
    });
    const again = { code: 'NEXT_MISUSED', details: { fault: 'again' } };
    await expect(run(1, { last })).rejects.toMatchObject(again);
    expect(last).toHaveBeenCalledTimes(1);
    remove();
    middleware.use('tool', async (_, next) => {
      const first = await next();
      return [first, await next().catch((error: AisopodError) => error.code)];
    });
    expect(await run(1, { last })).toEqual(['once', 'NEXT_MISUSED']);
  });

  test('when it goes on after its result', async () => {
    const { middleware, run } = make();
    let late: (() => Promise<unknown>) | undefined;
    middleware.use('tool', (_, next) => {
      late = next;
      return 'done';
    });
    expect(await run(1)).toBe('done');
    await expect(late?.()).rejects.toMatchObject({
      code: 'NEXT_MISUSED',
      details: { fault: 'late' },
    });
  });

  test('when its value or its result breaks the rules of the call', async () => {
    const rules: ChainRules = {
      value: (value) => (typeof value === 'number' ? null : 'is no number'),
      result: (result) => (typeof result === 'object' ? null : 'is no object'),
    };
    const { middleware, run } = make();
    const remove = middleware.use('tool', (_, next) => next('text'));
    await expect(run(1, { rules })).rejects.toMatchObject({
      code: 'NEXT_MISUSED',
      message: expect.stringContaining('with a value that is no number'),
      details: { fault: 'value' },
    });
    remove();
    middleware.use('tool', () => 'text');
    await expect(run(1, { rules })).rejects.toEqual(failed('result'));
  });
});

describe('the end of the call', () => {
  test('comes at its deadline, whatever a middleware does', async () => {
    const { middleware, run } = make();
    let seen: AbortSignal | undefined;
    middleware.use('tool', (_, _next, { signal }) => {
      seen = signal;
      return never();
    });
    await expect(run(1, { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'CALL_DEADLINE',
      details: { called: 'x:y', timeoutMs: 5 },
    });
    expect(seen?.aborted).toBe(true);
  });

  test('comes when the caller cancels, and reaches every middleware', async () => {
    const { middleware, run } = make();
    const controller = new AbortController();
    const signals: (AbortSignal | undefined)[] = [];
    const look: MiddlewareFn = (_, next, { signal }) => {
      signals.push(signal);
      return next();
    };
    middleware.use('tool', look);
    middleware.use('tool', look);
    const last = (_: unknown, signal: AbortSignal | undefined) => {
      signals.push(signal);
      controller.abort();
      return never();
    };
    const call = run(1, { signal: controller.signal, last });
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, true]);
  });

  test('aborts the signals of the middleware with DEADLINE when it is late', async () => {
    const { middleware, run } = make();
    const seen: AbortSignal[] = [];
    middleware.use('tool', (_, _next, { signal }) => {
      seen.push(signal);
      return never();
    });
    await expect(run(1, { timeoutMs: 5 })).rejects.toThrow();
    expect(seen[0]?.reason).toMatchObject({ code: 'DEADLINE' });
  });

  test('aborts the signals of the middleware with CANCELLED when the caller cancels', async () => {
    const { middleware, run } = make();
    const controller = new AbortController();
    const seen: AbortSignal[] = [];
    middleware.use('tool', (_, _next, { signal }) => {
      seen.push(signal);
      controller.abort('enough');
      return never();
    });
    await expect(run(1, { signal: controller.signal })).rejects.toThrow();
    expect(seen[0]?.reason).toMatchObject({ code: 'CANCELLED', cause: 'enough' });
  });

  test('is refused nothing that began cancelled', async () => {
    const { middleware, run } = make();
    const fn = vi.fn();
    middleware.use('tool', fn);
    const call = run(1, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(fn).not.toHaveBeenCalled();
  });
});

describe('use() refuses', () => {
  test.each([
    ['a chain that there is not', ['tools', () => 1]],
    ['what is no function', ['tool', 'x']],
    ['nothing', ['tool', undefined]],
    ['an order that is no whole number', ['tool', () => 1, { order: 0.5 }]],
  ])('%s', (_, args) => {
    const { middleware } = make();
    const use = () => Reflect.apply(middleware.use, middleware, args);
    expect(use).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(middleware.list()).toEqual([]);
  });
});
