import { describe, expect, test, vi } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import { schemaOf } from '../../docs/schemas.js';
import { ok } from '../../support/fake-instance.js';
import { type FakeTool, makeTools } from './make-tools.js';

const echo: FakeTool = {
  spec: { parameters: { properties: { n: { type: 'number' } } } },
  handler: ({ params }) => ok(JSON.parse(params)),
};
const no: FakeTool = {
  handler: () => ({ ok: false, code: 'DENIED', message: 'no', details: { why: 1 } }),
};

const setup = (tools: Record<string, FakeTool> = { echo, no }) => {
  const made = makeTools({ p: { tools } });
  const calls = () => made.instances.p?.calls ?? [];
  return { ...made, calls };
};

const thrown = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error as AisopodError;
};

describe('BeforeToolExecute', () => {
  test('is told which tool is to be called, with what, and on whose behalf', async () => {
    const { tools, hooks } = setup();
    const seen: unknown[] = [];
    hooks.register(
      'BeforeToolExecute',
      (payload, { context }) => void seen.push([payload, context]),
    );
    const context = { user: 'ada', traceId: 'f'.repeat(32) };
    await tools.call('echo', { n: 1 }, { context });
    expect(seen).toEqual([
      [{ tool: 'p:echo', plugin: 'p', arguments: { n: 1 }, call: { id: 1, ...context } }, context],
    ]);
  });

  test('hears the trace id that the tool hears', async () => {
    const { tools, hooks, calls } = setup();
    let traceId: unknown;
    hooks.register('BeforeToolExecute', (payload) => {
      traceId = payload.call.traceId;
    });
    await tools.call('echo');
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(calls()[0]?.options.context).toEqual({ traceId });
  });

  test.each(['allow', null])('lets a call through: %s', async (action) => {
    const { tools, hooks } = setup();
    hooks.register('BeforeToolExecute', () => action && { action });
    expect(await tools.call('echo', { n: 1 })).toEqual({
      success: true,
      data: { n: 1 },
      output: '{"n":1}',
      metadata: { plugin: 'p', version: '1.0.0', tool: 'echo' },
    });
  });

  test('blocks a call, saying who and why, and the tool never hears of it', async () => {
    const { tools, hooks, calls } = setup();
    const decide = () => Promise.resolve({ action: 'block', reason: 'only on Sundays' });
    hooks.register('BeforeToolExecute', decide, { plugin: 'guard' });
    const onError = vi.fn();
    hooks.register('OnError', onError);
    expect(await thrown(tools.call('echo'))).toMatchObject({
      code: 'TOOL_BLOCKED',
      message: 'guard blocked the call of p:echo: only on Sundays',
      details: { tool: 'p:echo', by: 'guard', reason: 'only on Sundays' },
    });
    expect(calls()).toEqual([]);
    expect(onError).not.toHaveBeenCalled();
  });

  test('blocks without a reason', async () => {
    const { tools, hooks } = setup();
    hooks.register('BeforeToolExecute', () => ({ action: 'block' }));
    expect(await thrown(tools.call('echo'))).toMatchObject({
      message: expect.stringContaining('it gave no reason'),
      details: { reason: null },
    });
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('oops');
      },
    ],
    ['rejects', () => Promise.reject(new Error('oops'))],
    ['decides what is no decision', () => ({ action: 'perhaps' })],
    ['decides what belongs to another hook', () => ({ action: 'retry' })],
  ])('that %s blocks the call', async (_, fn) => {
    const { tools, hooks, calls } = setup();
    hooks.register('BeforeToolExecute', fn, { plugin: 'guard' });
    expect(await thrown(tools.call('echo'))).toMatchObject({
      code: 'TOOL_BLOCKED',
      details: { by: 'guard' },
    });
    expect(calls()).toEqual([]);
  });

  test('replaces the arguments', async () => {
    const { tools, hooks } = setup();
    hooks.register('BeforeToolExecute', () => ({ action: 'replace', value: { n: 2 } }));
    expect((await tools.call('echo', { n: 1 })).data).toEqual({ n: 2 });
  });

  test('that replaces the arguments by illegal ones blocks the call', async () => {
    const { tools, hooks, calls } = setup();
    const decide = () => ({ action: 'replace', value: { n: 'two' } });
    hooks.register('BeforeToolExecute', decide, { plugin: 'helper' });
    const error = await thrown(tools.call('echo', { n: 1 }));
    expect(error).toMatchObject({ code: 'TOOL_BLOCKED', details: { by: 'helper' } });
    expect(error.cause).toMatchObject({ code: 'ARGUMENTS_INVALID' });
    expect(calls()).toEqual([]);
  });

  test('has no hand on the object of the caller', async () => {
    const { tools, hooks } = setup();
    hooks.register('BeforeToolExecute', ({ arguments: args }) => {
      args.n = 'spoiled';
    });
    const given = { n: 1 };
    expect((await tools.call('echo', given)).data).toEqual({ n: 1 });
    expect(given).toEqual({ n: 1 });
  });

  test('is not asked about a call that is illegal anyway', async () => {
    const { tools, hooks } = setup();
    const fn = vi.fn();
    hooks.register('BeforeToolExecute', fn);
    expect(await thrown(tools.call('echo', { n: 'x' }))).toMatchObject({
      code: 'ARGUMENTS_INVALID',
    });
    expect(await thrown(tools.call('nothing'))).toMatchObject({ code: 'TOOL_NOT_FOUND' });
    expect(fn).not.toHaveBeenCalled();
  });

  test('does not outlast the deadline of the call', async () => {
    const { tools, hooks, calls } = setup();
    hooks.register('BeforeToolExecute', () => new Promise(() => {}));
    const error = await thrown(tools.call('echo', {}, { timeoutMs: 5 }));
    expect(error).toMatchObject({ code: 'CALL_DEADLINE' });
    expect(calls()).toEqual([]);
  });

  test('is left when the caller cancels', async () => {
    const { tools, hooks } = setup();
    const controller = new AbortController();
    hooks.register('BeforeToolExecute', () => {
      controller.abort();
      return new Promise(() => {});
    });
    const error = await thrown(tools.call('echo', {}, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'CALL_CANCELLED' });
  });
});

describe('a callback that calls the tool it is asked about', () => {
  test('comes to an end, and blocks the call', async () => {
    const { tools, hooks, calls } = setup();
    hooks.register('BeforeToolExecute', async () => void (await tools.call('echo')));
    expect(await thrown(tools.call('echo'))).toMatchObject({ code: 'TOOL_BLOCKED' });
    expect(calls()).toEqual([]);
  });
});

describe('AfterToolExecute', () => {
  test('sees the result, and what it makes of it is the result', async () => {
    const { tools, hooks } = setup();
    const seen: unknown[] = [];
    hooks.register('AfterToolExecute', (result) => {
      seen.push(result);
      return { success: true, data: 'masked' };
    });
    const metadata = { plugin: 'p', version: '1.0.0', tool: 'echo' };
    expect(await tools.call('echo', { n: 1 })).toEqual({
      success: true,
      data: 'masked',
      output: 'masked',
      metadata,
    });
    expect(seen).toEqual([{ success: true, data: { n: 1 }, output: '{"n":1}', metadata }]);
  });

  test('makes output and metadata of nobody but the host', async () => {
    const { tools, hooks } = setup();
    hooks.register('AfterToolExecute', (result) => ({
      ...result,
      data: { n: '***' },
      output: 'the secret is 1',
      metadata: { plugin: 'somebody else' },
    }));
    expect(await tools.call('echo', { n: 1 })).toMatchObject({
      output: '{"n":"***"}',
      metadata: { plugin: 'p' },
    });
  });

  test('turns a failure into a success and back', async () => {
    const { tools, hooks } = setup();
    hooks.register('AfterToolExecute', ({ success, error }) =>
      success
        ? { success: false, error: { code: 'INVALID', message: 'too good', details: [1] } }
        : { success: true, data: error.code },
    );
    expect(await tools.call('no')).toMatchObject({ success: true, data: 'DENIED' });
    expect(await tools.call('echo')).toEqual({
      success: false,
      error: { code: 'INVALID', message: 'too good', details: [1] },
      metadata: { plugin: 'p', version: '1.0.0', tool: 'echo' },
    });
  });

  test.each<[string, unknown]>([
    ['no object', 'text'],
    ['without success', { data: 1 }],
    ['without data', { success: true }],
    ['with data that is no JSON', { success: true, data: () => 1 }],
    ['with data that JSON cannot say', { success: true, data: 1n }],
    ['with an error beside success', { success: true, data: 1, error: {} }],
    ['with a failure without error', { success: false }],
    ['with data beside a failure', { success: false, data: 1, error: { code: 'X', message: '' } }],
    ['with a code that is none', { success: false, error: { code: 'x', message: '' } }],
    ['with a failure without message', { success: false, error: { code: 'X' } }],
    [
      'with details that JSON cannot say',
      { success: false, error: { code: 'X', message: '', details: 1n } },
    ],
  ])('that makes something %s has failed, and the others still count', async (_, answer) => {
    const { tools, hooks, warnings } = setup();
    hooks.register('AfterToolExecute', () => ({ success: true, data: 'masked' }), { priority: 1 });
    hooks.register('AfterToolExecute', () => answer, { plugin: 'broken' });
    expect((await tools.call('echo', { n: 1 })).data).toBe('masked');
    expect(warnings).toMatchObject([{ code: 'HOOK_FAILED', details: { plugin: 'broken' } }]);
  });

  test('that spoils in place what it is given fails the call', async () => {
    const { tools, hooks } = setup();
    hooks.register('AfterToolExecute', (result) => {
      result.data = undefined;
    });
    expect(await thrown(tools.call('echo'))).toMatchObject({
      code: 'RESULT_SPOILED',
      details: { tool: 'p:echo' },
    });
  });

  test('that changes in place what it is given changes all of the result', async () => {
    const { tools, hooks } = setup();
    hooks.register('AfterToolExecute', (result) => {
      result.data.n = '***';
    });
    expect(await tools.call('echo', { n: 1 })).toMatchObject({
      data: { n: '***' },
      output: '{"n":"***"}',
    });
  });

  test('is not asked when there is no result', async () => {
    const lost: FakeTool = {
      handler: () => Promise.reject(new AisopodError('CALL_GONE', 'gone')),
    };
    const { tools, hooks } = setup({ lost });
    const fn = vi.fn();
    hooks.register('AfterToolExecute', fn);
    expect(await thrown(tools.call('lost'))).toMatchObject({ code: 'CALL_GONE' });
    expect(fn).not.toHaveBeenCalled();
  });
});

describe('chunks', () => {
  const chatty: FakeTool = {
    handler: async (call) => {
      for (const chunk of ['a', { secret: 1 }, 'c']) await call.chunk(chunk);
      return ok('done');
    },
  };
  const collect = async (stream: AsyncIterable<unknown>) => {
    const chunks: unknown[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  };

  test('are shown to AfterToolExecute as results of their own', async () => {
    const { tools, hooks } = setup({ chatty });
    const seen: unknown[] = [];
    hooks.register('AfterToolExecute', ({ data, metadata }) => {
      seen.push([data, metadata.chunk]);
      return { success: true, data: typeof data === 'object' ? { secret: '***' } : data };
    });
    const stream = tools.stream('chatty');
    expect(await collect(stream)).toEqual(['a', { secret: '***' }, 'c']);
    expect((await stream.result).data).toBe('done');
    expect(seen).toEqual([
      ['a', true],
      [{ secret: 1 }, true],
      ['c', true],
      ['done', undefined],
    ]);
  });

  test('are withheld when it makes failures of them', async () => {
    const { tools, hooks } = setup({ chatty });
    hooks.register('AfterToolExecute', ({ data }) =>
      typeof data === 'object'
        ? { success: false, error: { code: 'DENIED', message: 'secret' } }
        : null,
    );
    expect(await collect(tools.stream('chatty'))).toEqual(['a', 'c']);
  });

  test('do not come from a stream that is blocked', async () => {
    const { tools, hooks } = setup({ chatty });
    hooks.register('BeforeToolExecute', () => ({ action: 'block', reason: 'no' }));
    const stream = tools.stream('chatty');
    expect(await thrown(collect(stream))).toMatchObject({ code: 'TOOL_BLOCKED' });
    expect(await thrown(stream.result)).toMatchObject({ code: 'TOOL_BLOCKED' });
  });

  test('come as they are when nobody looks at results', async () => {
    const { tools, hooks } = setup({ chatty });
    hooks.register('BeforeToolExecute', () => null);
    expect(await collect(tools.stream('chatty'))).toEqual(['a', { secret: 1 }, 'c']);
  });

  test('whose reader throws end the call with that, and nobody is asked about it', async () => {
    const { tools, hooks } = setup({ chatty });
    const onError = vi.fn();
    hooks.register('OnError', onError);
    const own = new AisopodError('DENIED', 'mine');
    const onChunk = () => Promise.reject(own);
    expect(await thrown(tools.call('chatty', {}, { onChunk }))).toBe(own);
    expect(onError).not.toHaveBeenCalled();
  });
});

describe('what hooks are told fits docs/reference/schemas', () => {
  test.each(['BeforeToolExecute', 'AfterToolExecute', 'OnError'])('%s', async (name) => {
    const { tools, hooks } = setup();
    const validate = schemaOf(`hook#${name}/payload`);
    const seen: unknown[] = [];
    hooks.register(name, (payload) => void seen.push(validate(payload) || validate.errors));
    await tools.call('echo', { n: 1 });
    await tools.call('no', {}, { context: { user: 'ada', permissions: ['network'] } });
    expect(new Set(seen)).toEqual(new Set([true]));
  });
});

describe('while nobody listens', () => {
  test('a call is made as if there were no hooks', async () => {
    const { tools, hooks, calls } = setup();
    const remove = hooks.register('BeforeToolExecute', () => null);
    remove();
    await tools.call('echo');
    expect(calls()[0]?.options).toEqual({ timeoutMs: 30_000 });
  });
});
