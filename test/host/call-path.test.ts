import { expect, test } from 'vitest';
import { builtPlugin } from '../support/built.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import { newFolder } from './open-host.js';

withBuild();

/** Functions of ours that one warm call may run. */
const MOST = 15;
const CALLS = 100;

// V8 counts how often each function was called; what it compiled away counts too.
const COUNT = `
  import { Session } from 'node:inspector/promises';
  const host = await PluginHost.open({ home: args.home, env: {}, pluginDirs: [args.plugin], strict: true });
  const call = () => host.tools.call('calculate', { expression: '1 + 1' });
  for (let i = 0; i < 100; i++) await call();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  await session.post('Profiler.takePreciseCoverage'); // what was counted before, for a report of coverage, counts no more
  for (let i = 0; i < args.calls; i++) await call();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const ours = new URL('.', DIST).href;
  const counts = result
    .filter(({ url }) => url.startsWith(ours))
    .flatMap(({ functions }) => functions.map(({ functionName: name, ranges: [{ count }] }) => ({ name, count })))
    .filter(({ count }) => count >= args.calls);
  console.log(JSON.stringify(counts.map(({ name, count }) => ({ name, calls: count / args.calls }))));
  await host.close();
`;

test(`a warm call of an inline tool runs at most ${MOST} functions of the host`, async () => {
  const args = { home: newFolder(), plugin: builtPlugin('calculator'), calls: CALLS };
  const { stdout, stderr } = await runBuilt(COUNT, args);
  expect(stderr).toBe('');
  const ran: { name: string; calls: number }[] = JSON.parse(stdout);
  expect(ran.map(({ name }) => name)).toContain('call');
  expect(ran.reduce((sum, { calls }) => sum + calls, 0)).toBeLessThanOrEqual(MOST);
});
