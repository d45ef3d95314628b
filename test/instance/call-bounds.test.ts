import { describe, expect, test } from 'vitest';
import {
  CALL_DEPTH_LIMIT,
  CallBounds,
  type CallContext,
  withinCall,
} from '../../src/instance/index.js';

const never = () => new Promise<never>(() => {});

describe('the bounds of a call', () => {
  test('leave alone what ends within them', async () => {
    const bounds = new CallBounds('x', 60_000, new AbortController().signal);
    bounds.assertGoing();
    expect(await bounds.within(Promise.resolve(1))).toBe(1);
    await expect(bounds.within(Promise.reject(new Error('own')))).rejects.toThrow('own');
    expect(bounds.remainingMs).toBeGreaterThan(0);
  });

  test('may be infinite, or longer than a timer can be', async () => {
    const bounds = new CallBounds('x', Number.POSITIVE_INFINITY, undefined);
    expect(bounds.remainingMs).toBe(Number.POSITIVE_INFINITY);
    expect(await bounds.within(Promise.resolve(1))).toBe(1);
    expect(await new CallBounds('x', 1e15, undefined).within(Promise.resolve(2))).toBe(2);
  });

  test('end at the deadline', async () => {
    const bounds = new CallBounds('x', 1, undefined);
    const late = { code: 'CALL_DEADLINE', details: { called: 'x', timeoutMs: 1 } };
    await expect(bounds.within(never())).rejects.toMatchObject(late);
    while (bounds.remainingMs > 0) await new Promise(setImmediate);
    expect(() => bounds.assertGoing()).toThrow(expect.objectContaining(late));
  });

  test('end when the caller cancels, now or before', async () => {
    const controller = new AbortController();
    const bounds = new CallBounds('x', 60_000, controller.signal);
    const work = bounds.within(never());
    controller.abort('why');
    await expect(work).rejects.toMatchObject({ code: 'CALL_CANCELLED', cause: 'why' });
    await expect(bounds.within(never())).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(() => bounds.assertGoing()).toThrow(expect.objectContaining({ code: 'CALL_CANCELLED' }));
  });
});

describe('a call on behalf of another', () => {
  const deep = (levels: number) => {
    let context: CallContext | undefined = { user: 'ada' };
    for (let i = 0; i < levels; i++) context = withinCall(context, 'a:b');
    return context;
  };

  test('has the same context, also as JSON', () => {
    const context = { user: 'ada' };
    expect(withinCall(context, 'a:b')).toMatchObject(context);
    expect(JSON.stringify(withinCall(context, 'a:b'))).toBe('{"user":"ada"}');
    expect(JSON.stringify(withinCall(undefined, 'a:b'))).toBe('{}');
  });

  test('is refused when there are too many of them, whoever copies the context', () => {
    expect(deep(CALL_DEPTH_LIMIT)).toMatchObject({ user: 'ada' });
    expect(() => withinCall({ ...deep(CALL_DEPTH_LIMIT) }, 'a:b')).toThrow(
      expect.objectContaining({
        code: 'CALL_TOO_DEEP',
        details: { called: 'a:b', limit: CALL_DEPTH_LIMIT },
      }),
    );
  });
});
