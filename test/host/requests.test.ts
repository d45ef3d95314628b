import { describe, expect, test } from 'vitest';
import { AisopodError, type RequestHandler, type RequestInfo } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { deferred, linesOf, listen, openHost } from './open-host.js';

const sender: TestPlugin = { id: 'sender', source: 'requests.c' };
const [UNSUPPORTED, DENIED, CANCELLED, DEADLINE, THREAD] = [-3, -6, -8, -9, -13];
const FAIL = -1;

const open = (requests: Record<string, RequestHandler>) =>
  openHost({ plugins: [sender], requests });

/** The tools that send a request: with a function for the response, and with request_wait(). */
const ways = ['request', 'request-wait'];

describe('the request of a plugin', () => {
  test('is answered by the embedder', async () => {
    const host = await open({ 'sum.up': (params) => ({ sum: (params as number[]).length }) });
    for (const tool of ways) {
      const { data } = await host.tools.call(tool, { method: 'sum.up', params: [1, 2, 3] });
      expect(data).toMatchObject({ status: 0, json: { sum: 3 } });
    }
  });

  test('may be answered later, and with nothing', async () => {
    const host = await open({
      later: async () => new Promise<void>((resolve) => setImmediate(resolve)),
    });
    for (const tool of ways) {
      const { data } = await host.tools.call(tool, { method: 'later' });
      expect(data).toMatchObject({ status: 0, json: null });
    }
  });

  test('is UNSUPPORTED when the host has no handler for its method', async () => {
    const host = await open({});
    for (const tool of ways) {
      const { data } = await host.tools.call(tool, { method: 'model.chat' });
      expect(data).toMatchObject({
        status: UNSUPPORTED,
        message: expect.stringContaining('model.chat'),
      });
    }
  });

  test('is refused with the status, message and details that the embedder throws', async () => {
    const host = await open({
      secret: () => {
        throw new AisopodError('DENIED', 'not for you', { details: { contact: 'the owner' } });
      },
    });
    for (const tool of ways) {
      const { data } = await host.tools.call(tool, { method: 'secret' });
      const details = { contact: 'the owner' };
      expect(data).toMatchObject({ status: DENIED, message: 'not for you', details });
    }
  });

  test('fails when the embedder throws anything else, or answers what is no JSON', async () => {
    const host = await open({
      broken: () => {
        throw new TypeError('oops');
      },
      bigint: () => 1n,
      infinite: () => ({ n: Infinity }),
      details: () => {
        throw new AisopodError('DENIED', 'no', { details: { n: 1n } });
      },
    });
    for (const tool of ways) {
      const broken = await host.tools.call(tool, { method: 'broken' });
      expect(broken.data).toMatchObject({ status: FAIL, message: 'oops' });
      const bigint = await host.tools.call(tool, { method: 'bigint' });
      expect(bigint.data).toMatchObject({ status: FAIL });
      const infinite = await host.tools.call(tool, { method: 'infinite' });
      expect(infinite.data).toMatchObject({
        status: FAIL,
        message: 'the answer holds Infinity at /n, which JSON cannot say',
      });
      const details = await host.tools.call(tool, { method: 'details' });
      expect(details.data).toMatchObject({ status: DENIED, message: 'no' });
    }
  });

  test('can be sent in on_init', async () => {
    const host = await openHost({
      plugins: [{ id: 'one', source: 'lifecycle.c' }],
      pluginConfig: { one: { on_init: 'request' } },
      requests: { greeting: () => 'hello' },
    });
    expect(host.plugins.isActive('one')).toBe(true);
    const marks = linesOf(`${host.home.root}/data/one/marks`);
    expect(marks).toContain('one receives 0 "hello"');
  });

  test('may not be waited for on the event loop', async () => {
    const host = await open({ greeting: () => 'hello' });
    expect((await host.tools.call('request-inline')).data).toBe(THREAD);
  });

  test('may not be waited for on the thread that brings the answer', async () => {
    const host = await open({ greeting: () => 'hello' });
    const { data } = await host.tools.call('request', { method: 'greeting', wait_on_reply: true });
    expect(data).toMatchObject({ status: 0, waited: THREAD });
  });
});

describe('a stream of responses', () => {
  async function* count(params: unknown) {
    for (let i = 0; i < (params as number); i++) yield i;
    return 'done';
  }

  test('comes in order, and what the generator returns is the last', async () => {
    const host = await open({ count });
    const { data } = await host.tools.call('request', {
      method: 'count',
      params: 100,
      stream: true,
    });
    expect(data).toMatchObject({
      status: 0,
      parts: Array.from({ length: 100 }, (_, i) => i),
      json: 'done',
    });
  });

  test('is only its last response to a plugin that reads no partial ones', async () => {
    const host = await open({ count });
    for (const tool of ways) {
      const { data } = await host.tools.call(tool, { method: 'count', params: 5 });
      expect(data).toMatchObject({ status: 0, json: 'done' });
    }
  });

  test('is at most 64 partial responses ahead of the plugin', async () => {
    let made = 0;
    const host = await open({
      async *eager() {
        for (; made < 1e6; made++) yield made;
      },
    });
    const ears = listen(host);
    const controller = new AbortController();
    const args = { method: 'eager', stream: true, parent: true };
    const call = host.tools.call('request', args, { signal: controller.signal });
    for (let i = 0; i < 200; i++) await ears.next('part');
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await ears.next('responded');
    const read = 200 + ears.heard.filter(({ topic }) => topic === 'part').length;
    expect(made).toBeLessThanOrEqual(read + 65);
  });

  test('that throws half way is a failure after its parts', async () => {
    const host = await open({
      async *half() {
        yield 1;
        throw new AisopodError('NOT_FOUND', 'the rest is gone');
      },
    });
    const { data } = await host.tools.call('request', { method: 'half', stream: true });
    expect(data).toMatchObject({ status: -5, message: 'the rest is gone', parts: [1] });
  });
});

describe('the handler of a request', () => {
  const aborted = (signal: AbortSignal) =>
    signal.aborted || new Promise((resolve) => signal.addEventListener('abort', resolve));

  /** Opens a host whose requests never end by themselves, and gives the first. */
  async function openWaiting() {
    const arrived = deferred();
    let seen: RequestInfo | undefined;
    const host = await open({
      wait: (_, info) => {
        seen = info;
        arrived.resolve();
        return new Promise((_resolve, reject) => {
          info.signal.addEventListener('abort', () => reject(new Error('aborted')));
        });
      },
    });
    const info = async () => {
      await arrived.promise;
      return seen as RequestInfo;
    };
    return { host, info };
  }

  test('receives who sent it and on whose behalf, with the time that is left', async () => {
    const seen: RequestInfo[] = [];
    const host = await open({ who: (_, info) => void seen.push(info) });
    const context = { user: 'ada', tenant: 'acme', session: 's', traceId: 'f'.repeat(32) };
    const parent = { method: 'who', parent: true };
    for (const tool of ways) {
      await host.tools.call(tool, parent, { context, timeoutMs: 20_000 });
      await host.tools.call(tool, { method: 'who' }, { context });
    }
    for (const at of [0, 2]) {
      expect(seen[at]).toMatchObject({ plugin: 'sender', context });
      expect(seen[at]?.timeoutMs).toBeLessThanOrEqual(20_000);
      expect(seen[at + 1]?.context).toBeUndefined();
      expect(seen[at + 1]?.timeoutMs).toBeLessThanOrEqual(30_000);
    }
  });

  test('receives the trace id of the call that it is sent for, even if the caller gave none', async () => {
    const seen: RequestInfo[] = [];
    const host = await open({ who: (_, info) => void seen.push(info) });
    const ids = new Set<string | undefined>();
    for (const tool of ways) {
      await host.tools.call(tool, { method: 'who', parent: true });
      ids.add(seen.at(-1)?.context?.traceId);
    }
    expect(ids.size).toBe(ways.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  test('receives no limit where neither the plugin nor the call has one', async () => {
    const seen: RequestInfo[] = [];
    const host = await open({ who: (_, info) => void seen.push(info) });
    const options = { timeoutMs: Number.POSITIVE_INFINITY };
    for (const tool of ways) {
      await host.tools.call(tool, { method: 'who', parent: true, timeout_ms: -1 }, options);
      await host.tools.call(tool, { method: 'who', timeout_ms: -1 }, { timeoutMs: 20 });
    }
    const limits = seen.map(({ timeoutMs }) => timeoutMs);
    expect(limits).toEqual(Array(4).fill(Number.POSITIVE_INFINITY));
  });

  test('is aborted when the plugin cancels', async () => {
    const { host, info } = await openWaiting();
    const { data } = await host.tools.call('request', { method: 'wait', cancel: true });
    expect(data).toMatchObject({ status: CANCELLED });
    await aborted((await info()).signal);
  });

  test('is aborted when its limit has passed', async () => {
    const { host, info } = await openWaiting();
    for (const tool of ways) {
      const { data } = await host.tools.call(tool, { method: 'wait', timeout_ms: 20 });
      expect(data).toMatchObject({ status: DEADLINE });
      await aborted((await info()).signal);
    }
  });

  test('is aborted when the caller of the parent call cancels', async () => {
    const { host, info } = await openWaiting();
    const ears = listen(host);
    const controller = new AbortController();
    const args = { method: 'wait', parent: true };
    const call = host.tools.call('request', args, { signal: controller.signal });
    const { signal } = await info();
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await ears.next('responded')).toMatchObject({ status: CANCELLED });
    await aborted(signal);
  });

  test('is aborted when the parent call meets its deadline', async () => {
    const { host, info } = await openWaiting();
    const ears = listen(host);
    const call = host.tools.call('request', { method: 'wait', parent: true }, { timeoutMs: 500 });
    await expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    expect(await ears.next('responded')).toMatchObject({ status: DEADLINE });
    await aborted((await info()).signal);
  });

  test('may call a tool of the same plugin', async () => {
    const host = await open({
      again: () => host.tools.call('request', { method: 'unknown' }).then(({ data }) => data),
    });
    const { data } = await host.tools.call('request', { method: 'again' });
    expect(data).toMatchObject({ status: 0, json: { status: UNSUPPORTED } });
  });

  test('may call a serial tool of the same plugin from a serial tool, and wait for it', async () => {
    const host = await openHost({ plugins: [sender] });
    const call = (name: string, args: object) => ({
      method: 'tool.call',
      params: { name, arguments: args },
      parent: true,
    });
    const innermost = call('sender:request-wait', { method: 'unknown' });
    const { data } = await host.tools.call('request-wait', call('request-wait', innermost));
    expect(data).toMatchObject({
      status: 0,
      json: { data: { status: 0, json: { data: { status: UNSUPPORTED } } } },
    });
  });
});

test('a request that is open when the host closes gets GONE, and does not hold it up', async () => {
  const arrived = deferred();
  const host = await openHost({
    plugins: [sender],
    limits: { drainMs: 1 },
    requests: {
      wait: () => {
        arrived.resolve();
        return new Promise(() => {});
      },
    },
  });
  const call = host.tools.call('request', { method: 'wait' });
  const ended = expect(call).rejects.toMatchObject({ code: 'CALL_GONE' });
  await arrived.promise;
  await host.close();
  await ended;
  expect(host.plugins.get('sender')?.state).toBe('unloaded');
});
