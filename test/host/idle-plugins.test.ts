import { expect, test } from 'vitest';
import { runBuilt, withBuild } from '../support/run-built.js';
import { makeManyPlugins } from './many-plugins.js';

withBuild();

const PLUGINS = 100;
/** `npm run bench` bounds it tightly. Here each registers many tools, and V8 is still growing its heap. */
const MOST_BYTES = 512 * 1024;

/** A home with one plugin, and one with many. */
interface Homes {
  readonly warm: string;
  readonly home: string;
}

function makeHomes(): Homes {
  return {
    warm: makeManyPlugins('warm', 1, 'calls.c'),
    home: makeManyPlugins('idle', PLUGINS, 'calls.c'),
  };
}

/** Opens one home and then another one, and prints what look() says the second has brought. */
function compare(look: string, homes: Homes = makeHomes()) {
  return runBuilt(
    `import { setFlagsFromString } from 'node:v8';
    import { runInNewContext } from 'node:vm';
    const { loadAddon } = await import(new URL('abi/addon.js', DIST));
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc');
    const turn = () => new Promise(setImmediate);
    const look = ${look};
    const open = (home) => PluginHost.open({ home, env: {}, activation: 'startup' });
    const first = await open(args.warm);
    const before = await look(1);
    const host = await open(args.home);
    const more = (await look(1 + args.plugins)) - before;
    const running = host.plugins.list().filter(({ state }) => state === 'active').length;
    console.log(running, more / args.plugins);
    await first.close();
    await host.close();`,
    { ...homes, plugins: PLUGINS },
  );
}

test('an idle plugin keeps one thread', async () => {
  // Those that opened libraries end by themselves; the timer, which all share, stays.
  const ended = await compare(`async (plugins) => {
    for (let turns = 0; turns < 100_000 && loadAddon().liveCounts().threads > plugins + 1; turns++) {
      await turn();
    }
    return loadAddon().liveCounts().threads;
  }`);
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '', stdout: `${PLUGINS} 1\n` });
});

test('an idle plugin keeps little memory', async () => {
  const look = `async () => {
    for (let i = 0; i < 4; i++) {
      gc();
      await turn();
    }
    return process.memoryUsage.rss();
  }`;
  const homes = makeHomes();
  await compare(look, homes); // copies the libraries, which takes memory of its own
  const ended = await compare(look, homes);
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  const [running, bytes] = ended.stdout.split(' ').map(Number);
  expect(running).toBe(PLUGINS);
  expect(bytes).toBeLessThan(MOST_BYTES);
});
