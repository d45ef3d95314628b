import { describe, expect, test } from 'vitest';
import { schemaOf } from '../../docs/schemas.js';
import { ok } from '../../support/fake-instance.js';
import { makeTools } from './make-tools.js';

function setup() {
  const made = makeTools({
    p: {
      tools: {
        echo: {
          spec: { parameters: { properties: { n: { type: 'number' } } } },
          handler: ({ params }) => ok(JSON.parse(params)),
        },
        no: { handler: () => ({ ok: false, code: 'DENIED', message: 'no' }) },
      },
    },
  });
  return { ...made, calls: () => made.instances.p?.calls ?? [] };
}

describe('the middleware of the chain tool', () => {
  test('sees the call and its result, and the call is as it would be without', async () => {
    const { tools, middleware } = setup();
    const seen: unknown[] = [];
    middleware.use('tool', async (value, next) => {
      seen.push(value);
      const result = await next();
      seen.push(result);
      return result;
    });
    const metadata = { plugin: 'p', version: '1.0.0', tool: 'echo' };
    const result = { success: true, data: { n: 1 }, output: '{"n":1}', metadata };
    expect(await tools.call('echo', { n: 1 })).toEqual(result);
    expect(schemaOf('tool-call#value')(seen[0])).toBe(true);
    expect(seen).toEqual([{ tool: 'p:echo', plugin: 'p', arguments: { n: 1 } }, result]);
    expect(await tools.call('no')).toMatchObject({ success: false, error: { code: 'DENIED' } });
  });

  test('changes arguments, which are validated again', async () => {
    const { tools, middleware, calls } = setup();
    let n: unknown = 2;
    middleware.use('tool', (_, next) => next({ arguments: { n } }));
    expect((await tools.call('echo', { n: 1 })).data).toEqual({ n: 2 });
    n = 'two';
    await expect(tools.call('echo', { n: 1 })).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
    expect(calls()).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ['another tool', { tool: 'p:no', arguments: {} }],
    ['another plugin', { plugin: 'q', arguments: {} }],
    ['no arguments', { tool: 'p:echo' }],
    ['arguments that are none', { arguments: [1] }],
    ['what is no call', 'p:echo'],
  ])('cannot go on with %s', async (_, value) => {
    const { tools, middleware, calls } = setup();
    middleware.use('tool', (_given, next) => next(value));
    await expect(tools.call('echo')).rejects.toMatchObject({
      code: 'NEXT_MISUSED',
      details: { fault: 'value' },
    });
    expect(calls()).toEqual([]);
  });

  test('answers by itself, and output and metadata are the host’s', async () => {
    const { tools, middleware, calls } = setup();
    middleware.use('tool', () => ({ success: true, data: [1], output: 'x', metadata: {} }));
    expect(await tools.call('echo')).toEqual({
      success: true,
      data: [1],
      output: '[1]',
      metadata: { plugin: 'p', version: '1.0.0', tool: 'echo' },
    });
    expect(calls()).toEqual([]);
  });

  test('that gives what is no result is named', async () => {
    const { tools, middleware } = setup();
    middleware.use('tool', () => ({ data: 1 }), { name: 'odd' });
    await expect(tools.call('echo')).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      details: { name: 'odd', fault: 'result' },
    });
  });

  test('stands between the hooks: they have the last word about what goes in and out', async () => {
    const { tools, hooks, middleware } = setup();
    const order: string[] = [];
    hooks.register('BeforeToolExecute', ({ arguments: { n } }) => void order.push(`before ${n}`));
    hooks.register('AfterToolExecute', ({ data }) => {
      order.push(`after ${data}`);
      return { success: true, data: 'masked' };
    });
    middleware.use('tool', async (_, next) => {
      order.push('in');
      await next({ arguments: { n: 2 } });
      order.push('out');
      return { success: true, data: 'from middleware' };
    });
    expect((await tools.call('echo', { n: 1 })).data).toBe('masked');
    expect(order).toEqual(['in', 'before 2', 'out', 'after from middleware']);
  });

  test('hears of a block, and may live with it', async () => {
    const { tools, hooks, middleware } = setup();
    hooks.register('BeforeToolExecute', () => ({ action: 'block' }));
    const remove = middleware.use('tool', (_, next) => next());
    await expect(tools.call('echo')).rejects.toMatchObject({ code: 'TOOL_BLOCKED' });
    remove();
    middleware.use('tool', (_, next) =>
      next().catch(({ code, message }) => ({ success: false, error: { code, message } })),
    );
    expect(await tools.call('echo')).toMatchObject({ error: { code: 'TOOL_BLOCKED' } });
  });

  test('does not outlast the call', async () => {
    const { tools, middleware } = setup();
    middleware.use('tool', () => new Promise(() => {}));
    const call = tools.call('echo', {}, { timeoutMs: 5 });
    await expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
  });
});
