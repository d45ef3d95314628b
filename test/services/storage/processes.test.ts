import { expect, test } from 'vitest';
import { runBuilt, withBuild } from '../../support/run-built.js';
import { newHome, openStorage } from './open-storage.js';

withBuild();

const EACH = 150;

const COUNTS = `
  const mine = PluginHost.create({ home: args.home, env: {} }).storage.of('notes');
  const add = () => mine.update('n', (n) => (n ?? 0) + 1);
  await Promise.all(Array.from({ length: args.each }, add));
  process.exit();
`;

test('updates of several processes at once are all done', async () => {
  const home = newHome();
  const runs = Array.from({ length: 3 }, () => runBuilt(COUNTS, { home, each: EACH }));
  for (const { stderr } of await Promise.all(runs)) expect(stderr).toBe('');
  expect(await openStorage(home).of('notes').get('n')).toBe(3 * EACH);
});
