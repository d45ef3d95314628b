import { describe, expect, test } from 'vitest';
import type { TestPlugin } from '../support/plugin-folder.js';
import { rounds } from '../support/rounds.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import { makeGate, makeHome, marksOf } from './open-host.js';

withBuild();

const one: TestPlugin = { id: 'one', source: 'lifecycle.c' };
const talk: TestPlugin = { id: 'talk', source: 'talk.c' };
const calls: TestPlugin = { id: 'calls', source: 'calls.c' };
const joinable: TestPlugin = { id: 'joinable', source: 'joinable.cc' };
const chatter = { pluginConfig: { talk: { chatter: true } } };
const CLEAN = { code: 0, signal: null, stderr: '' };

describe('a process whose event loop runs empty', () => {
  test('ends although hosts are open, and their plugins shut down', async () => {
    const homes = [makeHome({ plugins: [one] }), makeHome({ plugins: [one] })];
    const ended = await runBuilt(
      `for (const options of args) {
        const host = await PluginHost.open(options);
        await host.tools.call('ping');
      }`,
      homes,
    );
    expect(ended).toMatchObject(CLEAN);
    for (const { home } of homes) {
      expect(marksOf(home, 'one').slice(3)).toEqual(['on_shutdown', 'destroy']);
    }
  });

  test('waits for a call in flight', async () => {
    const { home } = makeHome({ plugins: [calls] });
    const gate = makeGate();
    const ended = await runBuilt(
      `import { writeFileSync } from 'node:fs';
      const host = await PluginHost.open({ home: args.home });
      process.once('beforeExit', () => console.log('idle'));
      host.events.once('event', () => setTimeout(() => writeFileSync(args.gate, ''), 50).unref());
      void host.tools.call('wait', { gate: args.gate }).then(({ data }) => console.log(data));`,
      { home, gate: gate.path },
    );
    expect(ended).toMatchObject({ ...CLEAN, stdout: 'through\nidle\n' });
  });

  test('stays when the host was told to keep it alive, until that is closed', async () => {
    const ended = await runBuilt(
      `const host = await PluginHost.open({ ...args, keepAlive: true });
      process.once('beforeExit', () => console.log('idle'));
      setTimeout(() => {
        console.log('alive');
        void host.close();
      }, 50).unref();`,
      makeHome({ plugins: [one] }),
    );
    expect(ended).toMatchObject({ ...CLEAN, stdout: 'alive\nidle\n' });
  });
});

describe('process.exit()', () => {
  test('ends with its status although a thread of a plugin never stops logging', async () => {
    const options = makeHome({ plugins: [talk], ...chatter });
    const code = `
      await PluginHost.open(args);
      setTimeout(() => process.exit(3), Math.random() * 20);`;
    const runs = Array.from({ length: rounds(10, 3) }, () => runBuilt(code, options));
    for (const ended of await Promise.all(runs)) expect(ended).toMatchObject({ ...CLEAN, code: 3 });
  });

  test('ends although a handler never returns, and runs nothing more of the plugin', async () => {
    const options = makeHome({ plugins: [one, calls] });
    const ended = await runBuilt(
      `const host = await PluginHost.open(args);
      host.events.once('event', () => process.exit(4));
      await host.tools.call('wait', { gate: '/nowhere', deaf: true });`,
      options,
    );
    expect(ended).toMatchObject({ ...CLEAN, code: 4 });
    expect(marksOf(options.home, 'one')).not.toContain('on_shutdown');
  });

  test('ends although static destructors of a plugin would crash beneath its thread', async () => {
    const options = makeHome({ plugins: [joinable] });
    const code = `
      const host = await PluginHost.open(args);
      await host.tools.call('here');
      setTimeout(() => process.exit(0), 5);`;
    const runs = Array.from({ length: rounds(3, 1) }, () => runBuilt(code, options));
    for (const ended of await Promise.all(runs)) expect(ended).toMatchObject(CLEAN);
  });

  test('prints all that was printed before it', async () => {
    const ended = await runBuilt(
      `await PluginHost.open(args);
      process.stdout.write('x'.repeat(60_000), () => process.exit(0));`,
      makeHome({ plugins: [talk], ...chatter }),
    );
    expect(ended.stdout).toHaveLength(60_000);
  });
});

describe('exit() of a handler', () => {
  test.each(['exit', 'exit-inline'])(
    '(%s) ends the process with its status although static destructors would crash',
    async (tool) => {
      const code = `
        const host = await PluginHost.open(args.options);
        await host.tools.call('here');
        await host.tools.call(args.tool);`;
      const options = makeHome({ plugins: [joinable, one] });
      const runs = Array.from({ length: rounds(4, 1) }, () => runBuilt(code, { options, tool }));
      for (const ended of await Promise.all(runs)) {
        expect(ended).toMatchObject({ ...CLEAN, code: 3 });
      }
    },
  );

  test('ends the process with its status although plugins are used by a Worker alone', async () => {
    const ended = await runBuilt(
      `import { Worker } from 'node:worker_threads';
      new Worker(new URL('data:text/javascript,' + encodeURIComponent(
        'import { PluginHost } from ' + JSON.stringify(DIST) + ';' +
        'const host = await PluginHost.open(' + JSON.stringify(args) + ');' +
        'await host.tools.call("exit");')));`,
      makeHome({ plugins: [joinable] }),
    );
    expect(ended).toMatchObject({ ...CLEAN, code: 3 });
  });
});

test('an uncaught error ends the process with 1 and says what it was', async () => {
  const ended = await runBuilt(
    `await PluginHost.open(args);
    setTimeout(() => {
      throw new Error('nobody caught me');
    });`,
    makeHome({ plugins: [talk], ...chatter }),
  );
  expect(ended).toMatchObject({ code: 1, signal: null });
  expect(ended.stderr).toContain('nobody caught me');
});

test('a signal ends the process as it does any other', async () => {
  const ended = await runBuilt(
    `await PluginHost.open(args);
    process.kill(process.pid, 'SIGTERM');
    setInterval(() => {}, 1000);`,
    makeHome({ plugins: [talk], ...chatter }),
  );
  expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' });
});
