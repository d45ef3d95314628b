import { describe, expect, test } from 'vitest';
import { servicesOf } from '../../../src/host/index.js';
import { type BusEvent, PluginHost } from '../../../src/index.js';
import { closeAfterTest, listen, makeGate, makeHome, openHost } from '../../host/open-host.js';
import { makeGeneration } from '../../support/generations.js';
import type { TestPlugin } from '../../support/plugin-folder.js';

const [INVALID, DENIED] = [-2, -6];

interface Heard {
  readonly by: string;
  readonly topic: string;
  readonly source: string;
  readonly pattern: string;
  readonly dropped: number;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

const subscriber = (id: string): TestPlugin => ({ id, source: 'subscribes.c' });

/** What `subscribes.c` plugins tell of the events that they got; `take` waits for so many. */
function hearing(host: PluginHost) {
  const heard: Heard[] = [];
  let wake = () => {};
  const onHeard = ({ source, data }: BusEvent) => {
    heard.push({ by: source, ...(data as Omit<Heard, 'by'>) });
    wake();
  };
  host.bus.subscribe('received', onHeard, { queue: 10_000 });
  return async (count: number): Promise<Heard[]> => {
    while (heard.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return heard.splice(0, count);
  };
}

const counted = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('a plugin in C that subscribes', () => {
  test('gets topic, source and data of what the host publishes', async () => {
    const host = await openHost({
      plugins: [subscriber('ears')],
      pluginConfig: { ears: { patterns: ['tide.*'] } },
    });
    const take = hearing(host);
    host.bus.publish('tide.high', { height: 3.5, wo: 'Büsum' });
    host.bus.publish('wind.high', 1);
    host.bus.publish('tide.low');
    const common = { by: 'ears', source: 'host', pattern: 'tide.*', dropped: 0, meta: {} };
    expect(await take(2)).toEqual([
      { ...common, topic: 'tide.high', data: { height: 3.5, wo: 'Büsum' } },
      { ...common, topic: 'tide.low', data: null },
    ]);
  });

  test('gets them too when its configuration may hold secrets', async () => {
    const manifest =
      '[config.properties]\nglobs.type = "array"\nkey = { type = "string", secret = true }\n';
    const host = await openHost({
      plugins: [{ ...subscriber('ears'), manifest }],
      pluginConfig: { ears: { patterns: ['tide.*'] } },
    });
    const take = hearing(host);
    host.bus.publish('tide.high', 1);
    expect(await take(1)).toMatchObject([{ topic: 'tide.high', data: 1 }]);
  });

  test('hears other plugins in the order in which they published, and not itself', async () => {
    const host = await openHost({
      plugins: [subscriber('ears'), subscriber('mouth')],
      pluginConfig: { ears: { patterns: ['burst'] } },
    });
    const take = hearing(host);
    await Promise.all([
      host.tools.call('ears:burst', { count: 5 }),
      host.tools.call('mouth:burst', { count: 500 }),
    ]);
    const heard = await take(500);
    expect(new Set(heard.map(({ source }) => source))).toEqual(new Set(['mouth']));
    expect(heard.map(({ data }) => data)).toEqual(counted(1, 500));
  });

  test('gets who an event was published for, without role and permissions', async () => {
    const host = await openHost({
      plugins: [subscriber('ears'), subscriber('mouth')],
      pluginConfig: { ears: { patterns: ['tide'] } },
    });
    const take = hearing(host);
    const context = { user: 'ada', session: 's', tenant: 'acme', role: 'admin' };
    const args = { topic: 'tide', parent: true };
    expect(await host.tools.call('mouth:publish', args, { context })).toMatchObject({ data: 0 });
    const [{ meta } = { meta: {} }] = await take(1);
    expect(meta).toMatchObject({ user: 'ada', session: 's', tenant: 'acme' });
    expect(Object.keys(meta)).not.toContain('role');
    expect(Object.keys(meta)).not.toContain('permissions');
  });

  test('gets an event once for each of its subscriptions', async () => {
    const host = await openHost({
      plugins: [subscriber('ears')],
      pluginConfig: { ears: { patterns: ['a.b', 'a.**', '*.b', '**', 'x'] } },
    });
    const take = hearing(host);
    host.bus.publish('a.b', 1);
    const patterns: string[] = [];
    while (patterns.length < 4) {
      // `**` hears what the host says of its plugins, too.
      for (const { topic, pattern } of await take(1)) if (topic === 'a.b') patterns.push(pattern);
    }
    expect(patterns.sort()).toEqual(['**', '*.b', 'a.**', 'a.b']);
  });

  test('hears what the host itself publishes', async () => {
    const host = PluginHost.create(
      makeHome({
        plugins: [subscriber('ears')],
        pluginConfig: { ears: { patterns: ['host.started'] } },
      }),
    );
    closeAfterTest(host);
    const take = hearing(host);
    host.discover();
    await host.start();
    expect(await take(1)).toMatchObject([{ source: 'host', data: { plugins: 1 } }]);
  });

  test('keeps the newest events when it is too slow, and is told how many it lost', async () => {
    const gate = makeGate();
    const host = await openHost({
      plugins: [subscriber('ears')],
      pluginConfig: { ears: { patterns: ['n'], gate: gate.path } },
      limits: { eventQueue: 10 },
    });
    const take = hearing(host);
    const { next } = listen(host);
    host.bus.publish('n', 'wait');
    await next('waiting');
    for (const n of counted(1, 25)) host.bus.publish('n', n);
    await new Promise(setImmediate);
    gate.open();
    const heard = await take(11);
    expect(heard.map(({ data }) => data)).toEqual(['wait', ...counted(16, 25)]);
    expect(heard.map(({ dropped }) => dropped)).toEqual([0, 15, ...Array(9).fill(0)]);
  });

  test('that waits in an event function holds up neither calls beside it nor other plugins', async () => {
    const gate = makeGate();
    const host = await openHost({
      plugins: [subscriber('slow'), subscriber('quick')],
      pluginConfig: {
        slow: { patterns: ['n'], gate: gate.path },
        quick: { patterns: ['n.*'] },
      },
    });
    const take = hearing(host);
    const { next } = listen(host);
    host.bus.publish('n', 'wait');
    await next('waiting');
    expect((await host.tools.call('slow:burst', { count: 1 })).data).toBe(1); // PARALLEL
    host.bus.publish('n.x', 1);
    expect(await take(1)).toMatchObject([{ by: 'quick', data: 1 }]);
    gate.open();
    expect(await take(1)).toMatchObject([{ by: 'slow', data: 'wait' }]);
  });

  test('may hear several events at once with PARALLEL', async () => {
    const gate = makeGate();
    const host = await openHost({
      plugins: [subscriber('ears')],
      pluginConfig: { ears: { patterns: ['n'], gate: gate.path, parallel: true } },
    });
    const take = hearing(host);
    const { next } = listen(host);
    for (const data of ['wait', 'wait', 'wait']) host.bus.publish('n', data);
    for (let i = 0; i < 3; i += 1) await next('waiting');
    host.bus.publish('n', 'free');
    expect(await take(1)).toMatchObject([{ data: 'free' }]);
    gate.open();
    await take(3);
  });

  test('is stuck when an event function overstays, and serves again when it returns', async () => {
    const gate = makeGate();
    const host = await openHost({
      plugins: [subscriber('ears')],
      pluginConfig: { ears: { patterns: ['n'], gate: gate.path } },
      limits: { eventMs: 1 },
    });
    const take = hearing(host);
    const phases: string[] = [];
    const stuck = new Promise<void>((resolve) => {
      host.events.on('phase', ({ to }) => {
        phases.push(to);
        if (to === 'stuck') resolve();
      });
    });
    host.bus.publish('n', 'wait');
    await stuck;
    expect(host.plugins.get('ears')?.reason).toContain('ears:n');
    await expect(host.tools.call('publish', { topic: 'x' })).rejects.toMatchObject({
      code: 'PLUGIN_STUCK',
    });
    host.bus.publish('n', 'later');
    gate.open();
    expect((await take(2)).map(({ data }) => data)).toEqual(['wait', 'later']);
    expect(phases).toEqual(['stuck', 'active']);
  });

  test('hears nothing while it is switched off', async () => {
    const host = await openHost({
      plugins: [subscriber('ears')],
      pluginConfig: { ears: { patterns: ['n'] } },
    });
    const take = hearing(host);
    await host.plugins.disable('ears');
    host.bus.publish('n', 'off');
    await host.plugins.enable('ears');
    host.bus.publish('n', 'on');
    expect(await take(1)).toMatchObject([{ data: 'on' }]);
  });

  test('hears nothing any more once it is unloaded', async () => {
    const host = await openHost({
      plugins: [subscriber('ears'), subscriber('other')],
      pluginConfig: { ears: { patterns: ['n'] }, other: { patterns: ['n'] } },
    });
    const take = hearing(host);
    await host.plugins.unloadPlugin('ears');
    host.bus.publish('n', 1);
    expect(await take(1)).toMatchObject([{ by: 'other' }]);
  });

  test.each(['', 'a..b', 'a*', '**.a', 'a b', 'a.>', 'x'.repeat(257)])(
    'fails with the pattern %j',
    async (pattern) => {
      const host = await openHost({
        plugins: [subscriber('ears')],
        pluginConfig: { ears: { patterns: ['ok', pattern] } },
      });
      const { state, error } = host.plugins.get('ears') ?? {};
      expect([state, error?.code]).toEqual(['failed_register', 'REGISTER_FAILED']);
      expect(error?.message).toContain('pattern');
    },
  );
});

describe('what a plugin in C publishes', () => {
  test('is heard from on_init on', async () => {
    const host = PluginHost.create(
      makeHome({ plugins: [subscriber('mouth')], pluginConfig: { mouth: { greets: true } } }),
    );
    closeAfterTest(host);
    const hello = new Promise<BusEvent>((resolve) => {
      host.bus.subscribe('hello', resolve);
    });
    host.discover();
    await host.start();
    expect(await hello).toMatchObject({ source: 'mouth', data: 1 });
  });

  test('is heard in JavaScript with the id of the plugin, in order', async () => {
    const host = await openHost({ plugins: [subscriber('mouth')] });
    const heard: BusEvent[] = [];
    const all = new Promise<void>((resolve) => {
      host.bus.subscribe('burst', (event) => {
        if (heard.push(event) === 100) resolve();
      });
    });
    await host.tools.call('burst', { count: 100 });
    await all;
    expect(heard.map(({ data }) => data)).toEqual(counted(1, 100));
    expect(heard[0]).toMatchObject({ topic: 'burst', source: 'mouth', data: 1, dropped: 0 });
  });

  test.each([
    ['host', DENIED],
    ['host.plugin.active', DENIED],
    ['hosts', 0],
    ['', INVALID],
    ['a..b', INVALID],
    ['.a', INVALID],
    ['a.', INVALID],
    ['a.*', INVALID],
    ['a b', INVALID],
    ['a>b', INVALID],
    ['a\n', INVALID],
    ['a\u007f', INVALID],
    ['a\u0085', INVALID],
    ['Büsum.größe/x', 0],
    ['é'.repeat(128), 0],
    ['é'.repeat(129), INVALID],
  ])('has the topic %j judged as JavaScript judges it', async (topic, status) => {
    const host = await openHost({ plugins: [subscriber('mouth')] });
    expect((await host.tools.call('publish', { topic })).data).toBe(status);
    const codes: Record<number, string> = {
      [INVALID]: 'TOPIC_INVALID',
      [DENIED]: 'TOPIC_RESERVED',
    };
    const publish = () => servicesOf(host).bus.of(makeGeneration('mouth')).publish(topic);
    if (status === 0) expect(publish).not.toThrow();
    else expect(publish).toThrow(expect.objectContaining({ code: codes[status] }));
  });

  test('without an end, because others answer with events, leaves the host free', async () => {
    const host = await openHost({
      plugins: [subscriber('a'), subscriber('b')],
      pluginConfig: {
        a: { patterns: ['ping'], echo: 'pong' },
        b: { patterns: ['pong'], echo: 'ping' },
      },
    });
    let pings = 0;
    const many = new Promise<void>((resolve) => {
      host.bus.subscribe('ping', () => {
        pings += 1;
        if (pings === 1000) resolve();
      });
    });
    for (let i = 0; i < 10; i += 1) host.bus.publish('ping');
    await many;
    expect((await host.tools.call('a:publish', { topic: 'x' })).data).toBe(0);
    await host.close();
    expect(host.plugins.list().map(({ state }) => state)).toEqual(['unloaded', 'unloaded']);
  });

  test('stays in its host', async () => {
    const [one, two] = [
      await openHost({ plugins: [subscriber('mouth')] }),
      await openHost({ plugins: [subscriber('mouth')] }),
    ];
    const heard: unknown[] = [];
    one.bus.subscribe('**', ({ topic }) => heard.push(topic));
    const source = new Promise((resolve) => {
      two.bus.subscribe('x', (event) => resolve(event.source));
    });
    await two.tools.call('publish', { topic: 'x' });
    expect(await source).toBe('mouth');
    await one.close();
    expect(heard.filter((topic) => topic === 'x')).toEqual([]);
  });
});
