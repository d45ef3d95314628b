import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PluginHost } from '../../../src/index.js';
import type { TestPlugin } from '../../support/plugin-folder.js';
import { closeAfterTest, listen, makeGate, marksOf, newFolder } from '../open-host.js';
import { openAgain } from './old-home.js';

const lazy: TestPlugin = { id: 'lazy', source: 'lifecycle.c' };
const STARTED = ['create', 'on_register', 'on_init'];

test('a plugin that was started before is listed, and nothing of it is opened', async () => {
  const { host, made } = await openAgain({ plugins: [lazy] });
  expect(host.plugins.get('lazy')).toMatchObject({
    state: 'registered',
    dormant: true,
    woken: null,
    tools: ['ping', 'about'],
    library: null,
    timings: {},
  });
  expect(host.tools.list().map(({ fullName }) => fullName)).toEqual(['lazy:ping', 'lazy:about']);
  expect(host.tools.get('ping')).toMatchObject({ description: 'For tests' });
  expect(host.plugins.capabilities('lazy')).toMatchObject([{ name: 'ping' }, { name: 'about' }]);
  expect(host.plugins.isActive('lazy')).toBe(true);
  expect(marksOf(made.home, 'lazy')).toEqual([]);
});

test('the first call of a tool starts its plugin, and is answered', async () => {
  const { host, made } = await openAgain({ plugins: [lazy] });
  const { warnings = [] } = host.plugins.get('lazy') ?? {};
  expect(warnings).toMatchObject([{ code: 'CAPABILITY_MISMATCH' }]);
  expect(await host.tools.call('ping')).toMatchObject({ success: true, data: 'lazy' });
  const took = expect.any(Number);
  expect(host.plugins.get('lazy')).toMatchObject({
    state: 'active',
    dormant: false,
    woken: { by: 'tool ping', at: took },
    library: { format: 'elf' },
    timings: { open: took, create: took, register: took },
    warnings,
  });
  expect(host.plugins.get('lazy')?.history.map(({ to }) => to)).toEqual([
    'validated',
    'registered',
    'loaded',
    'registered',
    'initialised',
    'active',
  ]);
  expect(host.plugins.get('lazy')?.history.map(({ cause }) => cause)).toEqual([
    'discover',
    'start',
    ...['wake', 'wake', 'wake', 'wake'],
  ]);
  expect(marksOf(made.home, 'lazy')).toEqual(STARTED);
});

test('many calls at the same time start their plugin once', async () => {
  const { host, made } = await openAgain({ plugins: [lazy] });
  const calls = Array.from({ length: 50 }, (_, i) => host.tools.call(i % 2 ? 'ping' : 'lazy:ping'));
  expect((await Promise.all(calls)).every(({ data }) => data === 'lazy')).toBe(true);
  expect(marksOf(made.home, 'lazy')).toEqual(STARTED);
});

test('a call ends at its own deadline while its plugin starts, and the start goes on', async () => {
  const gate = makeGate();
  const config = { lazy: { gate: gate.path } };
  const { host, made } = await openAgain({ plugins: [lazy], pluginConfig: config });
  writeFileSync(
    join(made.home, 'config.toml'),
    `[plugins.lazy]\ngate = "${gate.path}"\non_init = "wait"\n`,
  );
  await host.config.set('lazy', 'on_init', 'wait');
  await expect(host.tools.call('ping', {}, { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'CALL_DEADLINE',
  });
  gate.open();
  expect(await host.tools.call('ping')).toMatchObject({ data: 'lazy' });
  expect(marksOf(made.home, 'lazy').filter((mark) => mark === 'on_init')).toHaveLength(1);
});

test('a call that is cancelled while its plugin starts ends at once', async () => {
  const { host } = await openAgain({ plugins: [lazy] });
  const abort = new AbortController();
  const call = host.tools.call('ping', {}, { signal: abort.signal });
  abort.abort();
  await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  expect(await host.tools.call('ping')).toMatchObject({ data: 'lazy' });
});

describe('a dormant plugin starts', () => {
  test('when one of its commands is run', async () => {
    const { host } = await openAgain({ plugins: [{ id: 'lazy', source: 'commands.c' }] });
    const [command] = host.commands.list();
    await host.commands.run(command?.fullName ?? '', { args: [] });
    expect(host.plugins.get('lazy')).toMatchObject({
      state: 'active',
      woken: { by: `command ${command?.name}` },
    });
  });

  test('when a message is sent to it', async () => {
    const { host } = await openAgain({ plugins: [{ id: 'lazy', source: 'mails.c' }] });
    expect(await host.messaging.send('lazy', { do: 'echo' })).toMatchObject({ from: 'host' });
    expect(host.plugins.get('lazy')?.woken?.by).toBe('message');
  });

  test('when a hook is fired that it has a callback for', async () => {
    const hooks = [{ name: 'OnSessionCreate', does: 'reply', reply: 'null' }];
    const { host } = await openAgain({
      plugins: [{ id: 'lazy', source: 'hooks/listener.c' }],
      pluginConfig: { lazy: { hooks } },
    });
    const ears = listen(host);
    await host.hooks.invoke('OnSessionEnd', { session: 's' });
    expect(host.plugins.get('lazy')?.state).toBe('registered');
    await host.hooks.invoke('OnSessionCreate', { session: 's' });
    expect(host.plugins.get('lazy')).toMatchObject({
      state: 'active',
      woken: { by: 'hook OnSessionCreate' },
    });
    expect(await ears.next('called')).toMatchObject({ name: 'OnSessionCreate' });
  });

  test('when a tool is called around which its middleware stands', async () => {
    const { host } = await openAgain({
      plugins: [lazy, { id: 'around', source: 'middleware.c' }],
    });
    expect(await host.tools.call('ping')).toMatchObject({ data: 'lazy' });
    expect(host.plugins.get('around')?.state).toBe('active');
  });

  test('when an event is published that it subscribed to, which it receives', async () => {
    const { host } = await openAgain({
      plugins: [{ id: 'lazy', source: 'subscribes.c' }],
      pluginConfig: { lazy: { patterns: ['chat.*'] } },
    });
    const received: unknown[] = [];
    const three = new Promise<void>((resolve) => {
      host.bus.subscribe('received', ({ data }) => {
        if (received.push((data as { data: unknown }).data) === 3) resolve();
      });
    });
    host.bus.publish('other.topic', 0);
    expect(host.plugins.get('lazy')?.state).toBe('registered');
    for (const each of [1, 2, 3]) host.bus.publish('chat.message', each);
    await three;
    expect(received).toEqual([1, 2, 3]);
    expect(host.plugins.get('lazy')).toMatchObject({
      state: 'active',
      woken: { by: 'event chat.message' },
    });
  });
});

test('the last event of a flood reaches a plugin that the first has started, and none comes twice', async () => {
  const { host } = await openAgain({
    plugins: [{ id: 'lazy', source: 'subscribes.c' }],
    pluginConfig: { lazy: { patterns: ['chat.*'] } },
  });
  const received: number[] = [];
  const last = new Promise<void>((resolve) => {
    host.bus.subscribe('received', ({ data }) => {
      received.push((data as { data: number }).data);
      if (received.at(-1) === 499) resolve();
    });
  });
  for (let i = 0; i < 500; i++) {
    host.bus.publish('chat.message', i);
    if (i % 50 === 0) await new Promise(setImmediate);
  }
  await last;
  expect(received).toEqual(Array.from({ length: 500 }, (_, i) => i));
});

describe('a plugin that registers otherwise than before', () => {
  async function changed(before: string, after: string) {
    const file = join(newFolder(), 'tool');
    writeFileSync(file, before);
    const config = { lazy: { tool_file: file } };
    const { host, made } = await openAgain({ plugins: [lazy], pluginConfig: config });
    writeFileSync(file, after);
    return { host, made };
  }

  test('is swapped in with a warning that names the difference', async () => {
    const { host } = await changed('old', 'young');
    const warned: string[] = [];
    host.events.on('warning', (_, { code }) => warned.push(code));
    await host.tools.call('about');
    expect(host.tools.list().map(({ name }) => name)).toEqual(['young', 'about']);
    const listed = { code: 'CAPABILITY_MISMATCH' };
    expect(host.plugins.get('lazy')?.warnings).toMatchObject([
      listed,
      {
        code: 'REGISTRATIONS_CHANGED',
        message: expect.stringContaining('it adds tool "young", it no longer has tool "old".'),
      },
    ]);
    expect(warned).toEqual(['CAPABILITY_MISMATCH', 'REGISTRATIONS_CHANGED']);
  });

  test('answers TOOL_NOT_FOUND to a call of what is gone', async () => {
    const { host } = await changed('old', 'young');
    await expect(host.tools.call('old')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
    expect(await host.tools.call('young')).toMatchObject({ data: 'lazy' });
  });

  test('is known by what it registered last when the host opens again', async () => {
    const { host, made } = await changed('old', 'young');
    await host.tools.call('about');
    await host.close();
    const again = await PluginHost.open(made);
    closeAfterTest(again);
    expect(again.plugins.get('lazy')).toMatchObject({ dormant: true, tools: ['young', 'about'] });
    expect(await again.tools.call('young')).toMatchObject({ data: 'lazy' });
    const codes = again.plugins.get('lazy')?.warnings.map(({ code }) => code);
    expect(codes).toEqual(['CAPABILITY_MISMATCH']);
  });
});
