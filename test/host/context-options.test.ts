import { describe, expect, test } from 'vitest';
import type {
  BusEvent,
  CallContext,
  OnMessage,
  Plugin,
  PluginApi,
  PluginCall,
  PluginContext,
  PluginHost,
} from '../../src/index.js';
import { issue } from '../../src/instance/index.js';
import { openHost, recordingLogger } from './open-host.js';

const SPEC = { description: 'For tests' };
/** Of a call by the owner, as a handler receives it. */
const OWNER: CallContext = issue({
  user: 'ada',
  tenant: 'acme',
  role: 'owner',
  permissions: ['x'],
});

/** Registers a plugin, and gives its context. */
async function add(host: PluginHost, id: string, more: Partial<Plugin> = {}) {
  const contexts: PluginContext[] = [];
  await host.register({
    id,
    version: '1.0.0',
    register: () => {},
    ...more,
    init: (context) => {
      contexts.push(context);
      return more.init?.(context);
    },
  });
  return contexts[0] as PluginContext;
}

/** A plugin with a tool `it` and a command `it`, which answer with what they were called. */
const answering: Partial<Plugin> = {
  register(api: PluginApi) {
    api.registerTool('it', SPEC, (_, { context }) => context);
    api.registerTool('stays', SPEC, (_, { signal }) => {
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(1)));
    });
    api.registerTool('streams', SPEC, function* () {
      yield 1;
      yield 2;
    });
    api.registerCommand('it', { ...SPEC, requireAuth: true }, () => 'done');
  },
};

describe('context.tools', () => {
  test('calls a tool with the context of a call', async () => {
    const host = await openHost();
    await add(host, 'theirs', answering);
    const { tools } = await add(host, 'mine');
    const result = await tools.call('theirs:it', {}, { context: OWNER });
    expect(result.data).toMatchObject({ user: 'ada', tenant: 'acme', role: 'owner' });
  });

  test('calls a tool on behalf of no caller without a context', async () => {
    const host = await openHost();
    await add(host, 'theirs', answering);
    const { tools } = await add(host, 'mine');
    expect(Object.keys((await tools.call('theirs:it')).data as object)).toEqual(['traceId']);
  });

  test('cancels a call by its signal', async () => {
    const host = await openHost();
    await add(host, 'theirs', answering);
    const { tools } = await add(host, 'mine');
    const controller = new AbortController();
    const called = tools.call('theirs:stays', {}, { signal: controller.signal });
    controller.abort();
    await expect(called).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  test('streams the chunks of a tool', async () => {
    const host = await openHost();
    await add(host, 'theirs', answering);
    const { tools } = await add(host, 'mine');
    const chunks: unknown[] = [];
    for await (const chunk of tools.stream('theirs:streams')) chunks.push(chunk);
    expect(chunks).toEqual([1, 2]);
  });

  test('lists the tools of all plugins', async () => {
    const host = await openHost();
    await add(host, 'theirs', answering);
    const { tools } = await add(host, 'mine');
    expect(tools.list().map(({ name }) => name)).toEqual(['it', 'stays', 'streams']);
    expect(tools.get('theirs:it')).toMatchObject({ plugin: 'theirs' });
  });

  test('ends a circle of calls that pass their context on', async () => {
    const host = await openHost();
    const contexts: PluginContext[] = [];
    await add(host, 'mine', {
      init: (context) => void contexts.push(context),
      register: (api) =>
        api.registerTool('again', SPEC, async (_, { context }) => {
          const result = await contexts[0]?.tools.call('mine:again', {}, { context });
          return result?.data ?? result?.error?.message;
        }),
    });
    const { data } = await host.tools.call('mine:again');
    expect(data).toContain('called from within 16 calls');
  });
});

describe('context.commands', () => {
  test('runs a command with the role of a call', async () => {
    const host = await openHost();
    await add(host, 'theirs', answering);
    const { commands } = await add(host, 'mine');
    expect(await commands.run('theirs:it', { context: OWNER })).toMatchObject({ exitCode: 0 });
  });
});

describe('context.storage', () => {
  test('takes the tenant of the context of a call', async () => {
    const host = await openHost();
    const { storage, storageFor } = await add(host, 'mine');
    await storage.set('key', 1, { context: OWNER });
    expect(await storageFor(OWNER).get('key')).toBe(1);
    expect(await storage.get('key')).toBeUndefined();
  });
});

const ASKED = { provider: 'p', model: 'm', messages: [] };

describe('context.hooks', () => {
  test('fires a hook with the context of a call', async () => {
    const host = await openHost();
    const seen: unknown[] = [];
    host.hooks.register('OnSessionCreate', (_, { context }) => void seen.push(context?.user));
    const { hooks } = await add(host, 'mine');
    await hooks.invoke('OnSessionCreate', { session: 's' }, { context: OWNER });
    expect(seen).toEqual(['ada']);
  });

  test('cancels a firing by its signal', async () => {
    const host = await openHost();
    host.hooks.register('PreLlmCall', () => new Promise(() => {}));
    const { hooks } = await add(host, 'mine');
    const controller = new AbortController();
    const fired = hooks.invokeChain('PreLlmCall', ASKED, { signal: controller.signal });
    controller.abort();
    await expect(fired).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });
});

describe('context.messaging', () => {
  /** A host with a plugin that receives messages, and another that sends them. */
  async function talking(onMessage: OnMessage) {
    const host = await openHost();
    await add(host, 'theirs', { init: ({ messaging }) => void messaging.onMessage(onMessage) });
    return (await add(host, 'mine')).messaging;
  }

  test('sends a message with the context of a call', async () => {
    const { send } = await talking((_, { context }) => context.user);
    expect(await send('theirs', 1, { context: OWNER })).toBe('ada');
  });

  /** A receiver that never answers, and why it is to stop. */
  function stopping() {
    let stopped = (_code: string) => {};
    const code = new Promise<string>((resolve) => {
      stopped = resolve;
    });
    const receive: OnMessage = (_, { signal }) => {
      signal.addEventListener('abort', () => stopped(signal.reason.code));
      return new Promise(() => {});
    };
    return { code, receive };
  }

  test('tells its receiver CANCELLED when the sender no longer waits', async () => {
    const { code, receive } = stopping();
    const { send } = await talking(receive);
    const controller = new AbortController();
    const sent = send('theirs', 1, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(sent).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await code).toBe('CANCELLED');
  });

  test('tells its receiver DEADLINE when the time is over', async () => {
    const { code, receive } = stopping();
    const { send } = await talking(receive);
    const sent = send('theirs', 1, { timeoutMs: 5 });
    await expect(sent).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    expect(await code).toBe('DEADLINE');
  });
});

describe('the context of an event', () => {
  /** What a plugin does because of an event that another published for a call of the owner. */
  async function afterEvent(react: (event: BusEvent, mine: PluginContext) => unknown) {
    const host = await openHost();
    const contexts: PluginContext[] = [];
    await add(host, 'theirs', {
      ...answering,
      init: (context) => void contexts.push(context),
      register(api) {
        answering.register?.(api);
        api.registerTool('publish', SPEC, (_, call: PluginCall) =>
          contexts[0]?.events.publish('jobs.done', 1, { context: call.context }),
        );
      },
    });
    const done = new Promise((resolve, reject) => {
      void add(host, 'mine', {
        init: (mine) =>
          void mine.events.subscribe('jobs.*', async (event) => {
            try {
              resolve(await react(event, mine));
            } catch (error) {
              reject(error);
            }
          }),
      }).then(() => host.tools.call('theirs:publish', {}, { context: OWNER }));
    });
    return done;
  }

  test('names the user and the tenant of the call that it was published for', async () => {
    expect(await afterEvent(({ context }) => context)).toEqual({
      user: 'ada',
      tenant: 'acme',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  test('gives no authority to a command that is run with it', async () => {
    const run = afterEvent(({ context }, { commands }) => commands.run('theirs:it', { context }));
    await expect(run).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
  });

  test('gives neither role nor permissions to a tool that is called with it', async () => {
    const called = await afterEvent(async ({ context }, { tools }) => {
      const { data } = await tools.call('theirs:it', {}, { context });
      return data;
    });
    expect(Object.keys(called as object).sort()).toEqual(['tenant', 'traceId', 'user']);
  });

  test('selects the storage of its tenant', async () => {
    const value = afterEvent(async ({ context }, { storage, storageFor }) => {
      await storageFor(context).set('key', 7);
      return storage.get('key', { context: OWNER });
    });
    expect(await value).toBe(7);
  });

  test('is in what the program around the host hears of published events', async () => {
    const host = await openHost();
    const { events } = await add(host, 'mine');
    const heard = new Promise((resolve) => host.events.on('event', resolve));
    events.publish('jobs.done', 1, { context: OWNER });
    expect(await heard).toEqual({
      plugin: 'mine',
      topic: 'jobs.done',
      data: 1,
      context: { user: 'ada', tenant: 'acme' },
    });
  });
});

describe('context.loggerFor()', () => {
  test('logs with trace id, user, session and tenant of a context', async () => {
    const { logger, lines } = recordingLogger();
    const host = await openHost({ logger });
    const { loggerFor } = await add(host, 'mine');
    loggerFor(issue({ ...OWNER, session: 's1', traceId: 'c'.repeat(32) })).debug({ n: 1 }, 'seen');
    expect(lines).toEqual([
      {
        level: 'debug',
        text: 'seen',
        n: 1,
        logger: 'aisopod.plugins.mine',
        plugin: 'mine',
        from: 'plugin',
        user: 'ada',
        session: 's1',
        tenant: 'acme',
        traceId: 'c'.repeat(32),
      },
    ]);
  });
});

describe('a service of a plugin that has ended', () => {
  test.each<[string, (context: PluginContext) => unknown]>([
    ['events.publish()', ({ events }) => events.publish('a')],
    ['storage', ({ storage }) => storage.get('a')],
    ['storageFor()', ({ storageFor }) => storageFor(OWNER).set('a', 1)],
    ['tools.call()', ({ tools }) => tools.call('x')],
    ['tools.stream()', ({ tools }) => tools.stream('x')],
    ['commands.run()', ({ commands }) => commands.run('x')],
    ['hooks.invoke()', ({ hooks }) => hooks.invoke('OnSessionEnd', { session: 's' })],
    ['hooks.invokeChain()', ({ hooks }) => hooks.invokeChain('PreLlmCall', ASKED)],
    ['messaging.send()', ({ messaging }) => messaging.send('x', 1)],
    ['setTimeout()', ({ setTimeout }) => setTimeout(() => {}, 1)],
  ])('answers STATE: %s', async (_, use) => {
    const host = await openHost();
    const context = await add(host, 'mine');
    await host.plugins.unloadPlugin('mine');
    await expect((async () => use(context))()).rejects.toMatchObject({ code: 'STATE' });
  });
});
