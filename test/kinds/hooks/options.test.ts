import { describe, expect, test } from 'vitest';
import type { AisopodError } from '../../../src/base/errors/index.js';
import { makeHooks } from './make-hooks.js';

describe('options of hooks.invoke()', () => {
  test('give the context to the callbacks', async () => {
    const { hooks } = makeHooks();
    const seen: unknown[] = [];
    hooks.register('ConfigLoaded', (_, { context }) => void seen.push(context));
    await hooks.invoke('ConfigLoaded', {}, { context: { user: 'ada' } });
    expect(seen).toEqual([{ user: 'ada' }]);
  });

  test('give the context to the callbacks of a chain', async () => {
    const { hooks } = makeHooks();
    hooks.register('PreLlmCall', (_, { context }) => ({ user: context?.user }));
    const context = { user: 'ada' };
    expect(await hooks.invokeChain('PreLlmCall', {}, { context })).toEqual(context);
  });

  test('keep a hook from being fired when the signal is aborted already', async () => {
    const { hooks } = makeHooks();
    let calls = 0;
    hooks.register('ConfigLoaded', () => {
      calls += 1;
    });
    const signal = AbortSignal.abort('enough');
    await expect(hooks.invoke('ConfigLoaded', {}, { signal })).rejects.toMatchObject({
      code: 'CALL_CANCELLED',
      cause: 'enough',
    });
    expect(calls).toBe(0);
  });

  test('end a firing when the signal is aborted', async () => {
    const { hooks } = makeHooks();
    hooks.register('ConfigLoaded', () => new Promise(() => {}));
    const controller = new AbortController();
    const fired = hooks.invoke('ConfigLoaded', {}, { signal: controller.signal });
    controller.abort();
    await expect(fired).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });
});

describe('the signal of a callback that answers later', () => {
  /** Why the second call of a callback is to stop. The first shows that it answers later. */
  async function reasonAfter(hookMs: number, abort: () => void, signal?: AbortSignal) {
    const { hooks } = makeHooks({ hookMs: () => hookMs });
    let calls = 0;
    const reason = new Promise<AisopodError>((resolve) => {
      hooks.register('ConfigLoaded', async (_, call) => {
        calls += 1;
        if (calls === 1) return;
        call.signal?.addEventListener('abort', () => resolve(call.signal?.reason));
        abort();
        await new Promise(() => {});
      });
    });
    await hooks.invoke('ConfigLoaded', {});
    const fired = hooks.invoke('ConfigLoaded', {}, { signal });
    const [{ code }] = await Promise.all([reason, fired.catch(() => {})]);
    return code;
  }

  test('says CANCELLED when its caller no longer waits', async () => {
    const controller = new AbortController();
    const abort = () => controller.abort('enough');
    expect(await reasonAfter(60_000, abort, controller.signal)).toBe('CANCELLED');
  });

  test('says DEADLINE when it is late', async () => {
    expect(await reasonAfter(20, () => {})).toBe('DEADLINE');
  });
});
