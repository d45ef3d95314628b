import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import { PluginHost } from '../../../src/host/index.js';
import type { Plugin } from '../../../src/plugin-api/index.js';
import { rounds } from '../../support/rounds.js';

const RUNS = rounds(2000, 100);

/** By id: what it needs. */
const NEEDS = { a: null, b: 'a', c: 'b', d: null } as const;
type Id = keyof typeof NEEDS;

/** How many plugins of a run are up: what init() began and shutdown() has not ended. */
interface Alive {
  count: number;
}

type Change =
  | { readonly do: 'start' }
  | { readonly do: 'register'; readonly id: Id; readonly turns: number; readonly fails: boolean }
  | { readonly do: 'unload' | 'disable'; readonly id: Id; readonly cascade: boolean }
  | { readonly do: 'enable'; readonly id: Id }
  | { readonly do: 'setEnabled'; readonly id: Id; readonly enabled: boolean }
  | { readonly do: 'configure'; readonly id: Id; readonly n: number };

const id = fc.constantFrom<Id>('a', 'b', 'c', 'd');
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ do: fc.constant('start' as const) }),
  ...[1, 2, 3].map(() =>
    fc.record({
      do: fc.constant('register' as const),
      id,
      turns: fc.nat(3),
      fails: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
  ),
  fc.record({
    do: fc.constantFrom('unload' as const, 'disable' as const),
    id,
    cascade: fc.boolean(),
  }),
  fc.record({ do: fc.constant('enable' as const), id }),
  fc.record({ do: fc.constant('setEnabled' as const), id, enabled: fc.boolean() }),
  fc.record({ do: fc.constant('configure' as const), id, n: fc.nat(9) }),
);
// Registered with nothing else to do in between, two start as one plan, in whichever order they came.
const changes = fc
  .array(change, { minLength: 2, maxLength: 12 })
  .filter((all) => separated(all.filter((each) => each.do !== 'configure' && each.do !== 'start')));

function separated(all: readonly Change[]): boolean {
  return all.every((each, i) => each.do !== 'register' || all[i - 1]?.do !== 'register');
}

async function turns(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await new Promise(setImmediate);
}

function plugin({ id, turns: n, fails }: Change & { do: 'register' }, alive: Alive): Plugin {
  const need = NEEDS[id];
  return {
    id,
    version: '1.0.0',
    ...(need === null ? {} : { dependencies: { [need]: '*' } }),
    config: { type: 'object', properties: { n: { type: 'integer' } } },
    register: (api) => api.registerTool(`tool-${id}`, { description: 'x' }, () => id),
    async init() {
      await turns(n);
      if (fails) throw new Error('as asked');
      alive.count += 1;
    },
    onConfigChanged: () => turns(n),
    async shutdown() {
      await turns(n);
      alive.count -= 1;
    },
  };
}

function perform(host: PluginHost, change: Change, alive: Alive): Promise<unknown> {
  switch (change.do) {
    case 'start':
      return host.start();
    case 'register':
      return host.register(plugin(change, alive)).then(() => null);
    case 'unload':
      return host.plugins.unloadPlugin(change.id, { cascade: change.cascade });
    case 'disable':
      return host.plugins.disable(change.id, { cascade: change.cascade });
    case 'enable':
      return host.plugins.enable(change.id);
    case 'setEnabled':
      return host.plugins.setEnabled(change.id, change.enabled);
    case 'configure':
      return host.config.set(change.id, 'n', change.n).then(() => null);
  }
}

/** @param overlapping false: each change waits for the one before */
async function outcome(all: readonly Change[], overlapping: boolean, closes: boolean) {
  const home = mkdtempSync(join(tmpdir(), 'aisopod-operations-'));
  const alive = { count: 0 };
  try {
    const host = PluginHost.create({ home, env: {} });
    const pending: Promise<unknown>[] = [];
    for (const each of all) {
      const done = perform(host, each, alive).catch((error: unknown) => {
        if (!AisopodError.is(error)) throw error;
      });
      pending.push(done);
      if (!overlapping) await done;
    }
    if (!closes) await Promise.all(pending);
    const states = Object.fromEntries(
      host.plugins.list().map(({ id, state }) => [id ?? '', state]),
    );
    const tools = host.tools.list().map(({ fullName }) => fullName);
    const active = Object.values(states).filter((state) => ['active', 'disabled'].includes(state));
    const up = { alive: alive.count, atLeast: active.length };
    await host.close();
    await Promise.all(pending);
    return { states, tools: tools.sort(), up, left: alive.count };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

test('changes that overlap end in the state that they give one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(changes, async (all) => {
      expect(await outcome(all, true, false)).toEqual(await outcome(all, false, false));
    }),
    { numRuns: RUNS },
  );
});

test('a host that is closed amid overlapping changes leaves nothing running', async () => {
  await fc.assert(
    fc.asyncProperty(changes, async (all) => {
      expect((await outcome(all, true, true)).left).toBe(0);
    }),
    { numRuns: RUNS },
  );
});
