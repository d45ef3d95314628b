import { expect, test } from 'vitest';
import { openHost, recordingLogger } from '../host/open-host.js';
import { builtPlugin } from '../support/built.js';

/** A host with audit, calculator and guard, and the lines that audit has logged. */
async function open() {
  const { logger, lines } = recordingLogger();
  const host = await openHost({
    pluginDirs: ['audit', 'calculator', 'guard'].map(builtPlugin),
    pluginConfig: {
      guard: { rules: [{ tool: 'calculator:calculate', action: 'refuse', user: 'eve' }] },
    },
    logger,
  });
  const calculate = (expression: string, user = 'ada') =>
    host.tools.call('calculate', { expression }, { context: { user } });
  const logged = () => lines.filter(({ plugin }) => plugin === 'audit').map(({ text }) => text);
  return { host, calculate, logged };
}

test('audit stands in the chain of tool calls as its manifest says', async () => {
  const { host } = await open();
  expect(host.plugins.get('audit')).toMatchObject({ state: 'active', warnings: [] });
  expect(host.middleware.list()).toMatchObject([{ chain: 'tool', plugin: 'audit', order: 0 }]);
});

test('audit logs each call and how it came out, and changes nothing', async () => {
  const { calculate, logged } = await open();
  expect(await calculate('2 + 2')).toMatchObject({ success: true, data: 4, output: '4' });
  expect(await calculate('2 + )')).toMatchObject({ error: { code: 'INVALID' } });
  await expect(calculate('1', 'eve')).rejects.toMatchObject({ code: 'TOOL_BLOCKED' });
  expect(logged()).toEqual([
    'calculator:calculate: good',
    'calculator:calculate: INVALID',
    'calculator:calculate: refused',
  ]);
});

test('audit serves many calls at once', async () => {
  const { calculate, logged } = await open();
  const results = await Promise.all(Array.from({ length: 50 }, (_, i) => calculate(`${i} + 1`)));
  expect(results.map(({ data }) => data)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(logged()).toHaveLength(50);
});

test('audit logs no arguments and no answers', async () => {
  const { calculate, logged } = await open();
  await calculate('4711 + 1');
  expect(logged().join()).not.toContain('471');
});
