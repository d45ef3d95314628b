import { writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { PluginHost } from '../../../src/index.js';
import { rounds } from '../../support/rounds.js';
import { type Answered, ask, hostOfBuilds } from './builds.js';

/** All reloads of the long test; each build has another number. */
const RELOADS = rounds(200, 8);

/** Calls in every way until it is stopped, and keeps what each caller has seen. */
function callWithoutEnd(host: PluginHost) {
  let going = true;
  const callers: Answered[][] = [];
  const failures: unknown[] = [];
  const loop = async (call: () => Promise<Answered>) => {
    const seen: Answered[] = [];
    callers.push(seen);
    while (going) {
      try {
        seen.push(await call());
      } catch (error) {
        failures.push(error);
        return;
      }
      await new Promise(setImmediate);
    }
  };
  const chunked = async () => {
    const stream = host.tools.stream('builds:chunks');
    const chunks: unknown[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks).toEqual([0, 1, 2]);
    return (await stream.result).data as Answered;
  };
  const command = async () => {
    const { data } = await host.commands.run('builds:which', { context: { role: 'owner' } });
    return data as Answered;
  };
  const hook = async () => {
    const answer: unknown = await host.hooks.invoke('PreLlmCall', {
      provider: 'none',
      model: 'none',
      messages: [],
    });
    return answer as Answered;
  };
  const message = async () => (await host.messaging.send('builds', 1)) as Answered;
  const tools = ['serial', 'inline', 'parallel', 'later'].map((tool) => () => ask(host, tool));
  let published = 0;
  const publish = async () => {
    while (going) {
      host.bus.publish('load.n', published++);
      // Fewer than may wait, however long a reload takes on a busy machine.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const ended = Promise.all([
    publish(),
    ...[...tools, ...tools, chunked, command, hook, message].map(loop),
  ]);
  return {
    async stop() {
      going = false;
      await ended;
      return { callers, failures, published };
    },
  };
}

test(`${RELOADS} reloads under load lose no call and answer none twice`, {
  timeout: rounds(1_200_000, 180_000),
}, async () => {
  const { host, reload } = await hostOfBuilds();
  const load = callWithoutEnd(host);
  onTestFinished(async () => void (await load.stop()));
  for (let build = 2; build <= RELOADS + 1; build++) await reload(build);
  const { callers, failures, published } = await load.stop();
  expect(failures).toEqual([]);
  const counts = callers.flat().map(({ count }) => count);
  // Each call was counted once, over all builds, and each answer has reached its caller.
  expect(counts.sort((a, b) => a - b)).toEqual(counts.map((_, i) => i + 1));
  for (const seen of callers) {
    const builds = seen.map(({ build }) => build);
    expect(builds).toEqual([...builds].sort((a, b) => a - b));
    for (const { build, statics = build, extra = build } of seen) {
      expect([statics, extra]).toEqual([build, build]);
    }
  }
  expect(await ask(host, 'serial')).toMatchObject({ build: RELOADS + 1, count: counts.length + 1 });
  await vi.waitFor(async () =>
    expect(await ask(host, 'serial')).toMatchObject({ events: published }),
  );
});

describe('a native plugin that allows one instance', () => {
  const SINGLE = ['-DPLUGIN_FLAGS=AISOPOD_PLUGIN_SINGLE'];

  test('ends before the new one is made, and hands its state over', async () => {
    const { host, reload } = await hostOfBuilds(SINGLE);
    await ask(host, 'serial');
    const waiting = reload(2);
    const answers = await Promise.all([ask(host, 'serial'), ask(host, 'parallel')]);
    await waiting;
    expect(answers.map(({ count }) => count).sort()).toEqual([2, 3]);
    expect(await ask(host, 'serial')).toMatchObject({ build: 2, count: 4 });
  });

  test('is made again with its state when the new one fails', async () => {
    const { host, reload } = await hostOfBuilds(SINGLE);
    await ask(host, 'serial');
    host.events.on('phase', ({ to }) => {
      if (to === 'draining') queueMicrotask(() => host.bus.publish('load.held', null));
    });
    await expect(reload(2, [...SINGLE, '-DFAILS="init"'])).rejects.toMatchObject({
      code: 'RELOAD_FAILED',
      message: expect.stringContaining('The one before was made again, with the state'),
      details: { step: 'init' },
    });
    await vi.waitFor(async () => expect(await ask(host, 'inline')).toMatchObject({ events: 1 }));
    expect(await ask(host, 'serial')).toMatchObject({ build: 1 });
    expect(await reload(3)).toMatchObject({ state: 'active', version: '1.0.3' });
    expect(await ask(host, 'serial')).toMatchObject({ build: 3 });
  });
});

describe('a native reload that fails', () => {
  const STEPS = ['create', 'register', 'restore', 'init'];

  test.each(STEPS)(
    'in %s of the new build lets the old one go on, with its state',
    async (step) => {
      const { host, reload } = await hostOfBuilds();
      await ask(host, 'serial');
      const waiting = reload(2, [`-DFAILS="${step}"`]);
      const refused = expect(waiting).rejects.toMatchObject({
        code: 'RELOAD_FAILED',
        message: expect.stringMatching(/this build is broken\. The one before goes on\.$/),
      });
      const meanwhile = ask(host, 'parallel');
      await refused;
      expect(await meanwhile).toMatchObject({ build: 1, count: 2 });
      expect(await ask(host, 'serial')).toMatchObject({ build: 1, count: 3 });
      expect(await reload(3)).toMatchObject({ state: 'active', version: '1.0.3' });
      expect(await ask(host, 'serial')).toMatchObject({ build: 3, count: 4 });
    },
  );

  test('in save of the old build lets it go on', async () => {
    const { host, reload } = await hostOfBuilds(['-DFAILS="save"']);
    await expect(reload(2, [])).rejects.toMatchObject({
      code: 'RELOAD_FAILED',
      details: { step: 'save', code: 'SAVE_FAILED' },
    });
    expect(await ask(host, 'serial')).toMatchObject({ build: 1, count: 1 });
  });

  test('since the library is none leaves the old one untouched', async () => {
    const { host, reload } = await hostOfBuilds();
    const phases: string[] = [];
    host.events.on('phase', ({ to }) => void phases.push(to));
    const { entry } = host.plugins.get('builds') ?? {};
    writeFileSync(entry ?? '', 'no library');
    await expect(host.plugins.reload('builds')).rejects.toMatchObject({
      details: { step: 'open' },
    });
    expect(phases).toEqual([]);
    expect(await ask(host, 'serial')).toMatchObject({ build: 1 });
    expect(await reload(2)).toMatchObject({ version: '1.0.2' });
  });
});

test('a plugin is reloaded with the second library that it brings along', async () => {
  const { host, reload } = await hostOfBuilds(['-DWITH_EXTRA']);
  for (const build of [2, 3]) await reload(build);
  expect(await ask(host, 'serial')).toMatchObject({ build: 3, statics: 3, extra: 3 });
});
