import { expect, test } from 'vitest';
import { openHost } from '../open-host.js';
import { counting, hostWith } from './counting.js';

test('a plugin in TypeScript that allows one instance is made again, with services of its own', async () => {
  let inits = 0;
  const { plugin, runs } = counting({ single: true });
  const host = await hostWith({
    ...plugin,
    init(context) {
      inits += 1;
      if (inits === 2) throw new Error('init fails on purpose');
      return plugin.init?.(context);
    },
  });
  await host.tools.call('count');
  await expect(host.plugins.reload('counter')).rejects.toMatchObject({ code: 'RELOAD_FAILED' });
  expect(inits).toBe(3);
  expect(host.plugins.get('counter')?.state).toBe('active');
  expect(await host.tools.call('count')).toMatchObject({ data: { count: 2 } });
  // What it subscribed to in init() belongs to the generation that serves.
  host.bus.publish('late.one', 1);
  await new Promise(setImmediate);
  expect(runs.map(({ late }) => late)).toEqual([[], [], [1]]);
});

test('a plugin that allows one instance fails where neither its old nor its new instance can be made', async () => {
  const env: NodeJS.ProcessEnv = { KEY: 'a secret' };
  const host = await openHost({ env, toml: '[plugins.counter]\nkey = { env = "KEY" }\n' });
  const { plugin, runs } = counting({ single: true });
  await host.register({
    ...plugin,
    config: { type: 'object', properties: { key: { type: 'string', secret: true } } },
    init(context) {
      if (runs.length === 1) return plugin.init?.(context);
      delete env.KEY; // so that no instance can be configured any more
      throw new Error('init fails on purpose');
    },
  });
  await expect(host.plugins.reload('counter')).rejects.toMatchObject({
    code: 'RELOAD_FAILED',
    message: expect.stringContaining('could not be made again'),
  });
  expect(host.plugins.get('counter')).toMatchObject({
    state: 'failed_config',
    error: { code: 'RELOAD_FAILED' },
  });
  expect(host.tools.list()).toEqual([]);
  env.KEY = 'a secret';
  runs.length = 0;
  // As any plugin that has failed for its configuration, it starts when that is good again.
  await host.config.set('counter', 'other', 1);
  expect(host.plugins.isActive('counter')).toBe(true);
});
