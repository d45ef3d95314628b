import { describe, expect, test, vi } from 'vitest';
import type { PluginHost } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { listen, makeGate, openHost } from './open-host.js';

const calls: TestPlugin = { id: 'calls', source: 'calls.c' };
const [GONE, CANCELLED, DEADLINE] = [-7, -8, -9];
const forever = { gate: '/nowhere' };

describe('a caller that cancels', () => {
  test('before the call: nothing reaches the plugin', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const call = host.tools.call('wait', forever, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await host.tools.call('echo');
    expect(ears.heard).toEqual([]);
  });

  test('during the call: it rejects at once, and call_check() tells the plugin', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const controller = new AbortController();
    const call = host.tools.call('wait', forever, { signal: controller.signal });
    await ears.next('running');
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(ears.heard).toEqual([]);
    expect(await ears.next('stopped')).toMatchObject({ status: CANCELLED });
    expect(await host.tools.call('echo')).toMatchObject({ success: true });
  });

  test('is told to an observer, whose late answer is harmless', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const controller = new AbortController();
    const call = host.tools.call('watched', {}, { signal: controller.signal });
    expect(await ears.next('running')).toMatchObject({ status: -4 }); // one observer a call
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await ears.next('cancelled')).toMatchObject({ status: CANCELLED });
    expect(await ears.next('answered')).toMatchObject({ status: GONE });
    await ears.next('released');
  });

  test('while the call waits for its turn: the plugin never hears of it', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const gate = makeGate();
    const controller = new AbortController();
    const first = host.tools.call('wait', { gate: gate.path });
    await ears.next('running');
    const second = host.tools.call('never', {}, { signal: controller.signal });
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    gate.open();
    await first;
    await host.tools.call('echo');
    expect(ears.heard.map(({ topic }) => topic)).toEqual(['answered']);
  });

  test('after the answer changes nothing', async () => {
    const host = await openHost({ plugins: [calls] });
    const controller = new AbortController();
    const call = host.tools.call('echo', { a: 1 }, { signal: controller.signal });
    const result = await call;
    controller.abort();
    expect(result).toMatchObject({ success: true, data: { a: 1 } });
  });
});

/** Time for the handler to begin, on a busy machine too: the plugin is not given a call that is late. */
const BEGINS = { timeoutMs: 500 };

describe('a deadline', () => {
  test('ends the call, and call_check() tells the plugin', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const call = host.tools.call('wait', forever, BEGINS);
    await expect(call).rejects.toMatchObject({
      code: 'CALL_DEADLINE',
      details: { plugin: 'calls', status: 'DEADLINE' },
    });
    expect(await ears.next('stopped')).toMatchObject({ status: DEADLINE });
  });

  test('is told to an observer', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const call = host.tools.call('watched', {}, BEGINS);
    await expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    expect(await ears.next('cancelled')).toMatchObject({ status: DEADLINE });
  });

  test.each(['never', 'never-inline'])(
    'is met by a call that its handler left pending for good: %s',
    async (tool) => {
      const host = await openHost({ plugins: [calls] });
      const call = host.tools.call(tool, {}, { timeoutMs: 20 });
      await expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
      expect(await host.tools.call('echo')).toMatchObject({ success: true });
    },
  );

  test('is met by a call that waits for its turn', async () => {
    const host = await openHost({ plugins: [calls] });
    const gate = makeGate();
    const first = host.tools.call('wait', { gate: gate.path });
    const second = host.tools.call('echo', {}, { timeoutMs: 20 });
    await expect(second).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    gate.open();
    await first;
  });

  test('is the limit of the plugin when the caller says none', async () => {
    const host = await openHost({
      plugins: [calls],
      toml: '[plugins.settings.calls.limits]\ncall_ms = 20\n',
    });
    await expect(host.tools.call('never')).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
  });

  test.each([0, -1, Number.NaN])('of %d ms is a wrong use', async (timeoutMs) => {
    const host = await openHost({ plugins: [calls] });
    const call = host.tools.call('echo', {}, { timeoutMs });
    await expect(call).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('makes a late answer harmless', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const gate = makeGate();
    const args = { gate: gate.path, deaf: true };
    const call = host.tools.call('wait', args, BEGINS);
    const late = expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    await ears.next('running');
    await late;
    gate.open();
    expect(await ears.next('answered')).toMatchObject({ status: GONE });
    expect(await host.tools.call('echo')).toMatchObject({ success: true });
  });
});

describe('too many calls', () => {
  test('that wait are refused; those that are there already are answered', async () => {
    const host = await openHost({ plugins: [calls], limits: { queue: 2 } });
    const ears = listen(host);
    const gate = makeGate();
    const running = host.tools.call('wait', { gate: gate.path });
    await ears.next('running');
    const waiting = [1, 2].map((n) => host.tools.call('echo', { n }));
    await expect(host.tools.call('echo')).rejects.toMatchObject({
      code: 'QUEUE_FULL',
      message: expect.stringMatching(/2 calls with \d+ bytes of arguments are waiting already/),
    });
    gate.open();
    expect(await running).toMatchObject({ success: true });
    expect(await Promise.all(waiting)).toMatchObject([{ data: { n: 1 } }, { data: { n: 2 } }]);
    expect(await host.tools.call('echo')).toMatchObject({ success: true });
  });

  test('do not keep inline tools from being called', async () => {
    const host = await openHost({ plugins: [calls], limits: { queue: 1 } });
    const ears = listen(host);
    const gate = makeGate();
    const running = host.tools.call('wait', { gate: gate.path });
    await ears.next('running');
    const waiting = host.tools.call('echo');
    expect(await host.tools.call('echo-inline')).toMatchObject({ success: true });
    gate.open();
    await Promise.all([running, waiting]);
  });
});

describe('a handler that overstays its deadline', () => {
  /** Resolves when the plugin comes into a phase. */
  const phase = (host: PluginHost, wanted: string) =>
    new Promise<void>((resolve) => {
      host.events.on('phase', ({ to }) => {
        if (to === wanted) resolve();
      });
    });

  test('makes the plugin stuck until it returns', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const gate = makeGate();
    const [stuck, active] = [phase(host, 'stuck'), phase(host, 'active')];
    const args = { gate: gate.path, deaf: true };
    const call = host.tools.call('wait', args, BEGINS);
    const late = expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    await ears.next('running');
    await late;
    const waits = host.tools.call('echo', {}, { timeoutMs: Infinity });
    await expect(waits).rejects.toMatchObject({ code: 'PLUGIN_STUCK' });
    await stuck;
    expect(host.plugins.get('calls')).toMatchObject({
      state: 'stuck',
      error: { code: 'PLUGIN_STUCK', details: { handler: 'wait' } },
    });
    await expect(host.tools.call('echo')).rejects.toMatchObject({ code: 'PLUGIN_STUCK' });
    expect(await host.tools.call('echo-inline')).toMatchObject({ success: true });
    expect(await host.tools.call('echo-parallel')).toMatchObject({ success: true });
    gate.open();
    await active;
    expect(await host.tools.call('echo')).toMatchObject({ success: true });
    expect(host.plugins.get('calls')).toMatchObject({ state: 'active', error: null });
    const [toStuck, toActive] = host.plugins.get('calls')?.history.slice(-2) ?? [];
    expect(toStuck).toMatchObject({ to: 'stuck', cause: 'deadline' });
    expect(toActive).toMatchObject({ to: 'active', cause: 'deadline' });
  });

  test('of which there are several leaves the plugin stuck until the last returns', async () => {
    const host = await openHost({ plugins: [calls], limits: { parallelWorkers: 1 } });
    const ears = listen(host);
    const gates = { wait: makeGate(), 'wait-parallel': makeGate() };
    const endless = { timeoutMs: Infinity };
    for (const [tool, { path }] of Object.entries(gates)) {
      const call = host.tools.call(tool, { gate: path, deaf: true }, BEGINS);
      const late = expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
      await ears.next('running');
      await late;
    }
    for (const tool of ['echo', 'echo-parallel']) {
      const call = host.tools.call(tool, {}, endless);
      await expect(call).rejects.toMatchObject({ code: 'PLUGIN_STUCK' });
    }
    const active = phase(host, 'active');
    gates.wait.open();
    await vi.waitFor(() => host.tools.call('echo', {}, endless), { timeout: 20_000, interval: 5 });
    expect(host.plugins.get('calls')?.state).toBe('stuck');
    gates['wait-parallel'].open();
    await active;
  });
});
