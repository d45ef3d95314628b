import { describe, expect, test } from 'vitest';
import { makeHome } from '../host/open-host.js';
import { runBuilt, withBuild } from '../support/run-built.js';
import type { ChildResult } from '../support/run-in-child.js';
import { neighbour, rude } from './exhibit.js';

withBuild();

/** The limit of what is stuck; all others stay, since a busy machine needs them. */
const LIMITS: Readonly<Record<string, string>> = {
  opening: 'open_ms = 200',
  create: 'create_ms = 50',
  on_register: 'register_ms = 50',
  on_init: 'init_ms = 50',
  on_shutdown: 'shutdown_ms = 50',
  handler: 'shutdown_ms = 50', // the end waits for it
};

/**
 * Opens a host on the rude plugin and its neighbour in a process of its own, does `code` there, and
 * prints what `report` is given. One that hangs is killed, which no test here takes for an end.
 */
function run(options: object, code: string): Promise<ChildResult> {
  return runBuilt(
    `const report = (value) => console.log(JSON.stringify(value));
    const host = await PluginHost.open(args);
    const served = async () => (await host.tools.call('neighbour:ping')).data;
    const state = () => {
      const { state, error } = host.plugins.get('rude');
      return [state, error?.code ?? null];
    };
    ${code}`,
    options,
  );
}

/** A home in which `rude` is stuck somewhere, with a small limit there. */
function home(config: { readonly in: string; readonly how: string }, flags: string[] = []) {
  return makeHome({
    plugins: [neighbour, rude('stuck.c', flags)],
    pluginConfig: { rude: config },
    toml: `[plugins.settings.rude.limits]\n${LIMITS[config.in] ?? ''}\n`,
  });
}

/** Ends by itself, having told so much. */
const tells = (...values: unknown[]) => ({
  code: 0,
  signal: null,
  stderr: '',
  stdout: values.map((value) => `${JSON.stringify(value)}\n`).join(''),
});

describe.each(['sleep', 'spin'])('a plugin that never stops to %s', (how) => {
  test.each([
    ['create', 'failed_register'],
    ['on_register', 'failed_register'],
    ['on_init', 'failed_init'],
  ])('in %s() is given up, its neighbour is served, and the process ends', async (where, state) => {
    const ended = await run(home({ in: where, how }), 'report([...state(), await served()]);');
    expect(ended).toMatchObject(tells([state, 'LIFECYCLE_TIMEOUT', 'neighbour']));
  });

  test('in a handler is stuck, its neighbour is served, and the process ends', async () => {
    const ended = await run(
      home({ in: 'handler', how }),
      `const stuck = new Promise((resolve) => {
        host.events.on('phase', ({ to }) => to === 'stuck' && resolve());
      });
      // Nothing else keeps the process until then.
      const waiting = setInterval(() => {}, 1000);
      await host.tools.call('rude:handler', {}, { timeoutMs: 500 }).catch(({ code }) => report(code));
      report(await served());
      await stuck;
      clearInterval(waiting);
      await host.tools.call('rude:handler').catch(({ code }) => report(code));
      report([...state(), await served()]);`,
    );
    expect(ended).toMatchObject(
      tells('CALL_DEADLINE', 'neighbour', 'PLUGIN_STUCK', ['stuck', 'PLUGIN_STUCK', 'neighbour']),
    );
  });

  test('in on_shutdown() is abandoned, its neighbour is closed, and the process ends', async () => {
    const ended = await run(
      home({ in: 'on_shutdown', how }),
      `report(await served());
      await host.close();
      report([...state(), host.plugins.get('neighbour').state]);`,
    );
    expect(ended).toMatchObject(tells('neighbour', ['abandoned', 'LIFECYCLE_TIMEOUT', 'unloaded']));
  });

  test('in a constructor is given up, its neighbour is served, and the process ends', async () => {
    const options = home({ in: 'opening', how }, [`-DSTUCK_CONSTRUCTOR=${how}_on()`]);
    const ended = await run(options, 'report([...state(), await served()]); process.exit(0);');
    expect(ended).toMatchObject(tells(['failed_load', 'LIBRARY_SLOW', 'neighbour']));
  });
});

test('threads left behind by on_shutdown() disturb no neighbour, and the process ends', async () => {
  const options = makeHome({ plugins: [neighbour, rude('leftover.c')] });
  const ended = await run(
    options,
    `report((await host.tools.call('rude:start')).success);
    await host.plugins.unloadPlugin('rude');
    report([...state(), await served()]);
    await host.close();
    const next = await PluginHost.open({ activation: 'startup', ...args, env: {} });
    report(next.plugins.list().map(({ state }) => state));`,
  );
  expect(ended).toMatchObject(tells(true, ['unloaded', null, 'neighbour'], ['active', 'active']));
});
