import { describe, expect, test } from 'vitest';
import type { PluginHost } from '../../../src/index.js';
import { listen, makeGate, newFolder, openHost } from '../../host/open-host.js';
import { makePlugin } from '../../support/plugin-folder.js';
import { cmds } from './cmds.js';

const lifecycle = { id: 'other', source: 'lifecycle.c' } as const;
const refused = expect.objectContaining({ code: 'COMMAND_RUNNING' });

/** Every write that the API has. */
const WRITES: Record<string, (host: PluginHost) => unknown> = {
  'switch off': (host) => host.plugins.disable('other'),
  'switch on': (host) => host.plugins.enable('other'),
  unload: (host) => host.plugins.unloadPlugin('other'),
  'switch off for good': (host) => host.plugins.setEnabled('other', false),
  configure: (host) => host.config.set('other', 'n', 1),
  load: (host) => host.plugins.loadPlugin(makePlugin(newFolder(), { ...lifecycle, id: 'new' })),
};

/** A host in which `wait` runs; `end` lets it come to its end. */
async function whileRunning(command = 'wait', ...more: string[]) {
  const host = await openHost({ plugins: [cmds(), lifecycle], limits: { shutdownMs: 50 } });
  const gate = makeGate();
  const ears = listen(host);
  const controller = new AbortController();
  const { signal } = controller;
  const run = host.commands.run(command, { args: [gate.path, ...more], signal, timeoutMs: 60_000 });
  await ears.next('running');
  return { host, gate, run, controller };
}

async function writes(host: PluginHost): Promise<void> {
  for (const write of ['switch off', 'switch on', 'configure', 'load', 'unload'])
    await WRITES[write]?.(host);
}

describe('while a command runs', () => {
  test.each(Object.keys(WRITES))('to %s a plugin is refused, at once', async (name) => {
    const { host, gate, run } = await whileRunning();
    await expect(async () => WRITES[name]?.(host)).rejects.toThrow(refused);
    expect(host.plugins.get('other')?.state).toBe('active');
    expect(host.plugins.get('new')).toBeUndefined();
    gate.open();
    await run;
    await writes(host);
  });

  test('the refusal names the commands that run', async () => {
    const { host, gate, run } = await whileRunning();
    const second = host.commands.run('wait-serial', { args: [gate.path] });
    await expect(host.plugins.unloadPlugin('other')).rejects.toMatchObject({
      message: expect.stringMatching(/unload other now: the command cmds:wait and 1 more still/),
      details: { commands: ['cmds:wait', 'cmds:wait-serial'] },
    });
    gate.open();
    await Promise.all([run, second]);
    await writes(host);
  });

  test('it is refused until the last of several has ended', async () => {
    const { host, gate, run } = await whileRunning();
    const later = makeGate();
    const second = host.commands.run('wait', { args: [later.path] });
    gate.open();
    await run;
    await expect(host.plugins.disable('other')).rejects.toThrow(refused);
    later.open();
    await second;
    await writes(host);
  });

  test('reading goes on, and tools are called', async () => {
    const { host, gate, run } = await whileRunning();
    expect(host.plugins.list()).toHaveLength(2);
    expect(host.commands.get('told')?.plugin).toBe('cmds');
    expect((await host.commands.run('told')).exitCode).toBe(0);
    gate.open();
    await run;
  });

  test('the host can be closed', async () => {
    const { host, run, gate } = await whileRunning();
    const closed = host.close();
    gate.open();
    await Promise.all([closed, run]);
    expect(host.plugins.get('other')?.state).toBe('unloaded');
  });
});

describe('the lock is given back', () => {
  test('when the plugin answers an error', async () => {
    const { host, gate, run } = await whileRunning();
    gate.open();
    await run;
    expect((await host.commands.run('fail')).exitCode).toBe(1);
    await writes(host);
  });

  test('when the reader of its output throws', async () => {
    const host = await openHost({ plugins: [cmds(), lifecycle] });
    const onOutput = () => Promise.reject(new Error('oops'));
    await expect(host.commands.run('yes', { onOutput })).rejects.toThrow('oops');
    await writes(host);
  });

  test('when the run is cancelled, though the handler goes on', async () => {
    const { host, run, controller } = await whileRunning('wait', 'deaf');
    controller.abort();
    await expect(run).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await writes(host);
  });

  test('when the deadline has passed and the plugin is stuck', async () => {
    const host = await openHost({ plugins: [cmds(), lifecycle] });
    const stuck = new Promise((resolve) => {
      host.events.on('phase', ({ id, to }) => {
        if (id === 'cmds' && to === 'stuck') resolve(to);
      });
    });
    const gate = makeGate();
    const run = host.commands.run('wait-serial', { args: [gate.path, 'deaf'], timeoutMs: 500 });
    await expect(run).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    await stuck;
    await expect(host.commands.run('told')).rejects.toMatchObject({ code: 'PLUGIN_STUCK' });
    await writes(host);
    gate.open();
  });

  test.each<[string, object]>([
    ['its name', { name: 'nothing' }],
    ['its caller', { name: 'private' }],
    ['its arguments', { args: ['x'.repeat(5000)] }],
    ['its time', { timeoutMs: -1 }],
    ['its signal', { signal: AbortSignal.abort() }],
  ])(
    'when the run is refused for %s',
    async (_, { name = 'told', ...options }: { name?: string }) => {
      const host = await openHost({ plugins: [cmds(), lifecycle] });
      await expect(host.commands.run(name, options)).rejects.toThrow();
      await writes(host);
    },
  );
});

const STATE = -12;

describe('a handler', () => {
  test('that registers something is refused, and nothing waits for itself', async () => {
    const host = await openHost({ plugins: [cmds()] });
    expect((await host.commands.run('late')).data).toBe(STATE);
    expect(host.commands.get('later')).toBeUndefined();
  });

  test('that asks the program for a change of the host hears why not', async () => {
    const host: PluginHost = await openHost({
      plugins: [cmds(), lifecycle],
      requests: { 'my.unload': () => host.plugins.unloadPlugin('other') },
    });
    const { data } = await host.commands.run('request', { args: ['my.unload', '{}'] });
    expect(data).toMatchObject({
      status: STATE,
      message: expect.stringContaining('the command cmds:request still runs'),
    });
    expect(host.plugins.get('other')?.state).toBe('active');
  });
});
