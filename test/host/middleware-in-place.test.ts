import { describe, expect, test } from 'vitest';
import type { PluginContext } from '../../src/index.js';
import { openHost } from './open-host.js';

/** A host with a tool that returns its arguments, and a plugin that answers messages with themselves. */
async function open() {
  const host = await openHost();
  let context: PluginContext | undefined;
  await host.register({
    id: 'a',
    version: '1.0.0',
    register: (api) => api.registerTool('echo', { description: 'x' }, (args) => args),
    init: (given) => {
      context = given;
      given.messaging.onMessage((message) => message);
    },
  });
  return { host, context: context as PluginContext };
}

/** A middleware that changes what it was given, at this place. */
const changing = (place: string) => (value: unknown, next: () => Promise<unknown>) => {
  ((value as Record<string, unknown>)[place] as { n: number }).n = 2;
  return next();
};

describe('a middleware that changes its value in place', () => {
  test('is named by the failure of a tool call, and the arguments stay as they were', async () => {
    const { host, context } = await open();
    context.middleware.use('tool', changing('arguments'), { name: 'spoils' });
    const args = { n: 1 };
    await expect(host.tools.call('echo', args)).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      message: expect.stringMatching(/spoils.*read only/),
    });
    expect(args).toEqual({ n: 1 });
  });

  test('is named by the failure of a message, and the message stays as it was', async () => {
    const { host, context } = await open();
    context.middleware.use('message', changing('message'), { name: 'spoils' });
    const message = { n: 1 };
    await expect(host.messaging.send('a', message)).rejects.toMatchObject({
      code: 'MIDDLEWARE_FAILED',
      message: expect.stringMatching(/spoils.*read only/),
    });
    expect(message).toEqual({ n: 1 });
  });
});
