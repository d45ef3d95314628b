import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { BUILT, builtPlugin } from '../support/built.js';
import { temporaryFolder } from '../support/compile-library.js';
import { withBuild } from '../support/run-built.js';

withBuild();

const INDEX = pathToFileURL(join(BUILT, '..', '..', 'dist', 'index.js')).href;

// Every part of a host that is loaded by its first use is asked for while no file can be opened.
const PROGRAM = `
import { closeSync, openSync } from 'node:fs';
import { PluginHost } from ${JSON.stringify(INDEX)};
const plugin = (id) => ({
  id,
  version: '1.0.0',
  register(api) { api.registerTool('t-' + id, { description: 'x' }, () => id); },
});
const uses = (host, id) => [
  host.register(plugin(id)).then(async () => {
    const { error } = host.plugins.get(id);
    return error?.code ?? (await host.tools.call('t-' + id)).data;
  }),
  host.storage.of('a').set('k', 1).then(() => host.storage.of('a').get('k')),
];
const codes = (all) => Promise.all(all.map((each) => each.catch(({ code }) => code)));
const host = await PluginHost.open({ home: process.env.HOME_DIR, env: {} });
const all = [];
try {
  for (;;) all.push(openSync(process.execPath, 'r'));
} catch {}
const short = await codes(uses(host, 'one'));
for (const each of all) closeSync(each);
const good = await codes(uses(host, 'two'));
await host.config.set('two', 'key', 1);
const native = await PluginHost.open({
  home: process.env.HOME_DIR,
  env: {},
  pluginDirs: [process.env.CALCULATOR],
});
const { data } = await native.tools.call('calculate', { expression: '6*7' });
await native.close();
await host.close();
console.log(JSON.stringify({ short, good, data }));
`;

// The host begins to load what cleans its home just before it publishes this event.
const WHILE_CLEANING = `
import { closeSync, openSync } from 'node:fs';
import { PluginHost } from ${JSON.stringify(INDEX)};
await import(${JSON.stringify(new URL('host/lifecycle/start-hooks.js', INDEX).href)}); // start() needs it
const all = [];
const host = PluginHost.create({ home: process.env.HOME_DIR, env: {} });
host.bus.subscribe('host.started', () => {
  try {
    for (;;) all.push(openSync(process.execPath, 'r'));
  } catch {}
});
await host.start();
const held = all.length;
await host.close();
for (const each of all) closeSync(each);
console.log(JSON.stringify({ held: held > 0, states: host.plugins.list().map(({ state }) => state) }));
`;

/** Runs a program with a limit of open files for each of its processes. */
function withFiles(count: number, program: string) {
  const shell = `ulimit -n ${count}; exec "$0" --input-type=module -e "$1"`;
  return spawnSync('sh', ['-c', shell, process.execPath, program], {
    encoding: 'utf8',
    env: {
      ...process.env,
      HOME_DIR: join(temporaryFolder(), 'home'),
      CALCULATOR: builtPlugin('calculator'),
    },
  });
}

test.skipIf(process.platform === 'win32')(
  'a host that has no descriptors while it cleans its home goes on, and closes',
  () => {
    const { stdout, stderr } = withFiles(200, WHILE_CLEANING);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ held: true, states: [] });
  },
);

test.skipIf(process.platform === 'win32')(
  'what could not be loaded without descriptors is loaded when there are some again',
  () => {
    const { stdout, stderr } = withFiles(200, PROGRAM);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      short: ['NO_RESOURCES', 'STORAGE_UNAVAILABLE'],
      good: ['two', 1],
      data: expect.anything(),
    });
  },
);
