import { expect, test } from 'vitest';
import { LifecycleOrder } from '../../src/instance/index.js';

const nothing = async () => {};

async function after(...names: ('register' | 'restoreState' | 'init')[]): Promise<LifecycleOrder> {
  const order = new LifecycleOrder('clock');
  for (const name of names) await order.run(name, nothing);
  return order;
}

test.each([
  ['init after restoreState', ['register', 'restoreState', 'init']],
  ['init without restoreState', ['register', 'init']],
] as const)('runs %s', async (_, names) => {
  const order = await after(...names);
  expect(() => order.requireServing('saveState')).not.toThrow();
});

test.each([
  ['before register', [], 'register() was not called yet'],
  ['a second time', ['register', 'restoreState'], 'restoreState() was called already'],
  ['after init', ['register', 'init'], 'init() was called already'],
] as const)('refuses restoreState %s', async (_, names, why) => {
  const order = await after(...names);
  const message = `plugin clock: restoreState() is out of turn: ${why}`;
  await expect(order.run('restoreState', nothing)).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message,
    details: { status: 'STATE' },
  });
});

test('refuses init after a restoreState that failed', async () => {
  const order = await after('register');
  const failing = async () => {
    throw new Error('no');
  };
  await expect(order.run('restoreState', failing)).rejects.toThrow('no');
  await expect(order.run('init', nothing)).rejects.toMatchObject({ code: 'INIT_FAILED' });
});

test.each([
  ['saveState', 'SAVE_FAILED'],
  ['pause', 'PLUGIN_NOT_ACTIVE'],
] as const)('refuses %s before init and after the end', async (name, code) => {
  const order = await after('register');
  expect(() => order.requireServing(name)).toThrow(expect.objectContaining({ code }));
  await order.run('init', nothing);
  order.end();
  const message = `plugin clock: ${name}() is out of turn: the instance has been shut down`;
  expect(() => order.requireServing(name)).toThrow(expect.objectContaining({ code, message }));
});
