import { describe, expect, test } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { nativeEnded } from '../support/native-ended.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, listen, makeGate, makeHome, marksOf, openHost } from './open-host.js';

const one: TestPlugin = { id: 'one', source: 'lifecycle.c' };
const two: TestPlugin = { id: 'two', source: 'lifecycle.c' };
const calls: TestPlugin = { id: 'calls', source: 'calls.c' };
const LIFE = ['create', 'on_register', 'on_init', 'on_shutdown', 'destroy'];

describe('discover() and start()', () => {
  test('can be apart: what is discovered runs nothing yet', async () => {
    const options = makeHome({ plugins: [one] });
    const host = PluginHost.create(options);
    closeAfterTest(host);
    expect(host.discover()).toMatchObject([{ id: 'one', state: 'validated', library: null }]);
    expect(marksOf(options.home, 'one')).toEqual([]);
    await expect(host.tools.call('one:ping')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
    await host.start();
    expect(await host.tools.call('one:ping')).toMatchObject({ data: 'one' });
  });

  test('discover() may be repeated before the start, not after it', async () => {
    const host = PluginHost.create(makeHome({ plugins: [one] }));
    closeAfterTest(host);
    host.discover();
    expect(host.discover()).toHaveLength(1);
    await host.start();
    expect(() => host.discover()).toThrowError(expect.objectContaining({ code: 'ALREADY_LOADED' }));
  });

  test('start() twice is one start, which both wait for', async () => {
    const options = makeHome({ plugins: [one] });
    const host = PluginHost.create(options);
    closeAfterTest(host);
    host.discover();
    void host.start();
    await host.start();
    expect(host.plugins.isActive('one')).toBe(true);
    expect(marksOf(options.home, 'one')).toEqual(['create', 'on_register', 'on_init']);
  });

  test('a strict start rejects every time it is asked for', async () => {
    const host = PluginHost.create(
      makeHome({ plugins: [one], pluginConfig: { one: { create: 'fail' } }, strict: true }),
    );
    closeAfterTest(host);
    host.discover();
    for (let i = 0; i < 2; i++)
      await expect(host.start()).rejects.toMatchObject({ code: 'CREATE_FAILED' });
  });
});

describe('close()', () => {
  test('ends every plugin and every thread', async () => {
    const options = makeHome({ plugins: [one, two, calls] });
    const host = await PluginHost.open(options);
    await host.tools.call('calls:echo');
    await host.tools.call('calls:echo-parallel');
    await host.close();
    await nativeEnded();
    expect(marksOf(options.home, 'one')).toEqual(LIFE);
    expect(marksOf(options.home, 'two')).toEqual(LIFE);
    expect(host.plugins.list().map(({ state }) => state)).toEqual(Array(3).fill('unloaded'));
  });

  test('may be called again, during and after', async () => {
    const options = makeHome({ plugins: [one] });
    const host = await PluginHost.open(options);
    await Promise.all([host.close(), host.close()]);
    await host.close();
    expect(marksOf(options.home, 'one')).toEqual(LIFE);
  });

  test('is what `await using` does', async () => {
    const options = makeHome({ plugins: [one] });
    const host = await PluginHost.open(options);
    await host[Symbol.asyncDispose]();
    expect(marksOf(options.home, 'one')).toEqual(LIFE);
  });

  test('makes everything that comes after it answer HOST_CLOSED', async () => {
    const host = await openHost({ plugins: [one] });
    const closing = host.close();
    const closed = { code: 'HOST_CLOSED' };
    const attempts = [
      () => host.tools.call('one:ping'),
      () => host.tools.call('unheard-of'),
      () => host.tools.stream('one:ping').result,
      () => host.start(),
      () => host.plugins.loadPlugin('/x'),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(closed);
    await closing;
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(closed);
    expect(() => host.discover()).toThrowError(expect.objectContaining(closed));
    expect(host.tools.list()).toEqual([]);
  });

  test('lets calls in flight end', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const gate = makeGate();
    const call = host.tools.call('calls:wait', { gate: gate.path });
    await ears.next('running');
    const closing = host.close();
    gate.open();
    expect(await call).toMatchObject({ success: true, data: 'through' });
    await closing;
  });

  test('tells calls that outlast the drain limit to stop, and their callers CALL_GONE', async () => {
    const host = await openHost({ plugins: [calls], limits: { drainMs: 1 } });
    const ears = listen(host);
    const call = host.tools.call('calls:wait', { gate: '/nowhere' }, { timeoutMs: Infinity });
    await ears.next('running');
    const closing = host.close();
    await expect(call).rejects.toMatchObject({ code: 'CALL_GONE' });
    await closing;
    await nativeEnded();
  });

  test('waits as long as it takes when there is no drain limit', async () => {
    const host = await openHost({ plugins: [calls], limits: { drainMs: Infinity } });
    const ears = listen(host);
    const gate = makeGate();
    const call = host.tools.call('calls:wait', { gate: gate.path });
    await ears.next('running');
    const closing = host.close();
    setTimeout(gate.open, 20);
    expect(await call).toMatchObject({ data: 'through' });
    await closing;
  });

  test('during a start ends what that start has brought up', async () => {
    const options = makeHome({ plugins: [one, two] });
    const host = PluginHost.create(options);
    host.discover();
    const starting = expect(host.start()).rejects.toMatchObject({ code: 'HOST_CLOSED' });
    await host.close();
    await starting;
    await nativeEnded();
    expect(host.plugins.list().map(({ state }) => state)).toEqual(['unloaded', 'unloaded']);
  });

  test('during an unload waits for that too', async () => {
    const host = await openHost({ plugins: [calls] });
    const ears = listen(host);
    const gate = makeGate();
    const call = host.tools.call('calls:wait', { gate: gate.path });
    await ears.next('running');
    const unloading = host.plugins.unloadPlugin('calls');
    const closing = host.close();
    gate.open();
    await call;
    await closing;
    await nativeEnded();
    await unloading;
  });
});

describe('several hosts in a process', () => {
  test('are independent and close in any order', async () => {
    const options = makeHome({ plugins: [one, calls] });
    const [a, b, c] = await Promise.all([
      PluginHost.open(options),
      PluginHost.open(options),
      openHost({ plugins: [one] }),
    ]);
    await b.close();
    expect(await a.tools.call('ping')).toMatchObject({ data: 'one' });
    expect(await c.tools.call('ping')).toMatchObject({ data: 'one' });
    await expect(c.tools.call('echo')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
    await a.close();
    expect(await c.tools.call('ping')).toMatchObject({ data: 'one' });
    await c.close();
    await nativeEnded();
  });

  test('hear only their own plugins', async () => {
    const [a, b] = await Promise.all([
      openHost({ plugins: [calls] }),
      openHost({ plugins: [calls] }),
    ]);
    const [ofA, ofB] = [listen(a), listen(b)];
    await a.tools.call('twice');
    await ofA.next('answered');
    await b.tools.call('echo');
    expect(ofB.heard).toEqual([]);
  });
});

test('a listener that throws is a fault of its own, and no plugin pays for it', async () => {
  const host = PluginHost.create(makeHome({ plugins: [one] }));
  closeAfterTest(host);
  const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
  const others = process.listeners('uncaughtException').slice(0, -1);
  for (const each of others) process.off('uncaughtException', each);
  host.events.once('phase', () => {
    throw new Error('of the listener');
  });
  host.discover();
  await host.start();
  expect(host.plugins.isActive('one')).toBe(true);
  expect(await thrown).toMatchObject({ message: 'of the listener' });
  for (const each of others) process.on('uncaughtException', each);
});
