import { describe, expect, test } from 'vitest';
import { CALL, makeHooks } from './make-hooks.js';

const LIMIT = 8;

describe('a callback that fires its own hook without end', () => {
  test('is stopped by a typed error when it does so at once', () => {
    const { hooks, warnings } = makeHooks();
    let depth = 0;
    hooks.register('ConfigLoaded', () => {
      depth += 1;
      hooks.current.ConfigLoaded?.({}, CALL);
    });
    for (let i = 1; i <= 3; i++) {
      depth = 0;
      hooks.current.ConfigLoaded?.({}, CALL);
      expect(depth).toBe(LIMIT);
    }
    expect(warnings[0]).toMatchObject({
      code: 'HOOK_FAILED',
      message: expect.stringContaining(`${LIMIT} deep`),
      cause: { code: 'HOOK_DEPTH', details: { hook: 'ConfigLoaded', limit: LIMIT } },
    });
  });

  test('is stopped when it does so later', async () => {
    const { hooks, warnings } = makeHooks();
    let calls = 0;
    hooks.register('ConfigLoaded', async () => {
      calls += 1;
      await null;
      await hooks.invoke('ConfigLoaded', {});
    });
    await hooks.invoke('ConfigLoaded', {});
    // It is not known from the first call on that it answers later.
    expect(calls).toBeLessThanOrEqual(LIMIT + 1);
    expect(warnings[0]).toMatchObject({ cause: { code: 'HOOK_DEPTH' } });
  });

  test('is stopped when two do so in turns, one at once and one later', async () => {
    const { hooks, warnings } = makeHooks();
    let calls = 0;
    hooks.register('PreLlmCall', () => {
      calls += 1;
      return hooks.invokeChain('PostLlmResponse', {});
    });
    hooks.register('PostLlmResponse', async () => {
      calls += 1;
      await null;
      return hooks.invokeChain('PreLlmCall', {});
    });
    await hooks.invoke('PreLlmCall', {});
    expect(calls).toBeLessThanOrEqual(LIMIT + 2);
    expect(warnings.some(({ cause }) => (cause as { code?: string }).code === 'HOOK_DEPTH')).toBe(
      true,
    );
  });

  test('is stopped by the context that it passes on', async () => {
    const { hooks, warnings } = makeHooks();
    let calls = 0;
    const again: (() => void)[] = [];
    hooks.register('ConfigLoaded', async (_, call) => {
      calls += 1;
      // Another stack and another chain of promises, as a plugin's request has.
      await new Promise<void>((resolve, reject) => {
        again.push(() => {
          hooks.invoke('ConfigLoaded', {}, { context: { ...call.context } }).then(resolve, reject);
        });
      });
    });
    const fired = hooks.invoke('ConfigLoaded', {}, { context: { user: 'ada' } });
    let over = false;
    void fired.then(() => {
      over = true;
    });
    while (!over) {
      await new Promise(setImmediate);
      again.shift()?.();
    }
    expect(calls).toBeLessThanOrEqual(LIMIT + 1);
    expect(warnings.length).toBeGreaterThan(0);
  });
});

test('many firings beside each other are not deep', async () => {
  const { hooks, warnings } = makeHooks();
  hooks.register('PreLlmCall', async ({ n }) => ({ n: n + 1 }));
  const all = Array.from({ length: 100 }, (_, n) => hooks.invokeChain('PreLlmCall', { n }));
  expect(await Promise.all(all)).toEqual(all.map((_, n) => ({ n: n + 1 })));
  expect(warnings).toEqual([]);
});

test('one after the other is not deep', async () => {
  const { hooks, warnings } = makeHooks();
  hooks.register('ConfigLoaded', () => {});
  hooks.register('PrePreload', async () => {
    for (let i = 0; i < 50; i++) await hooks.invoke('ConfigLoaded', {});
  });
  await hooks.invoke('PrePreload', {});
  await hooks.invoke('PrePreload', {});
  expect(warnings).toEqual([]);
});

test('a callback that plans the next firing by a timer is in the middle of nothing', async () => {
  const { hooks } = makeHooks();
  let calls = 0;
  let done = () => {};
  const enough = new Promise<void>((resolve) => {
    done = resolve;
  });
  hooks.register('ConfigLoaded', async () => {
    await null;
    calls += 1;
    if (calls === 3 * LIMIT) done();
    else setImmediate(() => hooks.invoke(String('ConfigLoaded'), {}));
  });
  await hooks.invoke(String('ConfigLoaded'), {});
  await enough;
  expect(calls).toBe(3 * LIMIT);
});

test('a callback that fires on without a pause is stopped, though it waits for nothing', async () => {
  const { hooks } = makeHooks();
  let calls = 0;
  const refused = new Promise<string>((resolve) => {
    hooks.register('ConfigLoaded', async () => {
      await null;
      calls += 1;
      hooks.invoke(String('ConfigLoaded'), {}).catch(({ code }) => resolve(code));
    });
  });
  await hooks.invoke(String('ConfigLoaded'), {});
  expect(await refused).toBe('HOOK_DEPTH');
  expect(calls).toBeLessThanOrEqual(LIMIT + 1);
});
