import { describe, expect, test, vi } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import type { Answer } from '../../../src/instance/index.js';
import { ok } from '../../support/fake-instance.js';
import { type FakeTool, makeTools } from './make-tools.js';

const failure: Answer = { ok: false, code: 'AGAIN', message: 'busy', details: { n: 1 } };

/** Fails so many times, then answers "good". */
const flaky = (failures: number, spec: object = {}): FakeTool => {
  let left = failures;
  return {
    spec,
    handler: () => {
      if (left === 0) return ok('good');
      left -= 1;
      return failure;
    },
  };
};

/** Fails always, and answers what it is told when it is asked about that. */
const knowing = (answer: () => Answer | Promise<Answer>): FakeTool => ({
  spec: { on_error: true },
  handler: ({ method }) => (method === 'on_error' ? answer() : failure),
});

const setup = (tool: FakeTool) => {
  const made = makeTools({ p: { tools: { t: tool } } });
  const calls = () => made.instances.p?.calls ?? [];
  return { ...made, calls };
};

const code = (name: string) => expect.objectContaining({ code: name });

describe('OnError', () => {
  test('is told what failed, how, and how often it was tried', async () => {
    const { tools, hooks } = setup(flaky(1));
    const seen: unknown[] = [];
    hooks.register('OnError', (payload) => void seen.push(payload));
    const result = await tools.call('t');
    expect(result).toMatchObject({ success: false, error: { code: 'AGAIN', message: 'busy' } });
    expect(seen).toEqual([
      {
        tool: 'p:t',
        plugin: 'p',
        error: { code: 'AGAIN', message: 'busy', details: { n: 1 } },
        attempt: 1,
      },
    ]);
  });

  test('has the tool tried again, four times in all', async () => {
    const { tools, hooks, calls } = setup(flaky(3));
    const attempts: number[] = [];
    hooks.register('OnError', ({ attempt }) => {
      attempts.push(attempt);
      return { action: 'retry', delayMs: 1 };
    });
    expect(await tools.call('t')).toMatchObject({ success: true, data: 'good' });
    expect(attempts).toEqual([1, 2, 3]);
    expect(calls()).toHaveLength(4);

    const more = setup(flaky(4));
    more.hooks.register('OnError', () => ({ action: 'retry' }));
    expect(await more.tools.call('t')).toMatchObject({ success: false, error: { code: 'AGAIN' } });
    expect(more.calls()).toHaveLength(4);
  });

  test('replaces the result', async () => {
    const { tools, hooks } = setup(flaky(9));
    hooks.register('OnError', () => ({ action: 'replace', value: { fallback: true } }));
    expect(await tools.call('t')).toEqual({
      success: true,
      data: { fallback: true },
      output: '{"fallback":true}',
      metadata: { plugin: 'p', version: '1.0.0', tool: 't' },
    });
  });

  test('lets the failure through', async () => {
    const { tools, hooks, calls } = setup(flaky(9));
    hooks.register('OnError', () => ({ action: 'propagate' }));
    expect(await tools.call('t')).toMatchObject({ success: false });
    expect(calls()).toHaveLength(1);
  });

  test('is asked about calls that the host lost, and these are thrown as they were', async () => {
    const gone = new AisopodError('CALL_GONE', 'gone', { details: { plugin: 'p' } });
    const { tools, hooks } = setup({ handler: () => Promise.reject(gone) });
    const seen: unknown[] = [];
    hooks.register('OnError', ({ error }) => void seen.push(error));
    await expect(tools.call('t')).rejects.toBe(gone);
    expect(seen).toEqual([{ code: 'CALL_GONE', message: 'gone', details: { plugin: 'p' } }]);
  });

  test.each(['CALL_CANCELLED', 'CALL_DEADLINE'] as const)('is not asked after %s', async (over) => {
    const { tools, hooks } = setup({
      handler: () => Promise.reject(new AisopodError(over, 'over')),
    });
    const fn = vi.fn(() => ({ action: 'replace', value: 1 }));
    hooks.register('OnError', fn);
    await expect(tools.call('t')).rejects.toEqual(code(over));
    expect(fn).not.toHaveBeenCalled();
  });

  test('that fails lets the failure through', async () => {
    const { tools, hooks, warnings } = setup(flaky(9));
    hooks.register('OnError', () => ({ action: 'block' }));
    expect(await tools.call('t')).toMatchObject({ success: false, error: { code: 'AGAIN' } });
    expect(warnings).toEqual([code('HOOK_FAILED')]);
  });

  test('keeps to the deadline of the call', async () => {
    for (const delayMs of [30_000, 60_001]) {
      const { tools, hooks, calls } = setup(flaky(9));
      hooks.register('OnError', () => ({ action: 'retry', delayMs }));
      const timeoutMs = delayMs > 60_000 ? Number.POSITIVE_INFINITY : 20_000;
      expect(await tools.call('t', {}, { timeoutMs })).toMatchObject({ success: false });
      expect(calls()).toHaveLength(1);
    }
  });

  test('is left when the caller cancels, also between two attempts', async () => {
    const { tools, hooks, calls } = setup(flaky(9));
    const controller = new AbortController();
    hooks.register('OnError', () => {
      setImmediate(() => controller.abort());
      return { action: 'retry', delayMs: 20_000 };
    });
    const call = tools.call('t', {}, { signal: controller.signal });
    await expect(call).rejects.toEqual(code('CALL_CANCELLED'));
    expect(calls()).toHaveLength(1);
  });

  test('has nothing tried again of which the caller has a chunk', async () => {
    const { tools, hooks, calls } = setup({
      handler: async (call) => {
        await call.chunk('first');
        return failure;
      },
    });
    hooks.register('OnError', () => ({ action: 'retry' }));
    expect(await tools.call('t', {}, { onChunk: () => {} })).toMatchObject({ success: false });
    expect(calls()).toHaveLength(1);
    await tools.call('t');
    expect(calls()).toHaveLength(5);
  });
});

describe("a tool's own on_error", () => {
  test('is asked first, with the arguments, in the method on_error', async () => {
    const { tools, hooks, calls } = setup(knowing(() => ok({ action: 'replace', value: 'own' })));
    const fn = vi.fn();
    hooks.register('OnError', fn);
    expect(await tools.call('t', { a: 1 })).toMatchObject({ success: true, data: 'own' });
    expect(calls().map(({ method }) => method)).toEqual(['invoke', 'on_error']);
    expect(JSON.parse(calls()[1]?.params ?? '')).toEqual({
      error: { code: 'AGAIN', message: 'busy', details: { n: 1 } },
      attempt: 1,
      arguments: { a: 1 },
    });
    expect(fn).not.toHaveBeenCalled();
  });

  test('is asked when no hook listens at all', async () => {
    const { tools, calls } = setup(knowing(() => ok({ action: 'retry' })));
    expect(await tools.call('t')).toMatchObject({ success: false });
    expect(calls().filter(({ method }) => method === 'invoke')).toHaveLength(4);
  });

  test('is not asked of a tool that does not wish it', async () => {
    const { tools, hooks, calls } = setup(flaky(1));
    hooks.register('OnError', () => null);
    await tools.call('t');
    expect(calls().map(({ method }) => method)).toEqual(['invoke']);
  });

  test.each([{ action: 'propagate' }, null])('with %j leaves it to OnError', async (answer) => {
    const { tools, hooks } = setup(knowing(() => ok(answer)));
    hooks.register('OnError', () => ({ action: 'replace', value: 'hook' }));
    expect((await tools.call('t')).data).toBe('hook');
  });

  test.each<[string, () => Answer | Promise<Answer>]>([
    ['fails', () => ({ ok: false, code: 'UNSUPPORTED', message: 'what?' })],
    ['is lost', () => Promise.reject(new AisopodError('PLUGIN_STUCK', 'stuck'))],
    ['answers text', () => ok('retry')],
    ['answers an unknown action', () => ok({ action: 'block' })],
    ['replaces by nothing', () => ok({ action: 'replace' })],
    ['waits for a time that is none', () => ok({ action: 'retry', delayMs: '1' })],
    ['waits for a time below 0', () => ok({ action: 'retry', delayMs: -1 })],
  ])('that %s is warned of once, and OnError is asked', async (_, answer) => {
    const { tools, hooks, warnings } = setup(knowing(answer));
    hooks.register('OnError', () => ({ action: 'replace', value: 'hook' }));
    for (let i = 0; i < 3; i++) expect((await tools.call('t')).data).toBe('hook');
    expect(warnings).toMatchObject([{ code: 'ON_ERROR_FAILED', details: { tool: 'p:t' } }]);
  });

  test('is warned of again after it was of use', async () => {
    const answers = [ok('?'), ok(null), ok('?')];
    const { tools, warnings } = setup(knowing(() => answers.shift() ?? ok(null)));
    for (let i = 0; i < 3; i++) await tools.call('t');
    expect(warnings).toEqual([code('ON_ERROR_FAILED'), code('ON_ERROR_FAILED')]);
  });

  test('is left when the caller cancels', async () => {
    const controller = new AbortController();
    const { tools, warnings } = setup(
      knowing(() => {
        setImmediate(() => controller.abort());
        return new Promise(() => {});
      }),
    );
    const call = tools.call('t', {}, { signal: controller.signal });
    await expect(call).rejects.toEqual(code('CALL_CANCELLED'));
    expect(warnings).toEqual([]);
  });
});
