import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runBuilt, withBuild } from '../support/run-built.js';
import { settled } from '../support/settled.js';
import { makeManyPlugins } from './many-plugins.js';

withBuild();

const PLUGINS = 40;
const LISTED = '[capabilities]\ntools = ["ping", "about"]\n';
/** Functions of ours that the start of one plugin may run, of those that each start runs. */
const MOST = 680;

// V8 counts how often each function was called; what it compiled away counts too.
const COUNT = `
  import { Session } from 'node:inspector/promises';
  const open = (home) => PluginHost.open({ home, env: {}, strict: true });
  await (await open(args.warm)).close();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  await session.post('Profiler.takePreciseCoverage'); // what was counted before, for a report of coverage, counts no more
  const host = await open(args.home);
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const ours = new URL('.', DIST).href;
  const counts = result
    .filter(({ url }) => url.startsWith(ours))
    .flatMap(({ functions }) => functions.map(({ functionName: name, ranges: [{ count }] }) => ({ name, count })))
    .filter(({ count }) => count >= args.plugins);
  console.log(JSON.stringify(counts.map(({ name, count }) => ({ name, calls: count / args.plugins }))));
  await host.close();
`;

test(`the start of a plugin that has started before runs at most ${MOST} functions of the host`, async () => {
  const warm = makeManyPlugins('warm', 1, 'lifecycle.c', LISTED);
  const home = makeManyPlugins('many', PLUGINS, 'lifecycle.c', LISTED);
  const count = async () => {
    for (const each of [warm, home]) {
      const names = readdirSync(each, { recursive: true, encoding: 'utf8' });
      await settled(...names.map((name) => join(each, name)));
    }
    return await runBuilt(COUNT, { warm, home, plugins: PLUGINS });
  };
  await count(); // makes the copies of the libraries
  await count(); // and remembers them
  const { stdout, stderr } = await count();
  expect(stderr).toBe('');
  const ran: { name: string; calls: number }[] = JSON.parse(stdout);
  expect(ran.map(({ name }) => name)).toContain('registerAndInit');
  expect(ran.reduce((sum, { calls }) => sum + calls, 0)).toBeLessThanOrEqual(MOST);
});
