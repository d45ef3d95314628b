import { expect, test } from 'vitest';
import { makeHome } from '../../host/open-host.js';
import { runBuilt, withBuild } from '../../support/run-built.js';

withBuild();

test('a process that has nothing else to do ends when what it published is delivered', async () => {
  const { stdout, stderr } = await runBuilt(
    `const host = await PluginHost.open(args);
    let heard = 0;
    const spend = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
    host.bus.subscribe('n', () => { heard += 1; spend(0.1); }, { queue: 1000 });
    for (let n = 0; n < 500; n += 1) host.bus.publish('n', n);
    process.once('beforeExit', () => console.log(heard));`,
    makeHome(),
  );
  expect({ stdout, stderr }).toEqual({ stdout: '500\n', stderr: '' });
});
