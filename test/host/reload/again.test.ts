import { expect, test } from 'vitest';
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
