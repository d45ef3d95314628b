import { expect, test } from 'vitest';
import type { TestPlugin } from '../support/plugin-folder.js';
import { rounds } from '../support/rounds.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import { makeHome, marksOf } from './open-host.js';

withBuild();

const one: TestPlugin = { id: 'one', source: 'lifecycle.c' };
const calls: TestPlugin = { id: 'calls', source: 'calls.c' };
const talk: TestPlugin = { id: 'talk', source: 'talk.c' };
const joinable: TestPlugin = { id: 'joinable', source: 'joinable.cc' };
const CLEAN = { code: 0, signal: null, stderr: '' };

/** start(code): a Worker that runs it, with PluginHost, args and parentPort at hand. */
const WORKER = `
  import { once } from 'node:events';
  import { Worker } from 'node:worker_threads';
  const start = (code) => {
    const module =
      'import { parentPort } from "node:worker_threads";' +
      'import { PluginHost } from ' + JSON.stringify(DIST) + ';' +
      'const args = ' + JSON.stringify(args) + ';' + code;
    return new Worker(new URL('data:text/javascript,' + encodeURIComponent(module)));
  };
`;

test('a host runs in a Worker, and one in the main thread beside it', async () => {
  const options = makeHome({ plugins: [one] });
  const ended = await runBuilt(
    `${WORKER}
    const worker = start(\`
      const host = await PluginHost.open(args);
      parentPort.postMessage((await host.tools.call('ping')).data);
      await host.close();
    \`);
    const over = once(worker, 'exit');
    const host = await PluginHost.open(args);
    console.log((await once(worker, 'message'))[0], (await host.tools.call('ping')).data);
    await over;
    console.log((await host.tools.call('ping')).data);
    await host.close();`,
    options,
  );
  expect(ended).toMatchObject({ ...CLEAN, stdout: 'one one\none\n' });
});

test('a Worker that comes to its end closes its hosts', async () => {
  const options = makeHome({ plugins: [one] });
  const ended = await runBuilt(
    `${WORKER}
    await once(start('await PluginHost.open(args);'), 'exit');`,
    options,
  );
  expect(ended).toMatchObject(CLEAN);
  expect(marksOf(options.home, 'one').slice(3)).toEqual(['on_shutdown', 'destroy']);
});

test('a Worker that is terminated while calls run ends its plugins; the main thread goes on', async () => {
  const options = makeHome({ plugins: [one, calls], activation: 'startup' });
  const ended = await runBuilt(
    `${WORKER}
    import { existsSync, readFileSync } from 'node:fs';
    const worker = start(\`
      const host = await PluginHost.open(args);
      host.events.once('event', () => parentPort.postMessage('running'));
      void host.tools.call('never');
      void host.tools.call('wait', { gate: '/nowhere' });
      void host.tools.call('wait-parallel', { gate: '/nowhere' });
      setInterval(() => {}, 1000);
    \`);
    const host = await PluginHost.open(args);
    await once(worker, 'message');
    await worker.terminate();
    console.log((await host.tools.call('echo', { still: 'here' })).output);
    const marks = () => readFileSync(args.home + '/data/one/marks', 'utf8');
    while (!marks().includes('destroy')) await new Promise((resolve) => setTimeout(resolve, 5));
    await host.close();`,
    options,
  );
  expect(ended).toMatchObject({ ...CLEAN, stdout: '{"still":"here"}\n' });
});

test('a Worker with a handler that never returns can be terminated too', async () => {
  const options = makeHome({ plugins: [calls] });
  const ended = await runBuilt(
    `${WORKER}
    const worker = start(\`
      const host = await PluginHost.open(args);
      host.events.once('event', () => parentPort.postMessage('running'));
      void host.tools.call('wait', { gate: '/nowhere', deaf: true });
    \`);
    await once(worker, 'message');
    await worker.terminate();
    console.log('main goes on');`,
    options,
  );
  expect(ended).toMatchObject({ ...CLEAN, stdout: 'main goes on\n' });
});

test.each([
  ['is terminated', 'await worker.terminate();'],
  ['still runs when the process exits', 'process.exit(0);'],
])('a Worker whose plugins never stop: the process ends cleanly when it %s', async (_, end) => {
  const options = makeHome({
    plugins: [joinable, talk, calls],
    pluginConfig: { talk: { chatter: true } },
  });
  const code = `${WORKER}
    const worker = start(\`
      const host = await PluginHost.open(args);
      host.events.once('event', () => parentPort.postMessage('running'));
      void host.tools.call('wait', { gate: '/nowhere', deaf: true });
    \`);
    await once(worker, 'message');
    ${end}`;
  const runs = Array.from({ length: rounds(3, 1) }, () => runBuilt(code, options));
  for (const ended of await Promise.all(runs)) expect(ended).toMatchObject(CLEAN);
});

test('Workers that come and go leave nothing behind', async () => {
  const options = makeHome({ plugins: [one, calls] });
  const ended = await runBuilt(
    `${WORKER}
    import { createRequire } from 'node:module';
    for (let i = 0; i < ${rounds(5, 2)}; i++) {
      const worker = start(\`
        const host = await PluginHost.open(args);
        await host.tools.call('echo');
        parentPort.postMessage('ready');
        setInterval(() => {}, 1000);
      \`);
      await once(worker, 'message');
      await worker.terminate();
    }
    const addon = createRequire(DIST)('../build/node/Release/aisopod.node');
    const { threads, instances } = addon.liveCounts();
    let left = addon.liveCounts();
    while (left.threads + left.instances > 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      left = addon.liveCounts();
    }
    console.log(left);`,
    options,
  );
  expect(ended).toMatchObject({ ...CLEAN, stdout: '{ threads: 0, instances: 0 }\n' });
});
