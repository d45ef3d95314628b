import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../../src/instance/index.js';
import { ok, serve } from '../load-native.js';

describe('a handler that returns AISOPOD_OK without an answer', () => {
  test('fails its call at once, and says what to return', async () => {
    const { call } = await serve('unanswered.c');
    // No deadline, so nothing else can end these calls.
    const options = { timeoutMs: Number.POSITIVE_INFINITY };
    for (const name of ['unanswered', 'unanswered-parallel', 'unanswered-inline']) {
      expect(await call(name, {}, options)).toEqual({
        ok: false,
        code: 'NOT_ANSWERED',
        message: `the handler of "${name}" returned AISOPOD_OK without an answer. Return AISOPOD_PENDING if the answer comes later`,
      });
    }
  });

  test('fails an INLINE call without a promise', async () => {
    const { call } = await serve('unanswered.c');
    expect(call('unanswered-inline')).toMatchObject({ ok: false, code: 'NOT_ANSWERED' });
  });

  test('leaves the worker free for the next call', async () => {
    const { call } = await serve('unanswered.c');
    const answers = await Promise.all([call('unanswered'), call('ping')]);
    expect(answers).toMatchObject([{ code: 'NOT_ANSWERED' }, ok('pong')]);
  });
});

describe('a handler that returns AISOPOD_PENDING', () => {
  test('may have answered already', async () => {
    const { call } = await serve('calls.c');
    for (const name of ['ahead', 'ahead-inline']) expect(await call(name)).toEqual(ok('ahead'));
  });

  test('leaves the worker free for the next call', async () => {
    const { call, instance } = await serve('calls.c');
    const never = call('never') as Promise<Answer>;
    never.catch(() => {});
    expect(await call('echo', { a: 1 })).toEqual(ok({ a: 1 }));
    expect(instance.inFlight).toBe(1);
  });

  test('as INLINE leaves a pending call, which meets its deadline', async () => {
    const { call } = await serve('calls.c');
    const never = call('never-inline', {}, { timeoutMs: 20 });
    expect(never).toBeInstanceOf(Promise);
    await expect(never).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
  });
});
