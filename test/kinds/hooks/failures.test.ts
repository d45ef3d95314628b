import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CALL, failing, makeHooks } from './make-hooks.js';

const failLater = () => Promise.reject(new Error('oops'));
const block = { action: 'block', reason: expect.any(String) };

describe.each([
  ['at once', failing],
  ['later', failLater],
])('a callback that fails %s', (_, fail) => {
  test('stops none of the others', async () => {
    const { hooks } = makeHooks();
    hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
    hooks.register('PreLlmCall', fail);
    hooks.register('PreLlmCall', ({ n }) => ({ n: n * 10 }));
    hooks.register('ToolRegistryBuild', fail);
    hooks.register('ToolRegistryBuild', () => 'b', { plugin: 'b' });
    for (let i = 0; i < 3; i++) {
      expect(await hooks.invokeChain('PreLlmCall', { n: 1 })).toEqual({ n: 20 });
      const collected = await hooks.invoke('ToolRegistryBuild', {});
      expect(collected).toEqual([{ plugin: 'b', value: 'b' }]);
    }
  });

  test('is warned of, with its plugin and the hook', async () => {
    const { hooks, warnings } = makeHooks();
    hooks.register('OnError', fail, { plugin: 'rude' });
    expect(await hooks.invoke('OnError', {})).toBeNull();
    expect(warnings).toMatchObject([
      {
        code: 'HOOK_FAILED',
        message: 'The callback of rude for OnError failed: oops.',
        details: { plugin: 'rude', hook: 'OnError', reason: 'failed', failures: 1, suppressed: 0 },
      },
    ]);
  });

  test('blocks the tool that BeforeToolExecute asks about, and is named', async () => {
    const { hooks } = makeHooks();
    const asked = vi.fn();
    hooks.register('BeforeToolExecute', fail, { plugin: 'guard' });
    hooks.register('BeforeToolExecute', asked, { plugin: 'later' });
    for (let i = 0; i < 3; i++) {
      expect(await hooks.invoke('BeforeToolExecute', {})).toEqual({
        action: 'block',
        reason:
          'The callback of guard for BeforeToolExecute failed: oops. The host therefore does not allow it.',
        plugin: 'guard',
      });
    }
    expect(asked).not.toHaveBeenCalled();
  });

  test('is switched off after ten times in a row, with one error', async () => {
    const { hooks, errors, warnings } = makeHooks();
    let calls = 0;
    hooks.register(
      'ConfigLoaded',
      () => {
        calls += 1;
        return fail();
      },
      { plugin: 'rude' },
    );
    for (let i = 0; i < 15; i++) await hooks.invoke('ConfigLoaded', {});
    expect(calls).toBe(10);
    expect(errors).toMatchObject([
      {
        code: 'HOOK_OFF',
        message: expect.stringMatching(/callback of rude for ConfigLoaded failed: oops. .* off/),
        details: { plugin: 'rude', hook: 'ConfigLoaded', failures: 10 },
      },
    ]);
    expect(warnings).toHaveLength(1);
    expect(hooks.list()).toMatchObject([{ plugin: 'rude', state: 'failed' }]);
  });

  test('is not switched off while it succeeds now and then', async () => {
    const { hooks, errors } = makeHooks();
    let calls = 0;
    hooks.register('ConfigLoaded', () => {
      calls += 1;
      return calls % 10 === 0 ? null : fail();
    });
    for (let i = 0; i < 40; i++) await hooks.invoke('ConfigLoaded', {});
    expect(calls).toBe(40);
    expect(errors).toEqual([]);
    expect(hooks.list()).toMatchObject([{ state: 'on' }]);
  });
});

test('a guard that was switched off still blocks, without being called', async () => {
  const { hooks } = makeHooks();
  const guard = vi.fn(failing);
  hooks.register('BeforeToolExecute', guard, { plugin: 'guard' });
  for (let i = 0; i < 12; i++) {
    expect(await hooks.invoke('BeforeToolExecute', {})).toMatchObject({
      ...block,
      plugin: 'guard',
    });
  }
  expect(guard).toHaveBeenCalledTimes(10);
});

test('callbacks around one that was switched off go on', async () => {
  const { hooks } = makeHooks();
  hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
  hooks.register('PreLlmCall', failing);
  hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
  for (let i = 0; i < 12; i++) expect(await hooks.invoke('PreLlmCall', { n: 0 })).toEqual({ n: 2 });
});

test('a decision that came before a guard fails counts', async () => {
  const { hooks } = makeHooks();
  hooks.register('BeforeToolExecute', () => ({ action: 'allow' }), { plugin: 'a' });
  hooks.register('BeforeToolExecute', failing, { plugin: 'b' });
  expect(await hooks.invoke('BeforeToolExecute', {})).toEqual({ action: 'allow', plugin: 'a' });
});

describe('what is thrown may be anything', () => {
  test.each([
    ['text', 'text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
  ])('%s', async (thrown, shown) => {
    const { hooks, warnings } = makeHooks();
    hooks.register('ConfigLoaded', () => {
      throw thrown;
    });
    await hooks.invoke('ConfigLoaded', {});
    expect(warnings[0]?.message).toContain(`failed: ${shown}.`);
  });

  test('by an answer whose then cannot be read', async () => {
    const { hooks, warnings } = makeHooks();
    hooks.register('ConfigLoaded', () => new Proxy({}, { get: failing }));
    hooks.register('PreLlmCall', () => new Proxy({}, { get: failing }));
    for (let i = 0; i < 2; i++) {
      await hooks.invoke('ConfigLoaded', {});
      expect(await hooks.invokeChain('PreLlmCall', { n: 1 })).toEqual({ n: 1 });
    }
    expect(warnings).toHaveLength(2);
  });
});

describe('time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('warnings about one callback come once a minute, and count what was not shown', () => {
    const { hooks, warnings } = makeHooks();
    let turn = 0;
    hooks.register('ConfigLoaded', () => {
      turn += 1;
      if (turn % 2 === 1) failing();
    });
    const fire = (times: number) => {
      for (let i = 0; i < times; i++) hooks.current.ConfigLoaded?.({}, CALL);
    };
    fire(9);
    expect(warnings).toHaveLength(1);
    vi.advanceTimersByTime(59_999);
    fire(2);
    expect(warnings).toHaveLength(1);
    vi.advanceTimersByTime(1);
    fire(2);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toMatchObject({
      message: expect.stringContaining('(and 5 warnings before it were not shown)'),
      details: { suppressed: 5 },
    });
  });

  test('a callback has its own warnings', () => {
    const { hooks, warnings } = makeHooks();
    hooks.register('ConfigLoaded', failing, { plugin: 'a' });
    hooks.register('ConfigLoaded', failing, { plugin: 'b' });
    hooks.current.ConfigLoaded?.({}, CALL);
    hooks.current.ConfigLoaded?.({}, CALL);
    expect(warnings.map(({ details }) => (details as { plugin: string }).plugin)).toEqual([
      'a',
      'b',
    ]);
  });

  test('a callback that never answers is late, is told so, and the others go on', async () => {
    const { hooks, warnings } = makeHooks({ hookMs: () => 200 });
    const signals: (AbortSignal | undefined)[] = [];
    const never = (_: unknown, { signal }: { signal: AbortSignal | undefined }) => {
      signals.push(signal);
      return new Promise(() => {});
    };
    hooks.register('PreLlmCall', never, { plugin: 'slow' });
    hooks.register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
    for (let i = 0; i < 2; i++) {
      const fired = hooks.invoke('PreLlmCall', { n: 1 });
      await vi.advanceTimersByTimeAsync(200);
      expect(await fired).toEqual({ n: 2 });
    }
    expect(warnings).toMatchObject([
      {
        code: 'HOOK_FAILED',
        message: 'The callback of slow for PreLlmCall was late: it has not answered within 200 ms.',
        details: { reason: 'late' },
      },
    ]);
    // Once it is known that it answers later, it has a signal of its own.
    expect(signals[1]?.aborted).toBe(true);
  });

  test('a guard that never answers blocks', async () => {
    const { hooks } = makeHooks({ hookMs: () => 200 });
    hooks.register('BeforeToolExecute', () => new Promise(() => {}), { plugin: 'guard' });
    const fired = hooks.invoke('BeforeToolExecute', {});
    await vi.advanceTimersByTimeAsync(200);
    expect(await fired).toMatchObject({ ...block, plugin: 'guard' });
  });

  test('without a limit a callback may take for ever', async () => {
    const { hooks } = makeHooks({ hookMs: () => Number.POSITIVE_INFINITY });
    let answer: (value: unknown) => void = () => {};
    hooks.register(
      'PreLlmCall',
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const fired = hooks.invoke('PreLlmCall', { n: 1 });
    await vi.advanceTimersByTimeAsync(2 ** 33);
    answer({ n: 2 });
    expect(await fired).toEqual({ n: 2 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a callback that holds up everything is warned of, and its answer counts', () => {
    const { hooks, warnings } = makeHooks({ hookMs: () => 200 });
    hooks.register(
      'PreLlmCall',
      ({ n }) => {
        vi.advanceTimersByTime(n);
        return { n: 0 };
      },
      { plugin: 'slow' },
    );
    expect(hooks.current.PreLlmCall?.({ n: 201 }, CALL)).toEqual({ n: 0 });
    expect(warnings).toMatchObject([
      {
        code: 'HOOK_SLOW',
        message: expect.stringContaining('slow for PreLlmCall held up the event loop for 201 ms'),
        details: { plugin: 'slow', hook: 'PreLlmCall', durationMs: 201, limitMs: 200 },
      },
    ]);
  });
});

describe('who fires and does not wait any more', () => {
  test('is told CALL_CANCELLED, and no callback is to blame', async () => {
    const { hooks, warnings } = makeHooks();
    const controller = new AbortController();
    const { signal } = controller;
    const given: (AbortSignal | undefined)[] = [];
    hooks.register('BeforeToolExecute', (_, call) => {
      given.push(call.signal);
      return new Promise(() => {});
    });
    for (const turn of ['unknown to answer later', 'known to']) {
      const own = new AbortController();
      const fired = hooks.current.BeforeToolExecute?.(
        {},
        { context: undefined, signal: own.signal },
      );
      own.abort();
      await expect(fired, turn).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    }
    controller.abort();
    const before = hooks.current.BeforeToolExecute?.({}, { context: undefined, signal });
    await expect(before).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(given[1]?.aborted).toBe(true);
    expect(warnings).toEqual([]);
  });
});
