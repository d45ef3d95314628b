import { describe, expect, test } from 'vitest';
import { servicesOf } from '../../../src/host/index.js';
import type { MessageCall, PluginHost } from '../../../src/index.js';
import { listen, openHost } from '../../host/open-host.js';
import { generationOf, makeGeneration } from '../../support/generations.js';
import type { TestPlugin } from '../../support/plugin-folder.js';

const [UNSUPPORTED, INVALID, NOT_FOUND, DENIED, CANCELLED, DEADLINE, BUSY] = [
  -3, -2, -5, -6, -8, -9, -15,
];

const mails = (id: string, ...flags: string[]): TestPlugin => ({ id, source: 'mails.c', flags });
const PARALLEL = '-DMESSAGE_FLAGS=AISOPOD_F_PARALLEL';

/** What a plugin answers that passes a message on: the outcome of its request. */
interface Outcome {
  readonly status: number;
  readonly json: unknown;
  readonly message: string;
}

/** Lets `from` send, in a tool of its own. */
async function sendFrom(host: PluginHost, from: string, params: object): Promise<Outcome> {
  return (await host.tools.call(`${from}:send`, params)).data as Outcome;
}

/** A message that makes `mails.c` ask someone else. */
const ask = (to: string, message: unknown, more: object = {}) => ({
  do: 'send',
  params: { to, message },
  ...more,
});

describe('a message to a plugin in C', () => {
  test('arrives with its sender, and is answered', async () => {
    const host = await openHost({ plugins: [mails('box')] });
    const message = { list: [1, 'Büsum', null] };
    expect(await host.messaging.send('box', message)).toEqual({ from: 'host', message });
    expect(
      await servicesOf(host).kinds.messaging.service.of(makeGeneration('other')).send('box', 7),
    ).toEqual({
      from: 'other',
      message: 7,
    });
    expect(await host.messaging.send('box', undefined)).toEqual({ from: 'host', message: null });
  });

  test('may be refused by it, with code, message and details', async () => {
    const host = await openHost({ plugins: [mails('box')] });
    await expect(host.messaging.send('box', { do: 'fail' })).rejects.toMatchObject({
      code: 'DENIED',
      message: 'box answers the message: not for you',
      details: { why: 1 },
    });
    await expect(host.messaging.send('box', { do: 'broken' })).rejects.toMatchObject({
      code: 'REPLY_REFUSED',
    });
  });

  test('is given up at its deadline, of which the plugin learns', async () => {
    const host = await openHost({ plugins: [mails('box')] });
    const { heard, next } = listen(host);
    await untilBegun(heard, async (timeoutMs) => {
      const late = host.messaging.send('box', { do: 'stay' }, { timeoutMs });
      await expect(late).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    });
    expect(await next('stopped')).toMatchObject({ status: DEADLINE });
  });

  test('can be cancelled, of which the plugin learns', async () => {
    const host = await openHost({ plugins: [mails('box')] });
    const { next } = listen(host);
    const { signal, abort } = cancellation();
    const sent = host.messaging.send('box', { do: 'stay' }, { signal });
    await next('staying');
    abort();
    await expect(sent).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await next('stopped')).toMatchObject({ status: CANCELLED });
  });

  test.each([
    [{ n: 1n }, 'a bigint at /n'],
    [[1, Number.NaN], 'NaN at /1'],
    [{ text: '\ud83d' }, 'half of a surrogate pair'],
    [() => {}, 'a function'],
  ])('is refused when it is no JSON: %#', async (message, why) => {
    const host = await openHost({ plugins: [mails('box')] });
    await expect(host.messaging.send('box', message)).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
      message: expect.stringContaining(why),
    });
  });

  test('is refused over the limit of a payload', async () => {
    const host = await openHost({ plugins: [mails('box')], limits: { payloadBytes: 1000 } });
    await expect(host.messaging.send('box', 'x'.repeat(1000))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
  });

  test.each([0, -1, Number.NaN, '5' as never])(
    'is refused with %j as its time',
    async (timeoutMs) => {
      const host = await openHost({ plugins: [mails('box')] });
      await expect(host.messaging.send('box', 1, { timeoutMs })).rejects.toMatchObject({
        code: 'USAGE',
      });
    },
  );

  test('needs a plugin that is there, runs, and takes messages', async () => {
    const host = await openHost({ plugins: [mails('box'), mails('mute', '-DMESSAGE_COUNT=0')] });
    const { messaging } = host;
    await expect(messaging.send('nobody', 1)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    await expect(messaging.send('host', 1)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    await expect(messaging.send(7 as never, 1)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    await expect(messaging.send('mute', 1)).rejects.toMatchObject({ code: 'NO_INBOX' });
    await host.plugins.disable('box');
    await expect(messaging.send('box', 1)).rejects.toMatchObject({ code: 'PLUGIN_DISABLED' });
    await host.plugins.unloadPlugin('box');
    await expect(messaging.send('box', 1)).rejects.toMatchObject({ code: 'PLUGIN_NOT_ACTIVE' });
    await host.close();
    await expect(messaging.send('mute', 1)).rejects.toMatchObject({ code: 'HOST_CLOSED' });
  });
});

describe('a plugin in C that sends', () => {
  test('is named as the sender, and gets the answer', async () => {
    const host = await openHost({ plugins: [mails('a'), mails('b')] });
    expect(await sendFrom(host, 'a', { to: 'b', message: { hi: 1 } })).toMatchObject({
      status: 0,
      json: { from: 'a', message: { hi: 1 } },
    });
    expect(await sendFrom(host, 'a', { to: 'b' })).toMatchObject({
      json: { from: 'a', message: null },
    });
  });

  test.each([
    ['an unknown plugin', { to: 'nobody' }, NOT_FOUND],
    ['a plugin without an inbox', { to: 'mute' }, UNSUPPORTED],
    ['a plugin that refuses', { to: 'b', message: { do: 'fail' } }, DENIED],
    ['nobody', {}, INVALID],
    ['what is no id', { to: 7 }, INVALID],
    ['a sender of its own making', { to: 'b', from: 'host' }, INVALID],
  ])('to %s is answered a status', async (_, params, status) => {
    const host = await openHost({
      plugins: [mails('a'), mails('b'), mails('mute', '-DMESSAGE_COUNT=0')],
    });
    const outcome = await sendFrom(host, 'a', params);
    expect(outcome).toMatchObject({ status, json: null });
    expect(outcome.message).not.toBe('');
  });

  test('lets its receiver go when its own call is cancelled', async () => {
    const host = await openHost({ plugins: [mails('a'), mails('b')] });
    const { next } = listen(host);
    const { signal, abort } = cancellation();
    const sent = host.messaging.send('a', ask('b', { do: 'stay' }), { signal });
    await next('staying');
    abort();
    await expect(sent).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await next('stopped')).toMatchObject({ status: CANCELLED });
  });

  test('passes its own deadline on', async () => {
    const host = await openHost({ plugins: [mails('a'), mails('b')] });
    const { heard, next } = listen(host);
    await untilBegun(heard, async (timeoutMs) => {
      const sent = host.messaging.send('a', ask('b', { do: 'stay' }), { timeoutMs });
      // Both have the same deadline, and either may meet it first.
      const end = await sent.catch((error) => error.code);
      expect(JSON.stringify(end)).toMatch(/CALL_DEADLINE|"status":-9/);
    });
    expect([CANCELLED, DEADLINE]).toContain((await next('stopped')).status);
  });
});

describe('messages in a circle', () => {
  test('are refused where a plugin would wait for itself, and name the way', async () => {
    const host = await openHost({ plugins: [mails('a'), mails('b')] });
    const answer = (await host.messaging.send('a', ask('b', ask('a', 'back')))) as Outcome;
    expect(answer).toMatchObject({ status: 0, json: { status: BUSY } });
    expect((answer.json as Outcome).message).toContain('host -> a -> b -> a');
  });

  test('are refused from a tool call as well, and to oneself', async () => {
    const host = await openHost({ plugins: [mails('a'), mails('b')] });
    const round = await sendFrom(host, 'a', { to: 'b', message: ask('a', 'back') });
    expect(round).toMatchObject({ status: 0, json: { status: BUSY } });
    expect(await sendFrom(host, 'a', { to: 'a', message: 1 })).toMatchObject({ status: BUSY });
  });

  test('go through a plugin that takes several calls at once', async () => {
    const host = await openHost({ plugins: [mails('a', PARALLEL), mails('b')] });
    expect(await host.messaging.send('a', ask('b', ask('a', 'back')))).toMatchObject({
      json: { json: { from: 'b', message: 'back' } },
    });
  });

  test('that hide whom they are sent for end at their deadline', async () => {
    const host = await openHost({ plugins: [mails('a'), mails('b')], limits: { callMs: 300 } });
    const hidden = { orphan: true };
    const sent = host.messaging.send('a', ask('b', ask('a', 'back', hidden), hidden));
    // Whoever notices first: the sender, or one of the two on the way.
    const end = await sent.catch((error) => error.code);
    expect(JSON.stringify(end)).toMatch(/CALL_DEADLINE|"status":-9/);
  });

  test('of handlers in JavaScript are bounded', async () => {
    const host = await openHost({ plugins: [mails('a'), mails('b')] });
    const [a, b] = [
      servicesOf(host).kinds.messaging.service.of(generationOf(host, 'a')),
      servicesOf(host).kinds.messaging.service.of(generationOf(host, 'b')),
    ];
    let deepest = 0;
    const pingPong =
      (to: string, own: typeof a) =>
      (n: unknown, { context }: MessageCall) => {
        deepest = Math.max(deepest, n as number);
        return own.send(to, (n as number) + 1, { context });
      };
    a.onMessage(pingPong('b', a));
    b.onMessage(pingPong('a', b));
    await expect(host.messaging.send('a', 1)).rejects.toMatchObject({ code: 'CALL_TOO_DEEP' });
    expect(deepest).toBe(16);
  });
});

describe('onMessage()', () => {
  test('answers in place of what the plugin registered, until it is ended', async () => {
    const host = await openHost({ plugins: [mails('box')] });
    const stop = servicesOf(host)
      .kinds.messaging.service.of(generationOf(host, 'box'))
      .onMessage((message, { from }) => ({ from, js: message }));
    expect(await sendFrom(host, 'box', { to: 'box', message: [1] })).toMatchObject({
      json: { from: 'box', js: [1] },
    });
    expect(await host.messaging.send('box', 1)).toEqual({ from: 'host', js: 1 });
    stop();
    expect(await host.messaging.send('box', 1)).toEqual({ from: 'host', message: 1 });
  });

  test('gets a message that it cannot change for the sender, and gives an answer of its own', async () => {
    const host = await openHost({ plugins: [mails('box')] });
    const answer = { list: [1] };
    servicesOf(host)
      .kinds.messaging.service.of(generationOf(host, 'box'))
      .onMessage((message) => {
        expect(Object.isFrozen((message as { deep: object }).deep)).toBe(true);
        return answer;
      });
    const got = await host.messaging.send('box', { deep: {} });
    expect(got).toEqual(answer);
    expect(got).not.toBe(answer);
  });

  test('may answer nothing, later, or with an error of its own', async () => {
    const host = await openHost({ plugins: [mails('box')] });
    const { onMessage } = servicesOf(host).kinds.messaging.service.of(generationOf(host, 'box'));
    let stop = onMessage(async () => new Promise<void>((resolve) => setImmediate(resolve)));
    expect(await host.messaging.send('box', 1)).toBeNull();
    stop();
    stop = onMessage(() => {
      throw new Error('not today');
    });
    await expect(host.messaging.send('box', 1)).rejects.toMatchObject({
      code: 'FAIL',
      message: 'box answers the message: not today',
      cause: expect.objectContaining({ message: 'not today' }),
    });
    stop();
    onMessage(() => 1n);
    await expect(host.messaging.send('box', 1)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
  });

  test('is told by its signal when nobody waits any more', async () => {
    const host = await openHost({ plugins: [mails('box')] });
    const aborted: unknown[] = [];
    servicesOf(host)
      .kinds.messaging.service.of(generationOf(host, 'box'))
      .onMessage(
        (_, { signal }) =>
          new Promise(() => signal.addEventListener('abort', () => aborted.push(signal.aborted))),
      );
    const late = host.messaging.send('box', 1, { timeoutMs: 1 });
    await expect(late).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    const { signal, abort } = cancellation();
    const cancelled = host.messaging.send('box', 1, { signal });
    abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await expect(host.messaging.send('box', 1, { signal })).rejects.toMatchObject({
      code: 'CALL_CANCELLED',
    });
    expect(aborted).toEqual([true, true]);
  });

  test('has one handler, which is a function, and ends with its plugin', async () => {
    const host = await openHost({ plugins: [mails('box')] });
    const { onMessage } = servicesOf(host).kinds.messaging.service.of(generationOf(host, 'box'));
    expect(() => onMessage('x' as never)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    onMessage(() => 1);
    expect(() => onMessage(() => 2)).toThrow(expect.objectContaining({ code: 'INBOX_TAKEN' }));
    await host.plugins.unloadPlugin('box');
    expect(() => onMessage(() => 2)).not.toThrow();
  });
});

describe('the kind "message"', () => {
  test('is registered at most once by a plugin, whatever the names', async () => {
    const host = await openHost({ plugins: [mails('two', '-DMESSAGE_COUNT=2')] });
    expect(host.plugins.get('two')).toMatchObject({
      state: 'failed_register',
      reason: expect.stringContaining('at most one message'),
    });
  });

  test('has no short name that another plugin could have taken', async () => {
    const manifest = '[capabilities]\ntools = ["send"]\n';
    const host = await openHost({
      plugins: [
        { ...mails('a'), manifest },
        { ...mails('b'), manifest },
      ],
    });
    const warnings = host.plugins.get('b')?.warnings ?? [];
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('The tool "send" of plugin b'),
    ]);
  });

  test('stands in no manifest, so nothing is missed there', async () => {
    const host = await openHost({
      plugins: [{ ...mails('box'), manifest: '[capabilities]\ntools = ["send"]\n' }],
    });
    expect(host.plugins.get('box')?.warnings).toEqual([]);
  });

  test.each([
    ['[]', 'REGISTRATION_INVALID', 'must be an object'],
    ['{"description":7}', 'REGISTRATION_INVALID', '"description" must be text'],
  ])('with the spec %s fails its plugin', async (spec, code, why) => {
    const flag = `-DMESSAGE_SPEC=${JSON.stringify(spec)}`;
    const host = await openHost({ plugins: [mails('box', flag)] });
    const { state, error } = host.plugins.get('box') ?? {};
    expect([state, error?.code]).toEqual(['failed_register', code]);
    expect(error?.message).toContain(why);
  });

  test('warns of a key that it does not know', async () => {
    const flag = `-DMESSAGE_SPEC=${JSON.stringify('{"descripton":"x"}')}`;
    const host = await openHost({ plugins: [mails('box', flag)] });
    expect(host.plugins.get('box')?.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('the key "descripton" is not known'),
    );
  });

  test('works in two hosts beside each other', async () => {
    const first = await openHost({ plugins: [mails('box')] });
    const hosts = [first, await openHost({ plugins: [mails('box')] })];
    servicesOf(first)
      .kinds.messaging.service.of(generationOf(first, 'box'))
      .onMessage(() => 'first');
    const answers = await Promise.all(hosts.map((host) => host.messaging.send('box', 1)));
    expect(answers).toEqual(['first', { from: 'host', message: 1 }]);
  });
});

/** Gives more time each time, until the receiver has begun before its deadline. */
async function untilBegun(
  heard: readonly { topic: string }[],
  attempt: (timeoutMs: number) => Promise<void>,
): Promise<void> {
  for (let timeoutMs = 50; !heard.some(({ topic }) => topic === 'staying'); timeoutMs *= 4) {
    await attempt(timeoutMs);
  }
}

function cancellation() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
