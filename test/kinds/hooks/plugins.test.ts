import { describe, expect, test } from 'vitest';
import type { PluginHost } from '../../../src/index.js';
import { type HomeOptions, listen, openHost, recordingLogger } from '../../host/open-host.js';
import { anyPayload } from '../../support/any-payload.js';
import type { TestPlugin } from '../../support/plugin-folder.js';

const INLINE = 2;
const CALL = { context: undefined, signal: undefined };

/** What one callback of the plugin is and does; see test/plugins/hooks/listener.c. */
interface Listener {
  readonly name: string;
  readonly does?: string;
  readonly reply?: unknown;
  readonly spec?: object;
  readonly flags?: number;
}

const plugin = (id: string): TestPlugin => ({ id, source: 'hooks/listener.c' });

/** TOML has no null, so the reply goes there as a text. */
function written({ reply = null, ...listener }: Listener): object {
  return { ...listener, reply: typeof reply === 'string' ? reply : JSON.stringify(reply) };
}

/** Opens a host with plugins that listen, by id. */
async function openWith(
  listeners: Readonly<Record<string, readonly Listener[]>>,
  options: HomeOptions = {},
): Promise<PluginHost> {
  return openHost({
    plugins: Object.keys(listeners).map(plugin),
    pluginConfig: Object.fromEntries(
      Object.entries(listeners).map(([id, hooks]) => [id, { hooks: hooks.map(written) }]),
    ),
    ...options,
  });
}

describe.each([
  ['on a worker', 0],
  ['inline', INLINE],
])('a callback in C, %s', (_, flags) => {
  const replies = (name: string, reply: unknown): Listener => ({
    name,
    does: 'reply',
    reply,
    flags,
  });

  test('observes', async () => {
    const host = await openWith({ a: [replies('OnSessionCreate', { any: 'thing' })] });
    const ears = listen(host);
    expect(
      await anyPayload(host.hooks).invoke('OnSessionCreate', { session: 's' }),
    ).toBeUndefined();
    expect(await ears.next('called')).toMatchObject({ name: 'OnSessionCreate' });
  });

  test('adds to what is collected', async () => {
    const host = await openWith({
      a: [replies('DaemonServerRegister', { name: 'web' })],
      b: [replies('DAEMON_SERVER_REGISTER', null)],
    });
    expect(await anyPayload(host.hooks).invoke('DaemonServerRegister', {})).toEqual([
      { plugin: 'a', value: { name: 'web' } },
    ]);
  });

  test('transforms, and null keeps the payload', async () => {
    const host = await openWith({
      a: [replies('PreLlmCall', { messages: ['a'] })],
      b: [replies('pre_llm_call', null)],
      c: [{ name: 'PRE_LLM_CALL', does: 'echo', flags }],
    });
    expect(await anyPayload(host.hooks).invokeChain('PreLlmCall', {})).toEqual({ messages: ['a'] });
  });

  test('decides', async () => {
    const host = await openWith({
      a: [replies('before_tool_call', null)],
      b: [replies('BEFORE_TOOL_CALL', { action: 'block', reason: 'no' })],
    });
    expect(await anyPayload(host.hooks).invoke('BeforeToolExecute', {})).toEqual({
      action: 'block',
      reason: 'no',
      plugin: 'b',
    });
  });

  test.each([
    ['call_fail()', { does: 'fail', reply: 'no idea' }, 'failed', 'no idea'],
    ['OK without an answer', { does: 'nothing' }, 'broken', 'AISOPOD_PENDING'],
    ['broken JSON', { does: 'reply', reply: '{"a":' }, 'broken', 'JSON'],
    ['no payload', { does: 'reply', reply: [] }, 'broken', 'must be an object'],
  ])('that answers %s has failed', async (_, answer, reason, why) => {
    const { logger, lines } = recordingLogger();
    const host = await openWith({ a: [{ name: 'PreLlmCall', flags, ...answer }] }, { logger });
    const heard: unknown[] = [];
    host.events.on('warning', (id, { code }) => heard.push([id, code]));
    expect(await anyPayload(host.hooks).invokeChain('PreLlmCall', { n: 1 })).toEqual({ n: 1 });
    expect(heard).toEqual([['a', 'HOOK_FAILED']]);
    // The core notes in the log what it refuses, too.
    const warnings = lines.filter(({ level, from }) => level === 'warn' && from !== 'host');
    expect(warnings).toMatchObject([
      { plugin: 'a', code: 'HOOK_FAILED', details: { reason }, text: expect.stringContaining(why) },
    ]);
  });

  test('that fails as a guard blocks', async () => {
    const host = await openWith({
      guard: [{ name: 'BeforeToolExecute', does: 'fail', reply: 'lost the rules', flags }],
    });
    expect(await anyPayload(host.hooks).invoke('BeforeToolExecute', {})).toMatchObject({
      action: 'block',
      reason: expect.stringContaining('lost the rules'),
      plugin: 'guard',
    });
  });

  test('that returns OK without an answer as a guard blocks at once', async () => {
    const host = await openWith(
      { guard: [{ name: 'BeforeToolExecute', does: 'nothing', flags }] },
      { limits: { hookMs: Number.POSITIVE_INFINITY } },
    );
    expect(await anyPayload(host.hooks).invoke('BeforeToolExecute', {})).toMatchObject({
      action: 'block',
      reason: expect.stringContaining('returned AISOPOD_OK without an answer'),
      plugin: 'guard',
    });
  });

  test('is late when it does not answer', async () => {
    const { logger, lines } = recordingLogger();
    const never = (name: string): Listener => ({ name, does: 'never', flags });
    const host = await openWith(
      { a: [never('PreLlmCall'), never('BeforeToolExecute')] },
      { limits: { hookMs: 50 }, logger },
    );
    expect(await anyPayload(host.hooks).invokeChain('PreLlmCall', { n: 1 })).toEqual({ n: 1 });
    expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { details: { reason: 'late' } },
    ]);
    expect(await anyPayload(host.hooks).invoke('BeforeToolExecute', {})).toMatchObject({
      action: 'block',
    });
  });

  test('knows on whose behalf it is asked', async () => {
    const host = await openWith({ a: [{ name: 'PreLlmCall', does: 'meta', flags }] });
    const context = { user: 'ada', session: 's' };
    const meta = await anyPayload(host.hooks).invokeChain('PreLlmCall', {}, { context });
    expect(meta).toEqual({
      user: 'ada',
      session: 's',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });
});

describe('what is compiled', () => {
  test('answers at once when all callbacks are inline', async () => {
    const reply = { name: 'PreLlmCall', does: 'echo', flags: INLINE };
    const host = await openWith({ a: [reply], b: [reply] });
    anyPayload(host.hooks).register('PreLlmCall', ({ n }) => ({ n: n + 1 }));
    for (let n = 0; n < 3; n++) {
      expect(anyPayload(host.hooks).current.PreLlmCall?.({ n }, CALL)).toEqual({ n: n + 1 });
    }
  });

  test('is null for what nobody listens to', async () => {
    const host = await openWith({ a: [{ name: 'PreLlmCall' }] });
    expect(anyPayload(host.hooks).current.PreLlmCall).not.toBeNull();
    expect(anyPayload(host.hooks).current.BeforeToolExecute).toBeNull();
  });
});

describe('callbacks of plugins', () => {
  test('stand in one order with those of the embedder', async () => {
    const named = (spec: object): Listener => ({ name: 'PrePreload', spec });
    const host = await openWith({
      a: [named({})],
      b: [named({ priority: 5 })],
      c: [named({ priority: 5, after: ['a'] }), named({ priority: 300 })],
      d: [named({ before: 'b', after: 'nobody' })],
    });
    anyPayload(host.hooks).register('PrePreload', () => {}, { plugin: 'me', priority: 7 });
    const listed = host.hooks.list('PRE_PRELOAD');
    expect(listed.map(({ plugin, priority }) => `${plugin} ${priority}`)).toEqual([
      'me 7',
      'a 100',
      'c 5',
      'd 100',
      'b 5',
      'c 300',
    ]);
    expect(listed[2]).toEqual({
      hook: 'PrePreload',
      mode: 'observe',
      order: 3,
      plugin: 'c',
      origin: 'plugin',
      priority: 5,
      before: [],
      after: ['a'],
      state: 'on',
    });
  });

  test('that want to come before each other keep their priorities, and both are told', async () => {
    const host = await openWith({
      a: [{ name: 'PrePreload', spec: { before: 'b', priority: 2 } }],
      b: [{ name: 'PrePreload', spec: { before: 'a', priority: 1 } }],
    });
    expect(host.hooks.list().map(({ plugin }) => plugin)).toEqual(['b', 'a']);
    for (const id of ['a', 'b']) {
      expect(host.plugins.get(id)).toMatchObject({
        state: 'active',
        warnings: expect.arrayContaining([
          expect.objectContaining({
            code: 'HOOK_CYCLE',
            details: { hook: 'PrePreload', plugins: ['a', 'b'] },
          }),
        ]),
      });
    }
  });

  test('are not called while the plugin is switched off', async () => {
    const block = { name: 'BeforeToolExecute', does: 'reply', reply: { action: 'block' } };
    const host = await openWith({ a: [block] });
    await host.plugins.disable('a');
    expect(await anyPayload(host.hooks).invoke('BeforeToolExecute', {})).toBeNull();
    expect(host.hooks.list()).toMatchObject([{ plugin: 'a', state: 'disabled' }]);
    await host.plugins.enable('a');
    expect(await anyPayload(host.hooks).invoke('BeforeToolExecute', {})).toMatchObject({
      action: 'block',
    });
    expect(host.hooks.list()).toMatchObject([{ plugin: 'a', state: 'on' }]);
  });

  test('go with the plugin', async () => {
    const host = await openWith({ a: [{ name: 'BeforeToolExecute', does: 'fail' }] });
    const before = anyPayload(host.hooks).current;
    await host.plugins.unloadPlugin('a');
    expect(host.hooks.list()).toEqual([]);
    expect(anyPayload(host.hooks).current.BeforeToolExecute).toBeNull();
    expect(await before.BeforeToolExecute?.({}, CALL)).toBeNull();
  });

  test('are not there when the plugin failed after it had registered them', async () => {
    const host = await openHost({
      plugins: [plugin('a')],
      pluginConfig: { a: { hooks: [{ name: 'PrePreload' }], on_init: 'fail' } },
    });
    expect(host.plugins.get('a')?.state).toBe('failed_init');
    expect(host.hooks.list()).toEqual([]);
  });

  test('that were switched off come back with a plugin that is loaded again', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openWith({ a: [{ name: 'PrePreload', does: 'fail' }] }, { logger });
    for (let i = 0; i < 11; i++) await anyPayload(host.hooks).invoke('PrePreload', {});
    expect(host.hooks.list()).toMatchObject([{ state: 'failed' }]);
    const errors = lines.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([{ plugin: 'a', code: 'HOOK_OFF' }]);
    const path = host.plugins.get('a')?.path ?? '';
    await host.plugins.unloadPlugin('a');
    await host.plugins.loadPlugin(path);
    expect(host.hooks.list()).toMatchObject([{ state: 'on' }]);
  });

  test('that fire their own hook again without end are stopped', async () => {
    let calls = 0;
    const host = await openWith(
      { a: [{ name: 'PreLlmCall', does: 'request', flags: 1 }] },
      {
        requests: {
          again: async (params, { context }) => {
            calls += 1;
            await anyPayload(host.hooks).invoke('PreLlmCall', params, { context: { ...context } });
          },
        },
      },
    );
    await anyPayload(host.hooks).invoke('PreLlmCall', {}, { context: { user: 'ada' } });
    expect(calls).toBe(8);
  });

  test('of a host that is closed are silent', async () => {
    const host = await openWith({ a: [{ name: 'BeforeToolExecute', does: 'fail' }] });
    const before = anyPayload(host.hooks).current;
    await host.close();
    expect(await before.BeforeToolExecute?.({}, CALL)).toBeNull();
  });

  test('get a payload as JSON; one that is none is no fault of theirs', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openWith({ a: [{ name: 'PrePreload', does: 'echo' }] }, { logger });
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (let i = 0; i < 12; i++) await anyPayload(host.hooks).invoke('PrePreload', circle);
    expect(host.hooks.list()).toMatchObject([{ state: 'on' }]);
    expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { plugin: 'a', details: { reason: 'payload' } },
    ]);
  });
});

describe('a spec that breaks a rule fails the plugin', () => {
  const fault = async (listener: Listener) => {
    const host = await openWith({ a: [listener] });
    const { state, reason } = host.plugins.get('a') ?? {};
    expect(state).toBe('failed_register');
    expect(host.hooks.list()).toEqual([]);
    return reason;
  };

  test.each([
    [{ priority: 1.5 }, '"priority" must be an integer'],
    [{ priority: 'first' }, '"priority" must be an integer'],
    [{ before: ['No Id'] }, 'at /before/0: an element of "before" must be the id of a plugin'],
    [{ after: [7] }, 'at /after/0: an element of "after" must be the id of a plugin'],
    [{ after: ['a'] }, 'at /after: "after" names the plugin itself'],
    [{ description: 1 }, 'at /description: "description" must be text'],
    [[], 'the spec must be an object'],
  ])('%j', async (spec, why) => {
    expect(await fault({ name: 'OnError', spec })).toContain(why);
  });

  test('a hook that there is not, and names the nearest', async () => {
    const reason = await fault({ name: 'BeforeToolExecution' });
    expect(reason).toContain(
      'There is no hook named "BeforeToolExecution". Did you mean "BeforeToolExecute"?',
    );
  });
});

test('a key that is not known is a warning that names the nearest', async () => {
  const host = await openWith({ a: [{ name: 'OnError', spec: { prioritty: 1 } }] });
  expect(host.plugins.get('a')).toMatchObject({
    state: 'active',
    warnings: expect.arrayContaining([
      expect.objectContaining({ message: expect.stringContaining('did you mean "priority"?') }),
    ]),
  });
});
