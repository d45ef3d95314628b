import { describe, expect, test } from 'vitest';
import { loadAddon } from '../../../../src/abi/addon.js';
import { Status } from '../../../../src/abi/index.js';
import { MessageType } from '../../../../src/abi/messages.js';
import { makeHome, openHost } from '../../../host/open-host.js';
import type { TestPlugin } from '../../../support/plugin-folder.js';
import { runBuilt, withBuild } from '../../../support/run-built.js';
import { ok, serve, tokenOf } from '../load-native.js';

withBuild();
loadAddon(); // a missing addon fails here, and not in the child

const calls: TestPlugin = { id: 'calls', source: 'calls.c' };
const CLEAN = { code: 0, signal: null, stderr: '' };

/** gc(), and BOUND: the functions that were made for registrations, in order, the last of them by BY. */
const PRELUDE = `
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  import { createRequire } from 'node:module';
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  const { loadAddon } = await import(new URL('abi/addon.js', DIST));
  const addon = loadAddon();
  const BOUND = [];
  let BY;
  addon.NativeInstance = class extends addon.NativeInstance {
    bind(registration) {
      const call = super.bind(registration);
      BOUND.push(call);
      BY = this;
      return call;
    }
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
`;

describe('bind()', () => {
  test.each(['echo', 'echo-inline'])('gives a function that calls %s', async (name) => {
    const { instance, registrations } = await serve('calls.c');
    const call = instance.bind?.(tokenOf(registrations, name));
    const finish = (answer: unknown) => ({ answer });
    for (let i = 0; i < 3; i++) {
      const answer = call?.(`{"i":${i}}`, { timeoutMs: 30_000 }, finish);
      expect(answer instanceof Promise).toBe(name === 'echo');
      expect(await answer).toEqual({ answer: ok({ i }) });
    }
  });

  test.each(['echo', 'echo-inline'])('rejects or throws what finish() throws: %s', async (name) => {
    const { instance, registrations } = await serve('calls.c');
    const call = instance.bind?.(tokenOf(registrations, name));
    const finish = () => {
      throw new Error('not so');
    };
    const made = async () => call?.('{}', { timeoutMs: 30_000 }, finish);
    await expect(made()).rejects.toThrow('not so');
    expect(instance.inFlight).toBe(0);
  });

  test('gives a function that refuses calls once its instance shuts down', async () => {
    const { instance, registrations } = await serve('calls.c');
    const call = instance.bind?.(tokenOf(registrations, 'echo-inline'));
    await instance.shutdown(0, 'unload');
    expect(() => call?.('{}', { timeoutMs: 1000 }, String)).toThrowError(
      expect.objectContaining({ code: 'PLUGIN_NOT_ACTIVE' }),
    );
  });
});

test('a tool calls the new instance of a plugin that was unloaded and loaded again', async () => {
  const host = await openHost({ plugins: [calls] });
  const call = async () => (await host.tools.call('echo-inline', { a: 1 })).output;
  expect(await call()).toBe('{"a":1}');
  const path = host.plugins.get('calls')?.path ?? '';
  await host.plugins.unloadPlugin('calls');
  await expect(call()).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
  await host.plugins.loadPlugin(path);
  expect(await call()).toBe('{"a":1}');
  expect((await host.tools.call('echo', { b: 2 })).output).toBe('{"b":2}');
});

describe('a bound function', () => {
  test('is lost with STATE after its instance has ended and was collected', async () => {
    const code = `${PRELUDE}
      let host = await PluginHost.open(args);
      await host.tools.call('echo-inline', { a: 1 });
      await host.close();
      const [call] = BOUND;
      console.log(JSON.stringify(call('{}', 1000).slice(0, 2)));
      host = undefined;
      for (let i = 0; i < 20; i++) { gc(); await turn(); }
      console.log(JSON.stringify(call('{}', 1000).slice(0, 2)), addon.liveCounts().instances);
      console.log(JSON.stringify(call('{}', 1000, 0, undefined, 'invoke').slice(0, 2)));`;
    const lost = JSON.stringify([MessageType.lost, Status.STATE]);
    const { stdout, ...ended } = await runBuilt(code, makeHome({ plugins: [calls] }));
    expect(ended).toMatchObject(CLEAN);
    expect(stdout.split('\n')).toEqual([lost, `${lost} 0`, lost, '']);
  });

  test('refuses what it does not take', async () => {
    const code = `${PRELUDE}
      const host = await PluginHost.open(args);
      await host.tools.call('echo-inline');
      const wrong = [[], ['{}'], [1, 1], ['{}', '1'], ['{}', 1, 'a'], ['{}', 1, 0, 1], ['{}', 1, 0, '{}', 1]];
      for (const each of wrong) {
        try { BOUND[0](...each); console.log('taken', each); } catch (error) { console.log(error.name); }
      }
      console.log(BOUND[0]('{"a":1}', 1000));
      await host.close();`;
    const { stdout, ...ended } = await runBuilt(code, makeHome({ plugins: [calls] }));
    expect(ended).toMatchObject(CLEAN);
    expect(stdout).toBe(`${'TypeError\n'.repeat(7)}{"a":1}\n`);
  });

  test('is collected when JavaScript lets it go', async () => {
    const code = `${PRELUDE}
      const host = await PluginHost.open(args);
      const { token } = host.registry.snapshot.resolve('tool', 'echo-inline');
      let collected = 0;
      const registry = new FinalizationRegistry(() => { collected += 1; });
      await host.tools.call('echo');
      for (let i = 0; i < 1000; i++) registry.register(BY.bind(token), i);
      BOUND.length = 0;
      while (collected < 1000) { gc(); await turn(); }
      console.log((await host.tools.call('echo-inline', { a: 1 })).output);
      await host.close();`;
    const { stdout, ...ended } = await runBuilt(code, makeHome({ plugins: [calls] }));
    expect(ended).toMatchObject(CLEAN);
    expect(stdout).toBe('{"a":1}\n');
  });

  test('answers while garbage is collected, and each call gets its own answer', async () => {
    const code = `${PRELUDE}
      const host = await PluginHost.open(args);
      let right = 0;
      for (let i = 0; i < 3000; i++) {
        if (i % 100 === 0) gc();
        const given = { i, text: (i % 2 ? 'é' : 'e').repeat(i) };
        const { data } = await host.tools.call('echo-inline', given);
        if (data.i === i && data.text === given.text) right += 1;
      }
      console.log(right);
      await host.close();`;
    const { stdout, ...ended } = await runBuilt(code, makeHome({ plugins: [calls] }));
    expect(ended).toMatchObject(CLEAN);
    expect(stdout).toBe('3000\n');
  });

  test('is in the middle of a call when its Worker is terminated, and the main thread goes on', async () => {
    const code = `
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const inner = \`
        import { parentPort } from 'node:worker_threads';
        import { PluginHost } from \${JSON.stringify(DIST)};
        const host = await PluginHost.open(\${JSON.stringify(args)});
        parentPort.postMessage('runs');
        for (;;) await host.tools.call('echo-inline', { a: 1 });
      \`;
      for (let i = 0; i < 5; i++) {
        const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(inner)));
        await once(worker, 'message');
        await worker.terminate();
      }
      const host = await PluginHost.open(args);
      console.log((await host.tools.call('echo-inline', { a: 1 })).output);
      await host.close();`;
    const { stdout, ...ended } = await runBuilt(code, makeHome({ plugins: [calls] }));
    expect(ended).toMatchObject(CLEAN);
    expect(stdout).toBe('{"a":1}\n');
  });
});
