import { describe, expect, test } from 'vitest';
import { createMockContext } from '../../../src/testing/index.js';
import { anyPayload, anyPayloadCalls } from '../../support/any-payload.js';
import { CALL, makeHooks } from './make-hooks.js';

describe('the hooks of one snapshot', () => {
  test('are the same object until something is registered', () => {
    const { hooks } = makeHooks();
    const before = hooks.current;
    expect(hooks.current).toBe(before);
    const unregister = hooks.register('ConfigLoaded', () => {});
    expect(hooks.current).not.toBe(before);
    expect(before.ConfigLoaded).toBeNull();
    unregister();
    expect(hooks.current.ConfigLoaded).toBeNull();
  });

  test('cannot be changed from outside', () => {
    const { hooks } = makeHooks();
    expect(Object.isFrozen(hooks.current)).toBe(true);
  });
});

test('unregister takes back one callback, however often it is called', () => {
  const { hooks } = makeHooks();
  const same = () => {};
  const first = hooks.register('ConfigLoaded', same);
  hooks.register('ConfigLoaded', same);
  first();
  first();
  expect(hooks.list()).toHaveLength(1);
});

describe('a callback that registers another', () => {
  test('does not change what is being fired, and does not lock up', () => {
    const { hooks } = makeHooks();
    const seen: string[] = [];
    hooks.register('ConfigLoaded', () => {
      seen.push('old');
      hooks.register('ConfigLoaded', () => void seen.push('new'), { priority: 200 });
    });
    hooks.current.ConfigLoaded?.({}, CALL);
    expect(seen).toEqual(['old']);
    hooks.current.ConfigLoaded?.({}, CALL);
    expect(seen).toEqual(['old', 'old', 'new']);
  });

  test('may do so later, in the middle of a firing', async () => {
    const { hooks } = makeHooks();
    const seen: string[] = [];
    hooks.register('ConfigLoaded', async () => {
      await null;
      hooks.register('ConfigLoaded', () => void seen.push('new'), { priority: 200 });
    });
    hooks.register('ConfigLoaded', () => void seen.push('last'), { priority: 300 });
    await hooks.invoke('ConfigLoaded', {});
    expect(seen).toEqual(['last']);
  });

  test('may take itself back', () => {
    const { hooks } = makeHooks();
    let calls = 0;
    const off = hooks.register('ConfigLoaded', () => {
      calls += 1;
      off();
    });
    hooks.current.ConfigLoaded?.({}, CALL);
    expect(hooks.current.ConfigLoaded).toBeNull();
    expect(calls).toBe(1);
  });
});

test('a plugin sees its own callbacks, and may fire hooks', async () => {
  await using made = createMockContext({ id: 'b' });
  const hooks = anyPayload(made.host.hooks);
  hooks.register('PreLlmCall', () => ({ by: 'a' }), { plugin: 'a' });
  hooks.register('PreLlmCall', ({ by }) => ({ by: `${by}b` }), { plugin: 'b' });
  const own = anyPayloadCalls(made.context.hooks);
  expect(made.context.hooks.list()).toMatchObject([{ plugin: 'b', order: 2 }]);
  expect(await own.invoke('PreLlmCall', {})).toEqual({ by: 'ab' });
  expect(await own.invokeChain('PreLlmCall', {})).toEqual({ by: 'ab' });
});
