import { describe, expect, test } from 'vitest';
import type { HookCall } from '../../../src/kinds/hooks/index.js';
import { CALL, failing, makeHooks } from './make-hooks.js';

describe('a wrapper', () => {
  test('stands around all callbacks, and may change what goes in and what comes out', async () => {
    const { hooks } = makeHooks();
    hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
    hooks.wrap('pre_llm_call', ({ n }, next) => ({ n: next({ n: n * 10 }).n * 10 }));
    expect(await hooks.invokeChain('PreLlmCall', { n: 1 })).toEqual({ n: 110 });
  });

  test('gets the promise of the result when a callback answers later', async () => {
    const { hooks } = makeHooks();
    hooks.register('PreLlmCall', async ({ n }) => ({ n: n + 1 }));
    hooks.wrap('PreLlmCall', async (payload, next) => ({ n: (await next(payload)).n * 10 }));
    expect(await hooks.invokeChain('PreLlmCall', { n: 1 })).toEqual({ n: 20 });
  });

  test('need not go on', async () => {
    const { hooks } = makeHooks();
    hooks.register('BeforeToolExecute', failing);
    hooks.wrap('BeforeToolExecute', () => ({ action: 'allow' }));
    expect(await hooks.invoke('BeforeToolExecute', {})).toEqual({
      action: 'allow',
      plugin: 'embedder',
    });
  });

  test('leaves a decision to who made it', async () => {
    const { hooks } = makeHooks();
    hooks.register('BeforeToolExecute', () => ({ action: 'allow' }), { plugin: 'a' });
    hooks.wrap('BeforeToolExecute', (_, next) => next());
    expect(await hooks.invoke('BeforeToolExecute', {})).toEqual({ action: 'allow', plugin: 'a' });
  });

  test('stands around a hook that nobody listens to as well', async () => {
    const { hooks } = makeHooks();
    hooks.wrap('PreLlmCall', (payload, next) => ({ ...next(payload), wrapped: true }));
    hooks.wrap('ToolRegistryBuild', (payload, next) => next(payload));
    expect(await hooks.invokeChain('PreLlmCall', { n: 1 })).toEqual({ n: 1, wrapped: true });
    expect(await hooks.invoke('ToolRegistryBuild', {})).toEqual([]);
  });

  test('that came first is the outermost', async () => {
    const { hooks } = makeHooks();
    const wrap = (name: string) =>
      hooks.wrap('PreLlmCall', ({ path }, next) => next({ path: `${path}${name}` }));
    wrap('a');
    wrap('b');
    expect(await hooks.invokeChain('PreLlmCall', { path: '' })).toEqual({ path: 'ab' });
  });

  test('can be taken back', () => {
    const { hooks } = makeHooks();
    const unwrap = hooks.wrap('PreLlmCall', (payload) => payload);
    expect(hooks.current.PreLlmCall).not.toBeNull();
    unwrap();
    expect(hooks.current.PreLlmCall).toBeNull();
  });

  describe.each([
    ['before it goes on', () => failing()],
    ['after it went on', (_: unknown, next: () => unknown) => failing.call(next())],
    ['later', async (_: unknown, next: () => unknown) => failing.call(next())],
  ])('that fails %s', (_, wrapper) => {
    test('is left out, and warned of', async () => {
      const { hooks, warnings } = makeHooks();
      hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
      hooks.wrap('PreLlmCall', wrapper);
      expect(await hooks.invokeChain('PreLlmCall', { n: 1 })).toEqual({ n: 2 });
      expect(warnings).toMatchObject([{ code: 'HOOK_FAILED', details: { plugin: 'embedder' } }]);
    });

    test('blocks what BeforeToolExecute asks about', async () => {
      const { hooks } = makeHooks();
      hooks.wrap('BeforeToolExecute', wrapper);
      for (let i = 0; i < 12; i++) {
        expect(await hooks.invoke('BeforeToolExecute', {})).toMatchObject({ action: 'block' });
      }
    });
  });

  test.each([
    ['PreLlmCall', 7],
    ['PreLlmCall', undefined],
    ['ToolRegistryBuild', {}],
    ['OnError', { action: 'block' }],
  ] as const)('that gives what can be no result of %s (%j) is left out', async (name, wrong) => {
    const { hooks, warnings } = makeHooks();
    const payload = { n: 1 };
    const without = await hooks.invoke(name, payload);
    hooks.wrap(name, () => wrong);
    expect(await hooks.invoke(name, payload)).toEqual(without);
    expect(warnings).toMatchObject([{ details: { reason: 'broken' } }]);
  });
});

describe('a monitor', () => {
  test('sees every call of a callback, how long it took and how it came out', async () => {
    const { hooks } = makeHooks();
    const seen: HookCall[] = [];
    hooks.register('PreLlmCall', () => null, { plugin: 'a' });
    hooks.register('PreLlmCall', async () => null, { plugin: 'b' });
    hooks.register('PreLlmCall', failing, { plugin: 'c' });
    hooks.register('PreLlmCall', () => 7, { plugin: 'd' });
    for (let i = 0; i < 3; i++) await hooks.invoke('PreLlmCall', {});
    const stop = hooks.monitor((call) => seen.push(call));
    await hooks.invoke('PreLlmCall', {});
    stop();
    await hooks.invoke('PreLlmCall', {});
    const durationMs = expect.any(Number);
    expect(seen).toEqual([
      { hook: 'PreLlmCall', plugin: 'a', ok: true, durationMs },
      { hook: 'PreLlmCall', plugin: 'b', ok: true, durationMs },
      { hook: 'PreLlmCall', plugin: 'c', ok: false, durationMs, error: new Error('oops') },
      { hook: 'PreLlmCall', plugin: 'd', ok: false, durationMs, error: expect.any(Error) },
    ]);
    expect(seen.every((call) => call.durationMs >= 0)).toBe(true);
  });

  test('sees every call of a hook that was compiled before it came', () => {
    const { hooks } = makeHooks();
    hooks.register('ConfigLoaded', () => {});
    for (let i = 0; i < 10; i++) hooks.current.ConfigLoaded?.({}, CALL);
    let seen = 0;
    hooks.monitor(() => {
      seen += 1;
    });
    for (let i = 0; i < 10; i++) hooks.current.ConfigLoaded?.({}, CALL);
    expect(seen).toBe(10);
  });
});

test('a result that a wrapper has no eye for may come to nothing', async () => {
  const { hooks } = makeHooks();
  hooks.register('PreLlmCall', async () => null);
  hooks.wrap('PreLlmCall', (payload, next) => {
    next(payload);
    return payload;
  });
  const controller = new AbortController();
  const fire = hooks.current.PreLlmCall;
  const results = [1, 2].map((n) => fire?.({ n }, { ...CALL, signal: controller.signal }));
  controller.abort();
  expect(await Promise.all(results)).toEqual([{ n: 1 }, { n: 2 }]);
  await new Promise(setImmediate); // An unhandled rejection would fail the test by now.
});

describe('a wrapper that does not keep to the rules', () => {
  test('is left when it is late, and the hook gives what next() gave', async () => {
    const { hooks, warnings } = makeHooks({ hookMs: () => 5 });
    hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
    const never = (payload: { n: number }, next: (payload: { n: number }) => unknown) => {
      next(payload);
      return new Promise(() => {});
    };
    hooks.wrap(String('PreLlmCall'), never);
    expect(await hooks.invokeChain(String('PreLlmCall'), { n: 1 })).toEqual({ n: 2 });
    expect(warnings[0]).toMatchObject({ code: 'HOOK_FAILED', details: { reason: 'late' } });
  });

  test('blocks a decision that it comes to too late', async () => {
    const { hooks } = makeHooks({ hookMs: () => 5 });
    hooks.wrap('BeforeToolExecute', () => new Promise(() => {}));
    const decision = await hooks.invoke(String('BeforeToolExecute'), {});
    expect(decision).toMatchObject({ action: 'block', plugin: 'embedder' });
  });

  test('runs the callbacks once, though it calls next() again and keeps the error to itself', async () => {
    const { hooks, warnings } = makeHooks();
    let ran = 0;
    hooks.register('PreLlmCall', () => void ran++);
    hooks.wrap(String('PreLlmCall'), (payload, next) => {
      const result = next(payload);
      expect(() => next(payload)).toThrow(expect.objectContaining({ code: 'NEXT_MISUSED' }));
      return { ...result, changed: true };
    });
    expect(await hooks.invokeChain(String('PreLlmCall'), { n: 1 })).toEqual({ n: 1 });
    expect(ran).toBe(1);
    expect(warnings[0]).toMatchObject({ cause: { code: 'NEXT_MISUSED' } });
  });

  test.each(['at once', 'later'])('is stopped when it fires its own hook %s', async (when) => {
    const { hooks } = makeHooks();
    let depth = 0;
    hooks.wrap(String('PreLlmCall'), async (payload, next) => {
      if (when === 'later') await null;
      depth += 1;
      await hooks.invoke(String('PreLlmCall'), payload);
      return next();
    });
    await hooks.invoke(String('PreLlmCall'), { n: 1 });
    // It is not known from the first firing on that it answers later.
    expect(depth).toBeLessThanOrEqual(9);
  });

  test('may be one of more than eight, which do not nest', async () => {
    const { hooks } = makeHooks();
    for (let i = 0; i < 20; i++) {
      hooks.wrap(String('PreLlmCall'), i % 2 ? (p, next) => next(p) : async (p, next) => next(p));
    }
    hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
    for (let n = 0; n < 3; n++) {
      expect(await hooks.invokeChain(String('PreLlmCall'), { n })).toEqual({ n: n + 1 });
    }
  });
});
