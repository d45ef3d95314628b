import { constants } from 'node:buffer';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type Limits, readHostConfig } from '../../src/config/index.js';
import { largestLimit } from '../../src/config/limits.js';
import { type BusEvent, type HostOptions, PluginHost } from '../../src/index.js';
import { compileLibrary, pluginSource } from '../support/compile-library.js';
import { makePlugin, type TestPlugin } from '../support/plugin-folder.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import {
  closeAfterTest,
  deferred,
  type Gate,
  type HomeOptions,
  listen,
  makeGate,
  makeHome,
  recordingLogger,
} from './open-host.js';

withBuild();

/** What a limit that is so small does, seen from outside. */
interface Case {
  readonly limit: keyof Limits;
  readonly value: number;
  readonly plugin: TestPlugin['source'];
  /** Configuration of the plugin. */
  readonly config?: () => object;
  /** The code that reports it, or what else can be seen. */
  readonly shows: string;
  readonly effect: (host: PluginHost, lines: readonly { text: string }[]) => Promise<unknown>;
}

const ID = 'limited';
const failure = async (host: PluginHost) => host.plugins.get(ID)?.error?.code;
const code = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

/** A lifecycle function that waits for a gate, which opens when the test is over. */
const waiting = (name: string) => () => ({ [name]: 'wait', gate: makeGate().path });

/** The plugin waits for this in its event function. */
let eventGate: Gate | undefined;

function subscribing() {
  eventGate = makeGate();
  return { patterns: ['n'], gate: eventGate.path };
}

/** How many of `count` chunks the plugin can send while none is read. */
async function chunksTaken(host: PluginHost, args: object): Promise<unknown> {
  const ears = listen(host);
  const sent = deferred();
  const call = host.tools.call('count', { ...args, wait_ms: 0 }, { onChunk: () => sent.promise });
  await ears.next('sent');
  sent.resolve();
  return (await call).data;
}

const cases: readonly Case[] = [
  {
    limit: 'createMs',
    value: 20,
    plugin: 'lifecycle.c',
    config: waiting('create'),
    shows: 'LIFECYCLE_TIMEOUT',
    effect: failure,
  },
  {
    limit: 'registerMs',
    value: 20,
    plugin: 'lifecycle.c',
    config: waiting('on_register'),
    shows: 'LIFECYCLE_TIMEOUT',
    effect: failure,
  },
  {
    limit: 'initMs',
    value: 20,
    plugin: 'lifecycle.c',
    config: waiting('on_init'),
    shows: 'LIFECYCLE_TIMEOUT',
    effect: failure,
  },
  {
    limit: 'configureMs',
    value: 20,
    plugin: 'configured.c',
    config: () => ({ gate: makeGate().path }),
    shows: 'LIFECYCLE_TIMEOUT',
    effect: async (host) => (await host.config.set(ID, 'on_change', 'wait')).warnings[0]?.code,
  },
  {
    limit: 'shutdownMs',
    value: 20,
    plugin: 'lifecycle.c',
    config: waiting('on_shutdown'),
    shows: 'LIFECYCLE_TIMEOUT',
    effect: async (host) => {
      await host.close();
      return failure(host);
    },
  },
  {
    limit: 'drainMs',
    value: 1,
    plugin: 'calls.c',
    shows: 'CALL_GONE',
    effect: async (host) => {
      const call = code(host.tools.call('never', {}, { timeoutMs: Number.POSITIVE_INFINITY }));
      await host.close();
      return call;
    },
  },
  {
    limit: 'callMs',
    value: 20,
    plugin: 'calls.c',
    shows: 'CALL_DEADLINE',
    effect: (host) => code(host.tools.call('never')),
  },
  {
    limit: 'hookMs',
    value: 20,
    plugin: 'hooks/listener.c',
    config: () => ({ hooks: [{ name: 'BeforeToolExecute', does: 'never' }] }),
    shows: `block by ${ID}`,
    effect: async (host) => {
      const asked = { tool: 'p:t', plugin: 'p', arguments: {}, call: { id: 1 } };
      const decision = await host.hooks.invoke('BeforeToolExecute', asked);
      return `${decision?.action} by ${decision?.plugin}`;
    },
  },
  {
    limit: 'toolAttempts',
    value: 1,
    plugin: 'recovering.c',
    shows: 'AGAIN',
    effect: async (host) => {
      const args = { failures: 1, answer: { action: 'retry' } };
      return (await host.tools.call('flaky', args)).error?.code;
    },
  },
  {
    limit: 'payloadBytes',
    value: 100,
    plugin: 'calls.c',
    shows: 'PAYLOAD_TOO_LARGE, PAYLOAD_TOO_LARGE',
    effect: async (host) => {
      const arguments_ = await code(host.tools.call('echo', { text: 'x'.repeat(90) }));
      const { error } = await host.tools.call('fill', { bytes: 99 });
      return `${arguments_}, ${error?.code}`;
    },
  },
  {
    limit: 'chunksUnread',
    value: 3,
    plugin: 'streams.c',
    shows: '{"accepted":3,"again":5}',
    effect: async (host) => JSON.stringify(await chunksTaken(host, { count: 8 })),
  },
  {
    limit: 'chunkBytesUnread',
    value: 1000,
    plugin: 'streams.c',
    shows: '{"accepted":4,"again":4}',
    effect: async (host) => JSON.stringify(await chunksTaken(host, { count: 8, bytes: 250 })),
  },
  {
    limit: 'registrations',
    value: 1,
    plugin: 'lifecycle.c',
    shows: 'REGISTER_FAILED',
    effect: failure,
  },
  {
    limit: 'queue',
    value: 1,
    plugin: 'calls.c',
    shows: 'QUEUE_FULL',
    effect: async (host) => {
      const ears = listen(host);
      const gate = makeGate();
      const running = host.tools.call('wait', { gate: gate.path });
      await ears.next('running');
      const queued = host.tools.call('echo');
      const refused = await code(host.tools.call('echo'));
      gate.open();
      await Promise.all([running, queued]);
      return refused;
    },
  },
  {
    limit: 'queueBytes',
    value: 200,
    plugin: 'calls.c',
    shows: 'QUEUE_FULL',
    effect: async (host) => {
      const ears = listen(host);
      const gate = makeGate();
      const running = host.tools.call('wait', { gate: gate.path });
      await ears.next('running');
      const text = 'x'.repeat(120);
      const queued = host.tools.call('echo', { text });
      const refused = await code(host.tools.call('echo', { text }));
      gate.open();
      await Promise.all([running, queued]);
      return refused;
    },
  },
  {
    limit: 'parallelWorkers',
    value: 1,
    plugin: 'calls.c',
    shows: 'one after the other',
    effect: async (host) => {
      const ears = listen(host);
      const gate = makeGate();
      const first = host.tools.call('wait-parallel', { gate: gate.path });
      await ears.next('running');
      const order: string[] = [];
      const second = host.tools.call('echo-parallel').then(() => order.push('second'));
      await host.tools.call('echo');
      order.push('serial');
      gate.open();
      await Promise.all([first, second]);
      return order.join() === 'serial,second' ? 'one after the other' : order.join();
    },
  },
  {
    limit: 'eventQueue',
    value: 2,
    plugin: 'subscribes.c',
    config: subscribing,
    shows: '"wait" after 0, 4 after 3, 5 after 0',
    effect: async (host) => {
      const received: { data: unknown; dropped: number }[] = [];
      const all = deferred();
      const onReceived = ({ data }: BusEvent) => {
        if (received.push(data as (typeof received)[number]) === 3) all.resolve();
      };
      host.bus.subscribe('received', onReceived, { queue: 100 });
      const ears = listen(host);
      host.bus.publish('n', 'wait');
      await ears.next('waiting');
      for (const n of [1, 2, 3, 4, 5]) host.bus.publish('n', n);
      await new Promise(setImmediate); // they are in the queue of the plugin then
      eventGate?.open();
      await all.promise;
      return received
        .map(({ data, dropped }) => `${JSON.stringify(data)} after ${dropped}`)
        .join(', ');
    },
  },
  {
    limit: 'eventMs',
    value: 20,
    plugin: 'subscribes.c',
    config: subscribing,
    shows: 'PLUGIN_STUCK',
    effect: async (host) => {
      const stuck = new Promise((resolve) => {
        host.events.on('phase', ({ to, reason }) => {
          if (to === 'stuck') resolve(reason?.code);
        });
      });
      host.bus.publish('n', 'wait');
      return stuck;
    },
  },
  {
    limit: 'logLineBytes',
    value: 10,
    plugin: 'talk.c',
    shows: '0123456789...',
    effect: async (host, lines) => {
      await host.tools.call('log', { text: '0123456789abc' });
      return lines.at(-1)?.text;
    },
  },
  {
    limit: 'storageBytes',
    value: 10,
    plugin: 'talk.c',
    shows: 'no error, STORAGE_QUOTA',
    effect: async (host) => {
      const mine = host.storage.of(ID);
      return `${await code(mine.set('k', 12345678))}, ${await code(mine.set('k', 1234567890))}`;
    },
  },
];

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The three ways to state a limit, each as options of a home. */
const ways: [string, (limit: keyof Limits, value: number) => HomeOptions][] = [
  [
    '[plugins.settings.limits]',
    (limit, value) => ({ toml: `[plugins.settings.limits]\n${snake(limit)} = ${value}\n` }),
  ],
  [
    '[plugins.settings.<id>.limits]',
    (limit, value) => ({ toml: `[plugins.settings.${ID}.limits]\n${snake(limit)} = ${value}\n` }),
  ],
  ['the option', (limit, value) => ({ limits: { [limit]: value } })],
];

async function openLimited(plugin: TestPlugin['source'], config: object, options: HomeOptions) {
  const { logger, lines } = recordingLogger();
  const plugins = [{ id: ID, source: plugin }];
  const host = await PluginHost.open(
    makeHome({ plugins, pluginConfig: { [ID]: config }, logger, ...options }),
  );
  closeAfterTest(host);
  return { host, lines };
}

describe.each(ways)('%s', (_, state) => {
  test.each(cases)('sets $limit: $shows', async ({ limit, value, plugin, config, ...each }) => {
    const { host, lines } = await openLimited(plugin, config?.() ?? {}, state(limit, value));
    expect(await each.effect(host, lines)).toBe(each.shows);
  });

  test.each([
    ['copyBytes', 1, 'bytes'],
    ['copyFiles', 3, 'files'],
  ] as const)('sets %s: COPY_PARTIAL', async (limit, value, reason) => {
    const options = makeHome(state(limit, value));
    const folder = makePlugin(join(options.home, 'plugins'), { id: ID, source: 'calls.c' });
    for (const name of ['a.so', 'b.so']) {
      copyFileSync(join(folder, 'plugin.so'), join(folder, name));
    }
    const host = await PluginHost.open(options);
    closeAfterTest(host);
    const [warning] = host.plugins.get(ID)?.warnings ?? [];
    expect(warning?.code).toBe('COPY_PARTIAL');
    expect(warning?.details).toMatchObject({ reason });
    expect(host.plugins.get(ID)?.state).toBe('active');
  });

  test('sets openMs: LIBRARY_SLOW', async () => {
    const { home, ...options } = makeHome(state('openMs', 50));
    const folder = makePlugin(join(home, 'plugins'), { id: ID, source: 'lifecycle.c' });
    const never =
      '#include <unistd.h>\n__attribute__((constructor)) static void f(void) { for (;;) pause(); }';
    compileLibrary(join(folder, 'plugin.so'), pluginSource({ id: ID, extra: never }));
    // In a process of its own: its loader can open nothing any more.
    const { stdout, stderr } = await runBuilt(
      `const host = await PluginHost.open(args);
      console.log(host.plugins.get(${JSON.stringify(ID)}).error.code);
      process.kill(process.pid, 'SIGKILL');`,
      { home, ...options } satisfies HostOptions,
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'LIBRARY_SLOW\n', stderr: '' });
  });
});

/** test/loaders/native/instance/state.test.ts has their cases. */
const OF_STATE = ['saveMs', 'restoreMs', 'stateBytes'];

test('every limit has its case', () => {
  const names = [
    ...cases.map(({ limit }) => limit),
    'openMs',
    'copyBytes',
    'copyFiles',
    ...OF_STATE,
  ];
  expect(names.sort()).toEqual(Object.keys(DEFAULT_LIMITS).sort());
});

test('a limit of one plugin goes before that of all, and the option before both', async () => {
  const toml = `[plugins.settings.limits]\ncall_ms = 3\nqueue = 3\npayload_bytes = 300
    [plugins.settings.${ID}.limits]\ncall_ms = 2\npayload_bytes = 200\n`;
  const { host } = await openLimited('calls.c', {}, { toml, limits: { payloadBytes: 100 } });
  expect(readHostConfig(host.home).limitsFor(ID)).toMatchObject({
    callMs: 2,
    queue: 3,
    payloadBytes: 200,
  });
  const call = host.tools.call('echo', { text: 'x'.repeat(100) });
  await expect(call).rejects.toThrow('over the limit of 100');
});

test('limits may be as large as a number can be', async () => {
  const most = Object.keys(DEFAULT_LIMITS).map((name) => [name, largestLimit(name)]);
  const { host } = await openLimited('calls.c', {}, { limits: Object.fromEntries(most) });
  expect(host.plugins.get(ID)?.state).toBe('active');
  for (const tool of ['echo', 'echo-inline', 'echo-parallel']) {
    expect(await host.tools.call(tool, { a: 1 })).toMatchObject({ data: { a: 1 } });
  }
  await host.close();
  expect(host.plugins.get(ID)?.state).toBe('unloaded');
});

test('a limit in a file that no string can hold is refused, with the largest one', async () => {
  const toml = `[plugins.settings.${ID}.limits]\npayload_bytes = ${2 ** 30}\n`;
  const opening = openLimited('calls.c', {}, { toml });
  await expect(opening).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(`a whole number from 1 to ${constants.MAX_STRING_LENGTH}`),
  });
});

describe('an option that can be no limit is wrong usage', () => {
  test.each([
    [{ queue: 0 }, 'The limit queue is 0; it must be a whole number from 1.'],
    [{ queue: -1 }, 'is -1'],
    [{ payloadBytes: 1.5 }, 'is 1.5'],
    [{ registrations: Number.POSITIVE_INFINITY }, 'is Infinity'],
    [{ openMs: Number.NaN }, 'is NaN; it must be a whole number from 1, in milliseconds, or Inf'],
    [{ callMs: '5' }, 'is "5"'],
    [
      { payloadBytes: 2 ** 30 },
      `from 1 to ${constants.MAX_STRING_LENGTH}, what a string can hold.`,
    ],
    [{ queueBytes: 2 ** 30 }, `is ${2 ** 30}`],
    [{ callMs: null }, 'is null'],
    [{ calMs: 5 }, 'There is no limit named "calMs". Did you mean "callMs"?'],
    [{ nonsense: 5 }, 'The available limits are: openMs, createMs'],
  ])('%o', async (limits, message) => {
    const opening = PluginHost.open(makeHome({ limits: limits as object }));
    await expect(opening).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message),
      details: { option: `limits.${Object.keys(limits)[0]}` },
    });
  });

  test('undefined is none', async () => {
    const limits = { payloadBytes: undefined } as object;
    const { host } = await openLimited('calls.c', {}, { limits });
    expect(await host.tools.call('echo', { a: 1 })).toMatchObject({ data: { a: 1 } });
  });
});

describe('a schema', () => {
  const open = async (parameters: object) => {
    const spec = { description: 'For tests', parameters };
    const text = JSON.stringify(spec);
    // TOML may not nest so deeply, and the plugin takes no text that is longer.
    const config = { add: [{ name: 'odd', spec: text.length < 4000 ? text : spec }] };
    const { host } = await openLimited('lifecycle.c', config, {});
    return host.plugins.get(ID);
  };
  const nested = (depth: number): object =>
    depth === 1 ? { type: 'object' } : { type: 'object', properties: { a: nested(depth - 1) } };
  const long = (bytes: number) => {
    const empty = { type: 'object', description: '' };
    return { ...empty, description: 'x'.repeat(bytes - JSON.stringify(empty).length) };
  };

  test('may have 64 KiB and nest 32 deep', async () => {
    expect(await open(long(64 * 1024))).toMatchObject({ state: 'active' });
    expect(await open(nested(32))).toMatchObject({ state: 'active' });
  });

  test.each([
    ['is too long', long(64 * 1024 + 1), '65537 bytes of JSON; the limit is 65536'],
    ['nests too deeply', nested(33), 'nest deeper than 32 levels'],
    [
      'has too many schemas in it',
      {
        type: 'object',
        properties: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, {}])),
      },
      'has 1001 schemas in it; the limit is 1000',
    ],
  ])('that %s leaves its tool out: SCHEMA_INVALID', async (_, parameters, why) => {
    const info = await open(parameters);
    expect(info).toMatchObject({
      state: 'active',
      warnings: [{}, { code: 'SCHEMA_INVALID', message: expect.stringContaining(why) }],
    });
    expect(info?.tools).toEqual(['ping', 'about']);
  });
});

test('the thousand-and-first registration fails its plugin, the thousandth does not', async () => {
  const spec = { description: 'For tests', parameters: { type: 'object' } };
  const adds = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `t${i}`, spec }));
  const fits = await openLimited('lifecycle.c', { add: adds(998) }, {});
  expect(fits.host.tools.list()).toHaveLength(1000);
  const over = await openLimited('lifecycle.c', { add: adds(999) }, {});
  expect(over.host.plugins.get(ID)).toMatchObject({
    state: 'failed_register',
    error: { code: 'REGISTER_FAILED', message: expect.stringContaining('more than 1000') },
  });
});
