import { describe, expect, test } from 'vitest';
import type { CallContext, Plugin, PluginApi, PluginContext, PluginHost } from '../../src/index.js';
import type { DirectCall } from '../../src/instance/index.js';
import { openHost } from './open-host.js';

// Names of type string take any payload.
const ANY_HOOK: string = 'ConfigLoaded';
const ANY_CHAIN: string = 'PreLlmCall';
const SPEC = { description: 'For tests' };
const OPEN = { ...SPEC, requireAuth: false };
const GUEST = { user: 'eve', tenant: 'acme', role: 'guest', permissions: ['read'] };

/** Registers a plugin, and returns its context. */
async function add(host: PluginHost, id: string, more: Partial<Plugin> = {}) {
  let own: PluginContext | undefined;
  await host.register({
    id,
    version: '1.0.0',
    register: () => {},
    ...more,
    init: (context) => {
      own = context;
      return more.init?.(context);
    },
  });
  return own as PluginContext;
}

/** What a plugin receives for a call by a guest in each way, and the services of the plugin. */
async function guest(host: PluginHost) {
  let toolContext: CallContext | undefined;
  const own = await add(host, 'mine', {
    register: (api: PluginApi) => {
      api.registerTool('it', SPEC, (_, { context }) => {
        toolContext = context;
      });
      api.registerCommand('secure', SPEC, (_, { context }) => `ran as ${context.role}`);
    },
  });
  await host.tools.call('it', {}, { context: GUEST });
  return { own, context: toolContext as CallContext };
}

type Use = (own: PluginContext, context: CallContext) => unknown;

const SERVICES: [string, Use][] = [
  ['tools.call()', ({ tools }, context) => tools.call('it', {}, { context })],
  ['tools.stream()', ({ tools }, context) => tools.stream('it', {}, { context }).result],
  ['commands.run()', ({ commands }, context) => commands.run('secure', { context })],
  ['hooks.invoke()', ({ hooks }, context) => hooks.invoke(ANY_HOOK, {}, { context })],
  ['hooks.invokeChain()', ({ hooks }, context) => hooks.invokeChain(ANY_CHAIN, {}, { context })],
  ['messaging.send()', ({ messaging }, context) => messaging.send('mine', 1, { context })],
  ['events.publish()', ({ events }, context) => events.publish('a', 1, { context })],
  ['storage.get()', ({ storage }, context) => storage.get('a', { context })],
  ['storage.set()', ({ storage }, context) => storage.set('a', 1, { context })],
  ['storage.delete()', ({ storage }, context) => storage.delete('a', { context })],
  ['storage.list()', ({ storage }, context) => storage.list({}, { context })],
  ['storage.update()', ({ storage }, context) => storage.update('a', () => 1, { context })],
  ['storage.shared()', ({ storage }, context) => storage.shared('x').get('shared/a', { context })],
  ['storageFor()', ({ storageFor }, context) => storageFor(context)],
  ['loggerFor()', ({ loggerFor }, context) => loggerFor(context)],
];

/** What a plugin could try to pass for a context. */
const FORGED: [string, (context: CallContext) => unknown][] = [
  ['a literal', () => ({ role: 'admin' })],
  ['an empty object', () => ({})],
  ['null', () => null],
  ['a copy with another role', (context) => ({ ...context, role: 'admin' })],
  ['a plain copy', (context) => ({ ...context })],
  ['an object that inherits from it', (context) => Object.create(context)],
  ['a proxy of it', (context) => new Proxy(context, {})],
];

describe.each(SERVICES)('%s of a plugin', (name, use) => {
  test.each(FORGED)('refuses %s as a context', async (_, forge) => {
    const host = await openHost();
    const { own, context } = await guest(host);
    const used = (async () => use(own, forge(context) as CallContext))();
    await expect(used).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(name.startsWith('storage.') ? 'The storage' : name),
      details: { option: 'context' },
    });
  });
});

describe('a context that a plugin received', () => {
  test('is frozen, with its permissions', async () => {
    const { context } = await guest(await openHost());
    expect(context).toMatchObject(GUEST);
    expect(Object.isFrozen(context)).toBe(true);
    expect(Object.isFrozen(context.permissions)).toBe(true);
  });

  test('leaves alone what the embedder handed in', async () => {
    await guest(await openHost());
    expect(Object.isFrozen(GUEST)).toBe(false);
    expect(Object.isFrozen(GUEST.permissions)).toBe(false);
  });

  test('is read once from the options', async () => {
    const host = await openHost();
    const { own, context } = await guest(host);
    let reads = 0;
    const options = {
      get context() {
        reads += 1;
        return reads === 1 ? context : { role: 'admin' };
      },
    };
    await expect(own.commands.run('secure', options)).rejects.toMatchObject({
      code: 'AUTH_REFUSED',
    });
    expect(reads).toBe(1);
  });

  test('may be passed on by another plugin that it was given to', async () => {
    const host = await openHost();
    const { context } = await guest(host);
    const other = await add(host, 'other');
    const seen = new Promise((resolve) => host.bus.subscribe('b', resolve));
    other.events.publish('b', 1, { context });
    expect(await seen).toMatchObject({ source: 'other', context: { user: 'eve' } });
  });
});

describe('every context that plugin code receives may be passed on', () => {
  /** Publishes with a context, and returns whose event that is. */
  async function passOn(host: PluginHost, own: PluginContext, context: CallContext | undefined) {
    const published = new Promise((resolve) => host.bus.subscribe('passed', resolve));
    own.events.publish('passed', 1, { context });
    return ((await published) as { context: CallContext }).context.user;
  }

  /** Opens a host with a plugin that passes on what `take` gets. */
  async function passing(
    register: (api: PluginApi, take: (context: CallContext | undefined) => void) => void,
    cause: (host: PluginHost, own: PluginContext) => unknown,
    init: (own: PluginContext, take: (context: CallContext | undefined) => void) => void = () => {},
  ) {
    const host = await openHost();
    let taken: (context: CallContext | undefined) => void = () => {};
    const received = new Promise<CallContext | undefined>((resolve) => {
      taken = resolve;
    });
    const own = await add(host, 'mine', {
      register: (api) => {
        api.registerTool('it', SPEC, () => 1);
        register(api, taken);
      },
      init: (context) => init(context, taken),
    });
    await cause(host, own);
    return passOn(host, own, await received);
  }

  const callTool = (host: PluginHost) => host.tools.call('it', {}, { context: GUEST });
  const fire = (host: PluginHost) => host.hooks.invoke(ANY_HOOK, {}, { context: GUEST });
  const nothing = () => {};

  test('that of a command', async () => {
    const user = passing(
      (api, take) => api.registerCommand('go', OPEN, (_, { context }) => take(context)),
      (host) => host.commands.run('go', { context: GUEST }),
    );
    expect(await user).toBe('eve');
  });

  test('that of a hook, registered by the builder', async () => {
    const user = passing(
      (api, take) =>
        api.registerHook('ConfigLoaded', {}, (_: unknown, { context }: DirectCall) =>
          take(context),
        ),
      fire,
    );
    expect(await user).toBe('eve');
  });

  test('that of a hook of a tool call', async () => {
    const user = passing(
      (api, take) =>
        api.registerHook('BeforeToolExecute', {}, (_: unknown, { context }: DirectCall) =>
          take(context),
        ),
      callTool,
    );
    expect(await user).toBe('eve');
  });

  test('that of a hook, registered in init()', async () => {
    const user = passing(nothing, fire, ({ hooks }, take) => {
      hooks.register('ConfigLoaded', (_, { context }) => take(context));
    });
    expect(await user).toBe('eve');
  });

  test('that of a hook whose callback answers later', async () => {
    const user = passing(
      nothing,
      async (host) => {
        await fire(host);
        await fire(host);
      },
      ({ hooks }, take) => {
        let fired = 0;
        hooks.register('ConfigLoaded', async (_, { context }) => {
          fired += 1;
          if (fired === 2) take(context);
        });
      },
    );
    expect(await user).toBe('eve');
  });

  test('that of a middleware, registered by the builder', async () => {
    const user = passing(
      (api, take) =>
        api.registerMiddleware('around', { chain: 'tool' }, (_, next, { context }) => {
          take(context);
          return next();
        }),
      callTool,
    );
    expect(await user).toBe('eve');
  });

  test('that of a middleware, registered in init()', async () => {
    const user = passing(nothing, callTool, ({ middleware }, take) => {
      middleware.use('tool', (_, next, { context }) => {
        take(context);
        return next();
      });
    });
    expect(await user).toBe('eve');
  });

  test('that of a message', async () => {
    const user = passing(
      nothing,
      (host) => host.messaging.send('mine', 1, { context: GUEST }),
      ({ messaging }, take) => {
        messaging.onMessage((_, { context }) => take(context));
      },
    );
    expect(await user).toBe('eve');
  });

  test('that of an event', async () => {
    const user = passing(
      nothing,
      (host) => host.bus.publish('news', 1, { context: GUEST }),
      ({ events }, take) => {
        events.subscribe('news', ({ context }) => take(context));
      },
    );
    expect(await user).toBe('eve');
  });

  test('that of an event of nobody', async () => {
    const user = passing(
      nothing,
      (host) => host.bus.publish('news'),
      ({ events }, take) => {
        events.subscribe('news', ({ context }) => take(context));
      },
    );
    expect(await user).toBeUndefined();
  });
});

describe('a callback of a hook', () => {
  test('can not change the context of the next one', async () => {
    const host = await openHost();
    const seen: unknown[] = [];
    await add(host, 'forger', {
      init: ({ hooks }) => {
        hooks.register('ConfigLoaded', (_, call) => {
          (call as { context: unknown }).context = { role: 'admin' };
        });
      },
    });
    await add(host, 'next', {
      init: ({ hooks }) => {
        hooks.register('ConfigLoaded', (_, { context }) => void seen.push(context?.role));
      },
    });
    await host.hooks.invoke(ANY_HOOK, {}, { context: GUEST });
    await host.hooks.invoke(ANY_HOOK, {});
    expect(seen).toEqual(['guest', undefined]);
  });
});

describe('calls within calls', () => {
  test('end 16 deep, for a command that runs itself', async () => {
    const host = await openHost();
    let runs = 0;
    const own = await add(host, 'mine', {
      register: (api) =>
        api.registerCommand('self', OPEN, async (_, { context }) => {
          runs += 1;
          const { stdout, error } = await own.commands.run('self', { context });
          return error?.message ?? stdout;
        }),
    });
    const { stdout } = await host.commands.run('self');
    expect(stdout).toContain('called from within 16 calls');
    expect(runs).toBe(17); // the first, and 16 within it
  });

  test('end 16 deep, whatever they go through', async () => {
    const host = await openHost();
    let runs = 0;
    const counted = <T>(value: T): T => {
      runs += 1;
      return value;
    };
    const own = await add(host, 'mine', {
      register: (api) => {
        api.registerCommand('command', OPEN, async (_, { context }) =>
          JSON.stringify(await counted(own.messaging.send('mine', 1, { context }))),
        );
        api.registerTool('tool', SPEC, async (_, { context }) => {
          const { stdout, error } = await counted(own.commands.run('command', { context }));
          return error?.message ?? stdout;
        });
      },
      init: ({ messaging, tools }) => {
        messaging.onMessage(async (_, { context }) => {
          const { data, error } = await counted(tools.call('tool', {}, { context }));
          return data ?? error?.message;
        });
      },
    });
    expect((await host.tools.call('tool')).data).toContain('called from within 16 calls');
    expect(runs).toBe(17);
  });

  test('without a context end when as many calls run as the limit "queue" allows', async () => {
    const toml = '[plugins.settings.mine.limits]\nqueue = 20\n';
    const host = await openHost({ toml });
    let runs = 0;
    const own = await add(host, 'mine', {
      register: (api) =>
        api.registerTool('self', SPEC, async () => {
          runs += 1;
          const { data, error } = await own.tools.call('self');
          return data ?? error?.message;
        }),
    });
    expect((await host.tools.call('self')).data).toContain('20 calls are running already');
    expect(runs).toBe(20);
  });
});
