import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Plugin, PluginContext, PluginHost } from '../../src/index.js';
import { openHost, recordingLogger } from './open-host.js';

const KEY = 'hunter2-token';
const PIN = 12345678;
const SECRETS = /hunter2-token|12345678|sk-live/;

/** A host with a plugin in TypeScript that has secrets, and what everybody else is shown. */
async function open(plugin: Partial<Plugin> = {}) {
  const { logger, lines } = recordingLogger();
  const shown: unknown[] = [lines];
  const host = await openHost({
    logger,
    env: { KEY },
    toml: `[plugins.a]\nkey = { env = "KEY" }\npin = ${PIN}\n`,
  });
  host.events.on('event', (event) => shown.push(event));
  host.events.on('warning', (...warning) => shown.push(warning));
  let context: PluginContext | undefined;
  await host.register({
    id: 'a',
    version: '1.0.0',
    config: {
      type: 'object',
      properties: { key: { type: 'string', secret: true }, pin: { type: 'integer', secret: true } },
    },
    register: (api) => api.registerTool('t', { description: 'x' }, () => 1),
    ...plugin,
    init: (given) => {
      context = given;
    },
  });
  return { host, context: context as PluginContext, shown };
}

/** Everything that a program can print of what work comes to, or of how it fails. */
async function outcome(work: Promise<unknown>): Promise<string> {
  const result = await work.catch((error: Error) => error);
  return inspect(result, { depth: 20, showHidden: true }) + JSON.stringify(result);
}

const fails = ({ config }: PluginContext) => {
  const cause = new AggregateError([new Error(`inner ${config.key}`)], `of ${config.pin}`);
  throw Object.assign(new Error(`no luck with ${config.key}`, { cause }), { config });
};

describe('a secret that a plugin in TypeScript throws is shown to nobody else', () => {
  const ways: [string, (host: PluginHost, context: PluginContext) => Promise<unknown>][] = [
    [
      'by a hook',
      (host, context) => {
        context.hooks.register('ConfigLoaded', () => fails(context));
        return host.hooks.invoke(String('ConfigLoaded'), {});
      },
    ],
    [
      'by a guard',
      (host, context) => {
        context.hooks.register('BeforeToolExecute', () => fails(context));
        return host.tools.call('t');
      },
    ],
    [
      'by a guard that answers later',
      (host, context) => {
        context.hooks.register('BeforeToolExecute', async () => fails(context));
        return host.tools.call('t');
      },
    ],
    [
      'by a middleware',
      (host, context) => {
        context.middleware.use('tool', () => fails(context));
        return host.tools.call('t');
      },
    ],
    [
      'by a handler of messages',
      (host, context) => {
        context.messaging.onMessage(() => fails(context));
        return host.messaging.send('a', 1);
      },
    ],
  ];

  test.each(ways)('%s', async (_, work) => {
    const { host, context, shown } = await open();
    const text = await outcome(work(host, context));
    expect(text + inspect(shown, { depth: 20, showHidden: true })).not.toMatch(SECRETS);
  });

  test('as a number', async () => {
    const { context, shown } = await open();
    context.events.publish('a.x', { pin: context.config.pin, other: 7 });
    expect(shown).toContainEqual(expect.objectContaining({ data: { pin: '[secret]', other: 7 } }));
  });
});

test('an error without a secret is, as it is, the cause of what the caller receives', async () => {
  const { host, context } = await open();
  const error = new TypeError('no secret in it');
  context.messaging.onMessage(() => Promise.reject(error));
  const failure: unknown = await host.messaging.send('a', 1).catch((thrown) => thrown);
  expect(failure).toMatchObject({ code: 'FAIL', cause: error });
});

test('a text in the place of a list of secrets is not shown by the error about it', async () => {
  const host = await openHost({ toml: '[plugins.b]\nkeys = "sk-live-token"\n' });
  const { state, reason } = await host.register({
    id: 'b',
    version: '1.0.0',
    config: {
      type: 'object',
      properties: { keys: { type: 'array', items: { type: 'string', secret: true } } },
    },
    register: () => {},
  });
  expect(state).toBe('failed_config');
  expect(reason).not.toMatch(SECRETS);
  expect(reason).toContain('keys');
});
