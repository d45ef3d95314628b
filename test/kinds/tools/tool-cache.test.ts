import { describe, expect, test } from 'vitest';
import { deferred } from '../../host/open-host.js';
import { removePlugin } from '../../registry/make-batch.js';
import { type Handler, ok } from '../../support/fake-instance.js';
import { type FakeTool, makeTools } from './make-tools.js';

const cached = (handler: Handler): FakeTool => ({
  spec: { cache_ttl_ms: 3_600_000, hints: { idempotent: true } },
  handler,
});

const counting = () => {
  let n = 0;
  return cached(({ params }) => {
    n += 1;
    return ok({ n, args: JSON.parse(params) });
  });
};

const setup = (tool: FakeTool = counting()) => {
  const made = makeTools({ p: { tools: { t: tool } } });
  const calls = () => made.instances.p?.calls ?? [];
  return { ...made, calls };
};

describe('a tool that says so', () => {
  test('is asked once for equal arguments, whatever the order of their keys', async () => {
    const { tools, calls } = setup();
    const first = await tools.call('t', { a: 1, b: { c: 1, d: 2 } });
    const second = await tools.call('p:t', { b: { d: 2, c: 1 }, a: 1 });
    expect(first.metadata).toEqual({ plugin: 'p', version: '1.0.0', tool: 't' });
    expect(second).toEqual({ ...first, metadata: { ...first.metadata, cached: true } });
    expect(second.data).not.toBe(first.data);
    await tools.call('t', { a: 2 });
    expect(calls()).toHaveLength(2);
  });

  test('is asked anew for another tenant', async () => {
    const { tools, calls } = setup();
    for (const tenant of ['acme', 'initech', 'acme', undefined]) {
      await tools.call('t', {}, { context: tenant === undefined ? {} : { tenant } });
    }
    expect(calls()).toHaveLength(3);
  });

  test('is asked again after a failure', async () => {
    let n = 0;
    const { tools, calls } = setup(
      cached(() => {
        n += 1;
        return n === 1 ? { ok: false, code: 'AGAIN', message: 'busy' } : ok(n);
      }),
    );
    expect((await tools.call('t')).success).toBe(false);
    expect((await tools.call('t')).data).toBe(2);
    expect((await tools.call('t')).data).toBe(2);
    expect(calls()).toHaveLength(2);
  });

  test('is asked again by whoever wants chunks, and that is not kept', async () => {
    const { tools, calls } = setup();
    const onChunk = () => {};
    await tools.call('t', {}, { onChunk });
    await tools.call('t');
    await tools.call('t', {}, { onChunk });
    expect(calls()).toHaveLength(3);
  });

  test('that does not say so is asked each time', async () => {
    const { tools, calls } = setup({ handler: () => ok(1) });
    await tools.call('t');
    expect((await tools.call('t')).metadata?.cached).toBeUndefined();
    expect(calls()).toHaveLength(2);
  });
});

describe('equal calls at once', () => {
  test('are one call of the tool', async () => {
    const gate = deferred();
    const { tools, calls } = setup(cached(() => gate.promise.then(() => ok('one'))));
    const all = Array.from({ length: 5 }, () => tools.call('t'));
    gate.resolve();
    const results = await Promise.all(all);
    expect(results.map(({ data }) => data)).toEqual(Array(5).fill('one'));
    expect(results.filter(({ metadata }) => metadata?.cached)).toHaveLength(4);
    expect(calls()).toHaveLength(1);
  });

  test('are not lost with the first when that is cancelled', async () => {
    const gate = deferred();
    const { tools, calls } = setup(cached(() => gate.promise.then(() => ok('two'))));
    const controller = new AbortController();
    const first = tools.call('t', {}, { signal: controller.signal });
    const second = tools.call('t');
    await new Promise(setImmediate);
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    gate.resolve();
    expect((await second).data).toBe('two');
    expect(calls()).toHaveLength(2);
  });

  test('have their own deadlines', async () => {
    const { tools } = setup(cached(() => new Promise(() => {})));
    const controller = new AbortController();
    const first = tools.call('t', {}, { signal: controller.signal });
    const second = tools.call('t', {}, { timeoutMs: 5 });
    await expect(second).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });
});

describe('kept answers', () => {
  test('still pass the hooks', async () => {
    const { tools, hooks, calls } = setup();
    await tools.call('t');
    const remove = hooks.register('AfterToolExecute', () => ({ success: true, data: 'masked' }));
    expect(await tools.call('t')).toMatchObject({ data: 'masked', metadata: { cached: true } });
    remove();
    expect((await tools.call('t')).data).toMatchObject({ n: 1 });
    hooks.register('BeforeToolExecute', () => ({ action: 'block' }));
    await expect(tools.call('t')).rejects.toMatchObject({ code: 'TOOL_BLOCKED' });
    expect(calls()).toHaveLength(1);
  });

  test('are found by the arguments that the tool would get', async () => {
    const { tools, hooks, calls } = setup();
    hooks.register('BeforeToolExecute', () => ({ action: 'replace', value: { a: 1 } }));
    await tools.call('t', { a: 1 });
    expect((await tools.call('t', { a: 2 })).metadata?.cached).toBe(true);
    expect(calls()).toHaveLength(1);
  });

  test('are forgotten on request, and when the plugin goes', async () => {
    const { tools, registry, calls } = setup();
    await tools.call('t');
    tools.configured('q');
    await tools.call('t');
    expect(calls()).toHaveLength(1);
    tools.configured('p');
    await tools.call('t');
    expect(calls()).toHaveLength(2);
    removePlugin(registry, 'p');
    await expect(tools.call('t')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
  });
});
