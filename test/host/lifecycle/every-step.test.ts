import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nextPhases, PHASES, type Phase } from '../../../src/host/plugins/phases.js';
import { enterProcess } from '../../../src/host/plugins/process-instances.js';
import { type Plugin, PluginHost } from '../../../src/index.js';
import { makePlugin } from '../../support/plugin-folder.js';
import { runBuilt, withBuild } from '../../support/run-built.js';
import { makeOldHome, startOnce } from '../dormant/old-home.js';
import { closeAfterTest, deferred, type HomeOptions, makeGate, makeHome } from '../open-host.js';

withBuild();

/** A start with trials starts several processes. */
const CRASH_MS = 120_000;

/** Phases for what no host does yet: fetching plugins, and plugins in processes of their own. */
const LATER: ReadonlySet<Phase> = new Set(['downloaded', 'restarting', 'quarantined']);

/** The steps that no scenario takes, and why. */
const NOT_TAKEN: Readonly<Record<string, readonly string[]>> = {
  'a plugin that runs in this process ends it when it crashes': [
    'loaded > crashed',
    'initialised > crashed',
    'active > crashed',
    'draining > crashed',
    'disabled > crashed',
    'stuck > crashed',
  ],
  'only findings that no plugin uses are shadowed': [
    'discovered > shadowed',
    'shadowed > discovered',
    'shadowed > unloaded',
  ],
  'another process has to crash while a plugin of this one is dormant': ['registered > crashed'],
  'destroy() must exceed its limit': ['loaded > abandoned', 'registered > abandoned'],
  'another host has to take the place of a single plugin within one turn': [
    'draining > failed_load',
  ],
};

/** The steps that plugins of all scenarios have taken, each as `from > to`. */
const taken = new Set<string>();

/** Hosts of the scenario that goes on. */
const open: PluginHost[] = [];

function watched(host: PluginHost): PluginHost {
  closeAfterTest(host);
  open.push(host);
  host.events.on('phase', ({ from, to }) => taken.add(`${from} > ${to}`));
  return host;
}

/** A host of which each step counts. */
async function hostOf(options: HomeOptions = {}, starts = true): Promise<PluginHost> {
  const host = watched(PluginHost.create(makeHome(options)));
  host.discover();
  if (starts) await host.start();
  return host;
}

const nothing = () => {};
const plugin = (more: Partial<Plugin> = {}): Plugin => ({
  id: 'p',
  version: '1.0.0',
  register: nothing,
  ...more,
});
const fails = () => {
  throw new Error('fails on purpose');
};

/** A single plugin of which each instance but the first fails in a step, so that it can't be made again. */
function failsAgain(step: 'register' | 'init' | 'restoreState'): Plugin {
  let runs = 0;
  const at = (where: string) => () => {
    if (where === 'register') runs += 1;
    if (where === step && runs > 1) fails();
  };
  return plugin({
    single: true,
    register: at('register'),
    init: at('init'),
    saveState: () => 1,
    restoreState: at('restoreState'),
  });
}

/** By phase: lets the plugin "p" of a host fail so. */
const FAILURES: Readonly<Partial<Record<Phase, (host: PluginHost) => Promise<unknown>>>> = {
  failed_config: (host) =>
    host.register(plugin({ config: { type: 'object', required: ['missing'] } })),
  async failed_load(host) {
    const leave = enterProcess({ id: 'p', single: true, text: 'another host' });
    await host.register(plugin({ single: true }));
    leave();
  },
  failed_register: (host) => host.register(plugin({ register: fails })),
  failed_init: (host) => host.register(plugin({ init: fails })),
  failed_dependency: (host) => host.register(plugin({ dependencies: { none: '*' } })),
  async skipped_dependency(host) {
    await host.register(plugin({ id: 'bad', init: fails }));
    await host.register(plugin({ dependencies: { bad: '*' } }));
  },
  async failed_restore(host) {
    await host.register(failsAgain('restoreState'));
    await host.plugins.reload('p').catch(nothing);
  },
};

async function failAndRecover(phase: Phase, fail: (host: PluginHost) => Promise<unknown>) {
  const after = [
    (host: PluginHost) => host.register(plugin()),
    (host: PluginHost) => host.plugins.unloadPlugin('p'),
    (host: PluginHost) => host.plugins.setEnabled('p', false),
  ];
  for (const recover of after) {
    const host = await hostOf();
    await fail(host);
    expect(host.plugins.get('p')?.state).toBe(phase);
    await recover(host);
    await host.close();
  }
}

const lazy = { id: 'lazy', source: 'lifecycle.c' } as const;

/** A host whose plugin "lazy" is dormant. */
async function dormantHost(options: HomeOptions = {}) {
  const made = await makeOldHome({ plugins: [lazy], ...options });
  await startOnce(made);
  const host = watched(PluginHost.create(made));
  host.discover();
  await host.start();
  return { host, folder: join(made.home, 'plugins', 'lazy') };
}

/** What is found with a fault, and how that is mended. */
const FOLDERS: Readonly<
  Partial<Record<Phase, { readonly break: string; readonly mode?: number }>>
> = {
  failed_manifest: { break: 'entry = "none.so"' },
  incompatible: { break: 'entry = "plugin.so"\n[compatibility]\nhost = ">=99"' },
  refused: { break: 'entry = "plugin.so"', mode: 0o777 },
};

async function findAndRecover(phase: Phase, fault: { break: string; mode?: number }) {
  for (const recover of ['mend', 'unload'] as const) {
    const home = makeHome();
    const folder = makePlugin(join(home.home, 'plugins'), { id: 'p', source: 'lifecycle.c' });
    const manifest = join(folder, 'aisopod.plugin.toml');
    const write = (text: string) =>
      writeFileSync(manifest, `[plugin]\nid = "p"\nversion = "1.0.0"\n${text}\n`);
    write(fault.break);
    chmodSync(folder, fault.mode ?? 0o755);
    const host = watched(PluginHost.create(home));
    host.discover();
    await host.start();
    expect(host.plugins.get('p')?.state).toBe(phase);
    chmodSync(folder, 0o755);
    write('entry = "plugin.so"');
    if (recover === 'mend') await host.plugins.loadPlugin(folder);
    else await host.plugins.unloadPlugin('p');
    await host.close();
  }
}

const SCENARIOS: Readonly<Record<string, () => Promise<void>>> = {
  async 'a plugin starts, is switched off and on, reloaded, unloaded and registered again'() {
    const host = await hostOf();
    await host.register(plugin());
    await host.plugins.disable('p');
    await host.plugins.enable('p');
    await host.plugins.reload('p');
    await host.plugins.unloadPlugin('p');
    await host.register(plugin());
    await host.plugins.disable('p');
    await host.plugins.unloadPlugin('p');
  },
  async 'a plugin is off when it is found, on, and off before it starts'() {
    const host = await hostOf({ toml: '[plugins.settings.p]\nenabled = true\n' }, false);
    await host.register(plugin());
    await host.plugins.setEnabled('p', false);
    await host.plugins.setEnabled('p', true);
    await host.plugins.setEnabled('p', false);
    await host.plugins.unloadPlugin('p');
    await host.register(plugin());
  },
  async 'a single plugin and its new instance cannot be made'() {
    for (const step of ['register', 'init'] as const) {
      const host = await hostOf();
      await host.register(failsAgain(step));
      await host.plugins.reload('p').catch(nothing);
      await host.close();
    }
  },
  async 'a single plugin cannot be configured again'() {
    const env: NodeJS.ProcessEnv = { KEY: 'secret' };
    const host = await hostOf({ env, toml: '[plugins.p]\nkey = { env = "KEY" }\n' });
    let runs = 0;
    await host.register(
      plugin({
        single: true,
        config: { type: 'object', properties: { key: { type: 'string', secret: true } } },
        init() {
          runs += 1;
          if (runs === 1) return;
          delete env.KEY;
          fails();
        },
      }),
    );
    await host.plugins.reload('p').catch(nothing);
  },
  async 'the new instance of a single plugin fails and does not end'() {
    const host = await hostOf({ limits: { shutdownMs: 1 } });
    let runs = 0;
    await host.register(
      plugin({
        id: 'left-single',
        single: true,
        init() {
          runs += 1;
          if (runs > 1) fails();
        },
        shutdown: () => (runs > 1 ? new Promise<void>(nothing) : undefined),
      }),
    );
    await host.plugins.reload('left-single').catch(nothing);
  },
  async 'a plugin is unloaded as soon as it is loaded, or while it waits for its signal'() {
    for (const ends of [true, false]) {
      const host = await hostOf({ limits: { shutdownMs: 1 } });
      const shutdown = () => (ends ? undefined : new Promise<void>(nothing));
      const unloaded: Promise<void>[] = [];
      const unload = (id: string) => unloaded.push(host.plugins.unloadPlugin(id));
      host.events.on('phase', ({ id, to }) => id === 'left' && to === 'loaded' && unload('left'));
      await host.register(plugin({ id: 'left', shutdown }));
      const begun = deferred();
      const init: Plugin['init'] = ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          begun.resolve();
        });
      const started = host.register(plugin({ id: 'left-too', init, shutdown }));
      await begun.promise;
      unload('left-too');
      await Promise.all([started, ...unloaded]);
      await host.close();
    }
  },
  async 'plugins have ended the process that started them'() {
    const crasher = (id: string) =>
      ({ id, source: 'crashes.c', flags: ['-DCRASH_AT="init"', '-DHOW=abort()'] }) as const;
    const made = makeHome({ plugins: [crasher('a'), crasher('b'), crasher('c')] });
    const first = await runBuilt('await PluginHost.open(args);', made, CRASH_MS);
    expect(first.signal).toBe('SIGABRT');
    const { stdout } = await runBuilt(
      `const steps = [];
       const host = PluginHost.create(args);
       host.events.on('phase', ({ from, to }) => steps.push(from + ' > ' + to));
       host.discover();
       await host.start();
       await host.plugins.unloadPlugin('a');
       await host.plugins.setEnabled('b', false);
       await host.plugins.reload('c').catch(() => {});
       await host.close();
       console.log(JSON.stringify(steps));`,
      made,
      CRASH_MS,
    );
    for (const step of JSON.parse(stdout) as string[]) taken.add(step);
  },
  async 'a plugin does not end in time'() {
    const host = await hostOf({ limits: { shutdownMs: 1 } });
    await host.register(plugin({ id: 'left', shutdown: () => new Promise(nothing) }));
    await host.plugins.unloadPlugin('left');
  },
  async 'a plugin is unloaded while it starts, and ends in time or not'() {
    for (const ends of [true, false]) {
      const host = await hostOf({ limits: { shutdownMs: 1, initMs: 10_000 } });
      const [begun, gate] = [deferred(), deferred()];
      const init = () => {
        begun.resolve();
        return gate.promise;
      };
      const shutdown = () => (ends ? undefined : new Promise<void>(nothing));
      const started = host.register(plugin({ id: 'left', init, shutdown })).catch(nothing);
      await begun.promise;
      const unloaded = host.plugins.unloadPlugin('left');
      gate.resolve();
      await Promise.all([started, unloaded]);
      await host.close();
    }
  },
  async 'a plugin is unloaded while others of its level start, and ends in time or not'() {
    for (const ends of [true, false]) {
      const host = await hostOf({ limits: { shutdownMs: 1 } }, false);
      const [ready, gate] = [deferred(), deferred()];
      await host.register(plugin({ id: 'slow', init: () => gate.promise }));
      const shutdown = () => (ends ? undefined : new Promise<void>(nothing));
      await host.register(plugin({ id: 'left', shutdown }));
      host.events.on('phase', ({ id, to }) => {
        if (id === 'left' && to === 'initialised') ready.resolve();
      });
      const started = host.start();
      await ready.promise;
      const unloaded = host.plugins.unloadPlugin('left');
      gate.resolve();
      await Promise.all([started, unloaded]);
      await host.close();
    }
  },
  async 'a plugin is unloaded while it registers, and returns in time or not'() {
    for (const returns of [true, false]) {
      const gate = makeGate();
      const made = makeHome({
        plugins: [lazy],
        pluginConfig: { lazy: { on_register: 'wait', gate: gate.path } },
        limits: { registerMs: returns ? 60_000 : 20 },
      });
      const host = watched(PluginHost.create(made));
      host.discover();
      const begun = deferred();
      host.events.on('phase', ({ to }) => to === 'loaded' && begun.resolve());
      const started = host.start();
      await begun.promise;
      const unloaded = host.plugins.unloadPlugin('lazy');
      if (returns) gate.open();
      await Promise.all([started, unloaded]);
      gate.open();
      await host.close();
    }
  },
  async 'a handler does not return, and its plugin is switched off or ended'() {
    const calls = { id: 'calls', source: 'calls.c' } as const;
    for (const next of ['return', 'disable', 'unload'] as const) {
      const gate = makeGate();
      const host = await hostOf({ plugins: [calls], limits: { drainMs: 1 } });
      const reached = (phase: Phase) =>
        new Promise<void>((resolve) => {
          host.events.on('phase', ({ to }) => to === phase && resolve());
        });
      const [stuck, active] = [reached('stuck'), reached('active')];
      const args = { gate: gate.path, deaf: true };
      const call = host.tools.call('calls:wait', args, { timeoutMs: 500 }).catch(nothing);
      await stuck;
      if (next === 'disable') await host.plugins.disable('calls');
      const unloaded = next === 'unload' ? host.plugins.unloadPlugin('calls') : null;
      gate.open();
      if (next === 'return') await active;
      await Promise.all([call, unloaded]);
      await host.close();
    }
  },
  async 'a dormant plugin is switched off and on, and ended'() {
    const { host } = await dormantHost();
    await host.plugins.disable('lazy');
    await host.plugins.enable('lazy');
    await host.plugins.unloadPlugin('lazy');
  },
  async 'a dormant plugin wakes, or fails in init()'() {
    const woken = await dormantHost();
    await woken.host.tools.call('lazy:ping');
    const failing = await dormantHost();
    await failing.host.config.set('lazy', 'on_init', 'fail');
    await failing.host.tools.call('lazy:ping').catch(nothing);
  },
  async 'a dormant plugin cannot be configured'() {
    const env: NodeJS.ProcessEnv = { KEY: 'text' };
    const { host } = await dormantHost({
      env,
      plugins: [
        { ...lazy, manifest: '[config.properties]\nkey = { type = "string", secret = true }\n' },
      ],
      toml: '[plugins.lazy]\nkey = { env = "KEY" }\n',
    });
    delete env.KEY;
    await host.tools.call('lazy:ping').catch(nothing);
  },
  async 'a dormant plugin cannot be loaded'() {
    const { host, folder } = await dormantHost();
    writeFileSync(join(folder, 'plugin.so'), 'no library');
    await host.tools.call('lazy:ping').catch(nothing);
  },
  async 'a dormant plugin needs what is not there, or does not start'() {
    const { host, folder } = await dormantHost();
    const manifest = join(folder, 'aisopod.plugin.toml');
    writeFileSync(
      manifest,
      '[plugin]\nid = "lazy"\nversion = "1.0.0"\nentry = "plugin.so"\n[dependencies]\nnone = "*"\n',
    );
    await host.plugins.reload('lazy').catch(nothing);
    const needing = await dormantHost({
      plugins: [lazy, { ...lazy, id: 'user', manifest: '[dependencies]\nlazy = "*"\n' }],
    });
    await needing.host.config.set('lazy', 'on_init', 'fail');
    await needing.host.tools.call('user:ping').catch(nothing);
  },
  async 'a host closes before its plugins start'() {
    const host = await hostOf({}, false);
    await host.register(plugin());
    const started = host.start().catch(nothing);
    await host.close();
    await started;
  },
};
test('every step of the table of phases is taken by a plugin', {
  timeout: 2 * CRASH_MS,
}, async () => {
  for (const scenario of Object.values(SCENARIOS)) {
    await scenario();
    for (const host of open.splice(0)) await host.close();
  }
  for (const [phase, fail] of Object.entries(FAILURES)) await failAndRecover(phase as Phase, fail);
  for (const [phase, fault] of Object.entries(FOLDERS)) await findAndRecover(phase as Phase, fault);
  const allowed = PHASES.filter((from) => !LATER.has(from)).flatMap((from) =>
    nextPhases(from)
      .filter((to) => !LATER.has(to))
      .map((to) => `${from} > ${to}`),
  );
  const missing = allowed.filter((step) => !taken.has(step));
  expect(missing.sort()).toEqual(Object.values(NOT_TAKEN).flat().sort());
});
