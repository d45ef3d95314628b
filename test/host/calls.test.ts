import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { TestPlugin } from '../support/plugin-folder.js';
import { listen, makeGate, openHost, recordingLogger } from './open-host.js';

const calls: TestPlugin = { id: 'calls', source: 'calls.c' };
const other: TestPlugin = { id: 'other', source: 'calls.c' };

describe('a handler that takes its time on the worker', () => {
  test('delays no fs.stat, no other plugin, no inline tool and no parallel one', async () => {
    const host = await openHost({ plugins: [calls, other] });
    const ears = listen(host);
    const gate = makeGate();
    const ended: string[] = [];
    const named = async (name: string, work: Promise<unknown>) => {
      await work;
      ended.push(name);
    };
    const slow = named('slow', host.tools.call('calls:wait', { gate: gate.path }));
    await ears.next('running');
    await named('stat', stat(gate.path.slice(0, -5)));
    await named('other plugin', host.tools.call('other:echo'));
    await named('inline', host.tools.call('calls:echo-inline'));
    await named('parallel', host.tools.call('calls:echo-parallel'));
    gate.open();
    await slow;
    expect(ended).toEqual(['stat', 'other plugin', 'inline', 'parallel', 'slow']);
  });

  test('lets the next call of its plugin wait its turn', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const gate = makeGate();
    const ended: string[] = [];
    const first = host.tools.call('wait', { gate: gate.path }).then(() => ended.push('first'));
    await ears.next('running');
    const second = host.tools.call('echo').then(() => ended.push('second'));
    gate.open();
    await Promise.all([first, second]);
    expect(ended).toEqual(['first', 'second']);
  });

  test('runs beside itself when it says PARALLEL', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const gate = makeGate();
    const both = [1, 2].map(() => host.tools.call('wait-parallel', { gate: gate.path }));
    await ears.next('running');
    await ears.next('running');
    gate.open();
    expect(await Promise.all(both)).toMatchObject([{ data: 'through' }, { data: 'through' }]);
  });

  test('runs with no more than the limit of workers beside itself', async () => {
    const host = await openHost({ plugins: [calls], limits: { parallelWorkers: 2 } });
    const ears = listen(host);
    const gate = makeGate();
    const all = [1, 2, 3].map(() => host.tools.call('wait-parallel', { gate: gate.path }));
    await ears.next('running');
    await ears.next('running');
    await host.tools.call('echo');
    expect(ears.heard).toEqual([]);
    gate.open();
    await Promise.all(all);
  });
});

describe('an answer', () => {
  test.each(['ahead', 'ahead-inline'])(
    'counts when its handler has given it and returns PENDING: %s',
    async (tool) => {
      const host = await openHost({ plugins: [calls] });
      expect(await host.tools.call(tool, {}, { timeoutMs: Infinity })).toMatchObject({
        success: true,
        data: 'ahead',
      });
    },
  );

  test('may come from a thread of the plugin, later', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const gate = makeGate();
    const call = host.tools.call('thread', { gate: gate.path });
    await ears.next('running');
    expect(await host.tools.call('echo', { first: true })).toMatchObject({ success: true });
    gate.open();
    expect(await call).toMatchObject({ success: true, data: 'from a thread of its own' });
  });

  test('is the first one; a second is told GONE and changes nothing', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    expect(await host.tools.call('twice')).toMatchObject({ success: true, data: 1 });
    expect(await ears.next('answered')).toMatchObject({ status: -7 });
  });

  test('that fails carries code, message and details, and the call resolves', async () => {
    const host = await openHost({ plugins: [calls] });
    const args = { code: -5, message: 'nichts da: ☃', details: { looked: ['here', null] } };
    for (const tool of ['fail', 'fail-inline']) {
      expect(await host.tools.call(tool, args)).toEqual({
        success: false,
        error: {
          code: 'NOT_FOUND',
          message: 'nichts da: ☃',
          details: { looked: ['here', null] },
        },
        metadata: { plugin: 'calls', version: '1.0.0', tool },
      });
    }
  });

  test.each([
    [-6, 'DENIED'],
    [-15, 'BUSY'],
    [-9999, 'FAIL'],
  ])('may be the status %i that the handler returns', async (code, name) => {
    const host = await openHost({ plugins: [calls] });
    const result = await host.tools.call('refuse', { code });
    expect(result).toMatchObject({ success: false, error: { code: name } });
  });
});

describe('what a call carries', () => {
  const context = {
    session: 's-81',
    user: 'ada',
    tenant: 'acme',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    permissions: ['network'],
  };

  test('is what its caller said', async () => {
    const host = await openHost({ plugins: [calls] });
    expect((await host.tools.call('meta', {}, { context })).data).toEqual(context);
  });

  test('has a traceId of its own when its caller said none', async () => {
    const host = await openHost({ plugins: [calls] });
    const ids = new Set<unknown>();
    for (const options of [undefined, { context: {} }, { context: { user: 'ada' } }]) {
      const { data } = await host.tools.call('meta', {}, options);
      const { traceId } = data as { traceId: string };
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      ids.add(traceId);
    }
    expect(ids.size).toBe(3);
  });

  test('is the method and the name it was registered under, and a deadline', async () => {
    const host = await openHost({ plugins: [calls] });
    expect((await host.tools.call('calls:called')).data).toEqual({
      method: 'invoke',
      name: 'called',
      timed: true,
      left: true,
    });
  });

  test.each(['called', 'called-inline', 'called-parallel'])(
    'has the method "invoke" at every call of %s',
    async (tool) => {
      const host = await openHost({ plugins: [calls] });
      const methods: unknown[] = [];
      for (let i = 0; i < 3; i++) {
        const { data } = await host.tools.call(tool, {});
        methods.push((data as { method: unknown }).method);
      }
      expect(methods).toEqual(['invoke', 'invoke', 'invoke']);
    },
  );

  test('may have no deadline', async () => {
    const host = await openHost({ plugins: [calls] });
    const { data } = await host.tools.call('called', {}, { timeoutMs: Infinity });
    expect(data).toMatchObject({ timed: false, left: false });
  });
});

test('an inline handler that is too slow three times is moved to the worker, and that is told', async () => {
  const { logger, lines } = recordingLogger();
  const host = await openHost({ plugins: [calls], logger });
  const where: unknown[] = [];
  for (let i = 0; i < 4; i++) where.push((await host.tools.call('dawdle')).data);
  expect(where).toEqual(['inline', 'inline', 'inline', 'worker']);
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'warn', text: expect.stringContaining("'dawdle'") }),
  );
});
