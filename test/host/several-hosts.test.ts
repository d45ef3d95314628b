import { describe, expect, test } from 'vitest';
import { nativeEnded } from '../support/native-ended.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import { listen, makeGate, makeHome, openHost } from './open-host.js';

withBuild();

const one: TestPlugin = { id: 'one', source: 'lifecycle.c' };
const calls: TestPlugin = { id: 'calls', source: 'calls.c' };
const talk: TestPlugin = { id: 'talk', source: 'talk.c' };

describe('two hosts in a process', () => {
  test.each([
    ['the first', 0, 1],
    ['the second', 1, 0],
  ] as const)('serve side by side, and go on when %s is closed', async (_, closed, left) => {
    const options = { plugins: [calls] };
    const hosts = [await openHost(options), await openHost(options)] as const;
    const ears = hosts.map(listen);
    const gate = makeGate();
    const running = hosts[left].tools.call('wait', { gate: gate.path });
    await ears[left]?.next('running');
    await hosts[closed].close();
    await expect(hosts[closed].tools.call('echo')).rejects.toMatchObject({ code: 'HOST_CLOSED' });
    expect(await hosts[left].tools.call('echo-inline', { a: 1 })).toMatchObject({ data: { a: 1 } });
    gate.open();
    expect(await running).toMatchObject({ data: 'through' });
    expect(ears[closed]?.heard).toEqual([]);
    await hosts[left].close();
    await nativeEnded();
  });

  test('may be closed at once, with calls in flight in both', async () => {
    const options = { plugins: [calls], limits: { drainMs: 1 } };
    const hosts = [await openHost(options), await openHost(options)];
    const running = hosts.map((host) => host.tools.call('wait', { gate: '/nowhere' }));
    const lost = Promise.allSettled(running);
    await Promise.all(hosts.map((host) => host.close()));
    expect(await lost).toMatchObject([
      { status: 'rejected', reason: { code: 'CALL_GONE' } },
      { status: 'rejected', reason: { code: 'CALL_GONE' } },
    ]);
    await nativeEnded();
  });

  test('have their own limits, and a flood in one fills nothing of the other', async () => {
    const small = await openHost({ plugins: [talk], limits: { queue: 10 } });
    const large = await openHost({ plugins: [talk], limits: { queue: 20 } });
    const flood = { count: 100 };
    expect(await small.tools.call('flood-events', flood)).toMatchObject({ data: { taken: 10 } });
    expect(await large.tools.call('flood-events', flood)).toMatchObject({ data: { taken: 20 } });
  });
});

/** start(code): a Worker that runs it, with PluginHost, args and parentPort at hand. */
const WORKERS = `
  import { once } from 'node:events';
  import { Worker } from 'node:worker_threads';
  const start = (code) => {
    const module =
      'import { parentPort } from "node:worker_threads";' +
      'import { PluginHost } from ' + JSON.stringify(DIST) + ';' +
      'const args = ' + JSON.stringify(args) + ';' + code;
    return new Worker(new URL('data:text/javascript,' + encodeURIComponent(module)));
  };
  const RUNNING = \`
    const host = await PluginHost.open(args.options);
    host.events.once('event', () => parentPort.postMessage('running'));
    const call = host.tools.call('wait', { gate: args.gate });
    parentPort.once('message', async () => {
      parentPort.postMessage((await call).data);
      await host.close();
      parentPort.close();
    });
  \`;
`;

describe('hosts in Workers', () => {
  test('go on when one of them is terminated in the middle of a call', async () => {
    const gate = makeGate();
    const ended = await runBuilt(
      `${WORKERS}
      import { writeFileSync } from 'node:fs';
      const here = await PluginHost.open(args.options);
      const workers = Array.from({ length: 3 }, () => start(RUNNING));
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      await workers[1].terminate();
      const rest = [workers[2], workers[0]];
      writeFileSync(args.gate, '');
      for (const worker of rest) {
        const [answer, over] = [once(worker, 'message'), once(worker, 'exit')];
        worker.postMessage('end');
        console.log((await answer)[0], (await over)[0]);
        console.log((await here.tools.call('one:ping')).data);
      }
      await here.close();`,
      { options: makeHome({ plugins: [one, calls] }), gate: gate.path },
    );
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(ended.stdout).toBe('through 0\none\nthrough 0\none\n');
  });

  test('outlive the host of the main thread', async () => {
    const gate = makeGate();
    const ended = await runBuilt(
      `${WORKERS}
      import { writeFileSync } from 'node:fs';
      const here = await PluginHost.open(args.options);
      const worker = start(RUNNING);
      await once(worker, 'message');
      await here.close();
      writeFileSync(args.gate, '');
      const answer = once(worker, 'message');
      worker.postMessage('end');
      console.log((await answer)[0]);`,
      { options: makeHome({ plugins: [one, calls] }), gate: gate.path },
    );
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '', stdout: 'through\n' });
  });
});
