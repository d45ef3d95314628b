import { cpSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { servicesOf } from '../../../src/host/index.js';
import { nextPhases } from '../../../src/host/plugins/phases.js';
import { AisopodError, type LifecycleChange, type Plugin, PluginHost } from '../../../src/index.js';
import { nativeEnded } from '../../support/native-ended.js';
import { makePlugin } from '../../support/plugin-folder.js';
import { rounds } from '../../support/rounds.js';
import { makeHome, newFolder } from '../open-host.js';

const RUNS = rounds(2000, 25);

/** Folders of builds of the native plugin; the last one fails in on_init. */
const BUILDS = [1, 2, 3].map((build) =>
  makePlugin(newFolder(), {
    id: 'builds',
    version: `1.0.${build}`,
    source: 'builds.cc',
    flags: ['-fno-gnu-unique', `-DBUILD=${build}`, ...(build === 3 ? ['-DFAILS="init"'] : [])],
  }),
);

/** Embedded plugins, by what they need. */
const NEEDS = { a: null, b: 'a', c: 'b' } as const;
type Embedded = keyof typeof NEEDS;

const STEPS = ['none', 'register', 'init', 'saveState', 'restoreState', 'shutdown'] as const;
type FailingStep = (typeof STEPS)[number];

type Change =
  | { readonly do: 'start' }
  | { readonly do: 'register'; readonly id: Embedded; readonly fails: FailingStep }
  | { readonly do: 'load' }
  | { readonly do: 'lay'; readonly build: number }
  | { readonly do: 'unload' | 'disable'; readonly id: string; readonly cascade: boolean }
  | { readonly do: 'enable' | 'reload' | 'call'; readonly id: string }
  | { readonly do: 'setEnabled'; readonly id: string; readonly enabled: boolean }
  | { readonly do: 'configure'; readonly id: Embedded; readonly n: number };

const embedded = fc.constantFrom<Embedded>('a', 'b', 'c');
const id = fc.constantFrom('a', 'b', 'c', 'builds');
const kind = <const T extends string>(...names: T[]) => fc.constantFrom(...names);
const changes = fc.array(
  fc.oneof(
    fc.record({ do: kind('start') }),
    {
      weight: 3,
      arbitrary: fc.record({ do: kind('register'), id: embedded, fails: kind(...STEPS) }),
    },
    fc.record({ do: kind('load') }),
    fc.record({ do: kind('lay'), build: fc.nat(BUILDS.length - 1) }),
    fc.record({ do: kind('unload', 'disable'), id, cascade: fc.boolean() }),
    { weight: 3, arbitrary: fc.record({ do: kind('enable', 'reload', 'call'), id }) },
    fc.record({ do: kind('setEnabled'), id, enabled: fc.boolean() }),
    fc.record({ do: kind('configure'), id: embedded, n: fc.nat(9) }),
  ),
  { minLength: 3, maxLength: 14 },
) as fc.Arbitrary<Change[]>;

function embed(id: Embedded, fails: FailingStep): Plugin {
  const need = NEEDS[id];
  const failIn = (step: FailingStep) => {
    if (step === fails) throw new Error(`${step} fails`);
  };
  return {
    id,
    version: '1.0.0',
    ...(need === null ? {} : { dependencies: { [need]: '*' } }),
    config: { type: 'object', properties: { n: { type: 'integer' } } },
    register(api) {
      api.registerTool('ping', { description: 'x' }, () => id);
      api.registerHook('PreLlmCall', {}, () => undefined);
      api.subscribe('early.*', () => {});
      failIn('register');
    },
    async init({ events, messaging, setTimeout }) {
      events.subscribe('late.*', () => {});
      messaging.onMessage(() => id);
      setTimeout(() => {}, 3_600_000);
      await null;
      failIn('init');
    },
    saveState() {
      failIn('saveState');
      return 1;
    },
    restoreState: () => failIn('restoreState'),
    async shutdown() {
      await null;
      failIn('shutdown');
    },
  };
}

function lay(home: string, build: number): void {
  const folder = join(home, 'plugins', 'builds');
  const incoming = mkdtempSync(join(home, 'incoming-'));
  cpSync(BUILDS[build] as string, incoming, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(incoming, folder);
}

async function perform(host: PluginHost, change: Change): Promise<unknown> {
  const { plugins, home } = host;
  switch (change.do) {
    case 'start':
      return host.start();
    case 'register':
      return host.register(embed(change.id, change.fails));
    case 'load':
      return plugins.loadPlugin(join(home.plugins, 'builds'));
    case 'lay':
      return lay(home.root, change.build);
    case 'unload':
      return plugins.unloadPlugin(change.id, { cascade: change.cascade });
    case 'disable':
      return plugins.disable(change.id, { cascade: change.cascade });
    case 'enable':
      return plugins.enable(change.id);
    case 'reload':
      return plugins.reload(change.id);
    case 'call':
      return host.tools.call(change.id === 'builds' ? 'builds:serial' : `${change.id}:ping`);
    case 'setEnabled':
      return plugins.setEnabled(change.id, change.enabled);
    case 'configure':
      return host.config.set(change.id, 'n', change.n);
  }
}

/** Each change is one of the table, begins where the one before has ended, and says why and what asked for it. */
function assertInTable(seen: readonly LifecycleChange[]): void {
  const phases = new Map<string, string>();
  for (const { id, from, to, cause, at } of seen) {
    expect([id, phases.get(id) ?? 'discovered']).toEqual([id, from]);
    expect(nextPhases(from)).toContain(to);
    expect([cause, at]).toEqual([expect.any(String), expect.any(Number)]);
    phases.set(id, to);
  }
}

interface Way {
  readonly overlapping: boolean;
  /** Closed while changes are going on, or after all was unloaded. */
  readonly closesEarly: boolean;
}

/** Does all that to a host, and ends it. @returns the phases that its plugins came into */
async function live(
  all: readonly Change[],
  { overlapping, closesEarly }: Way,
): Promise<readonly string[]> {
  const { home } = makeHome();
  lay(home, 0);
  const host = PluginHost.create({ home, env: {} });
  const seen: LifecycleChange[] = [];
  host.events.on('phase', (change) => seen.push(change));
  host.discover();
  const pending: Promise<unknown>[] = [];
  const faults: unknown[] = [];
  for (const each of all) {
    const done = perform(host, each).catch((error: unknown) => {
      if (!AisopodError.is(error) || error.code === 'INTERNAL') faults.push(error);
    });
    pending.push(done);
    if (!overlapping) await done;
  }
  if (!closesEarly) {
    await Promise.all(pending);
    for (const { id } of host.plugins.list()) {
      if (id !== null) await host.plugins.unloadPlugin(id, { cascade: true });
    }
    assertNothingRegistered(host);
  }
  await host.close();
  await Promise.all(pending);
  assertNothingRegistered(host);
  const { warn, error } = reported(host);
  expect([...faults, ...warn, ...error]).toEqual([]);
  assertInTable(seen);
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => /\.tmp$|\.lock(\.turn)?$|\.gone-/.test(name))).toEqual([]);
  await nativeEnded();
  rmSync(home, { recursive: true });
  return seen.map(({ id, to }) => `${id} ${to}`);
}

/** Faults of the host itself among what its plugins are warned of, or failed with. */
function reported(host: PluginHost) {
  const isFault = ({ code }: { code: string }) => code === 'INTERNAL';
  const plugins = host.plugins.list();
  return {
    warn: plugins.flatMap(({ warnings }) => warnings.filter(isFault)),
    error: plugins.flatMap(({ error }) => (error !== null && isFault(error) ? error : [])),
  };
}

function assertNothingRegistered(host: PluginHost): void {
  const { snapshot } = host.registry;
  const left = host.plugins.list().flatMap(({ id }) => snapshot.entriesOf(id ?? ''));
  expect(left).toEqual([]);
  expect(host.tools.list()).toEqual([]);
  expect(servicesOf(host).bus.silent).toBe(true);
}

/** What the process has of the system. */
function held() {
  const count = (path: string) => readdirSync(path).length;
  return { descriptors: count('/proc/self/fd'), threads: count('/proc/self/task') };
}

const EVERYTHING: readonly Change[] = [
  { do: 'start' },
  { do: 'register', id: 'a', fails: 'none' },
  { do: 'register', id: 'b', fails: 'none' },
  { do: 'register', id: 'c', fails: 'init' },
  { do: 'call', id: 'builds' },
  { do: 'lay', build: 1 },
  { do: 'reload', id: 'builds' },
  { do: 'configure', id: 'a', n: 3 },
  { do: 'setEnabled', id: 'b', enabled: false },
  { do: 'setEnabled', id: 'b', enabled: true },
];

test('random lives of plugins never leave the table of phases, and leave nothing behind', {
  timeout: 120_000 + RUNS * 1_000,
}, async () => {
  const linux = process.platform === 'linux';
  const phases = await live(EVERYTHING, { overlapping: false, closesEarly: false });
  expect(phases).toContain('a active');
  expect(phases).toContain('builds draining');
  const before = linux ? held() : null;
  const way = fc.record({ overlapping: fc.boolean(), closesEarly: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(changes, way, async (...given) => void (await live(...given))),
    { numRuns: RUNS },
  );
  if (before === null) return;
  // A thread that was joined stays in the list of the system for a moment.
  await vi.waitFor(() => {
    const after = held();
    expect(after.threads).toBeLessThanOrEqual(before.threads);
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors);
  });
});
