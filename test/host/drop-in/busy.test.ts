import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { TestPlugin } from '../../support/plugin-folder.js';
import { listen, makeGate } from '../open-host.js';
import { watchedHost } from './watching.js';

const busy: TestPlugin = { id: 'busy', source: 'calls.c' };
const RETRY_MS = 30_000;

/** Keeps the timers that take so long, in the place of the clock. */
function longTimers() {
  const kept = new Map<unknown, () => void>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const later = (run: () => void, ms?: number) => {
    if (ms !== RETRY_MS) return set(run, ms);
    const timer = set(() => {}, 0);
    kept.set(timer, run);
    return timer;
  };
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(later as typeof setTimeout);
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    kept.delete(timer);
    clear(timer);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  /** Lets the time of all pass that were set so far. */
  return () => {
    const due = [...kept.values()];
    kept.clear();
    for (const run of due) run();
  };
}

/** A watching host with a plugin that has a call in flight, and whose files have changed meanwhile. */
async function busyHost() {
  const pass = longTimers();
  const gate = makeGate();
  const { host, folder, make, until, changes } = await watchedHost({
    plugins: [busy],
    limits: { drainMs: 20 },
  });
  const ears = listen(host);
  const call = host.tools.call('busy:wait', { gate: gate.path });
  await ears.next('running');
  const next = make({ ...busy, version: '1.1.0' });
  renameSync(join(folder, 'busy'), join(folder, '.old'));
  renameSync(next, join(folder, 'busy'));
  const refusals = () => changes.filter(({ refused }) => refused.includes('busy')).length;
  const warnings = () =>
    host.plugins.get('busy')?.warnings.filter(({ code }) => code === 'CHANGE_REFUSED');
  await until(() => refusals() === 1);
  return { host, gate, call, pass, until, changes, refusals, warnings };
}

test('a plugin that had calls in flight is replaced 30 seconds later', async () => {
  const { host, gate, call, pass, until, changes, warnings } = await busyHost();
  expect(host.plugins.get('busy')).toMatchObject({ version: '1.0.0', state: 'active' });
  expect(warnings()).toMatchObject([{ details: { cause: 'CALL_DEADLINE' } }]);
  gate.open();
  expect(await call).toMatchObject({ data: 'through' });
  pass();
  await until(() => changes.some(({ replaced }) => replaced.includes('busy')));
  expect(host.plugins.get('busy')).toMatchObject({ version: '1.1.0', state: 'active' });
  expect(warnings()).toEqual([]);
});

test('a plugin that still has calls in flight is tried again, with one warning', async () => {
  const { host, gate, call, pass, until, changes, refusals, warnings } = await busyHost();
  pass();
  await until(() => refusals() === 2);
  expect(host.plugins.get('busy')?.version).toBe('1.0.0');
  expect(warnings()).toHaveLength(1);
  gate.open();
  await call;
  pass();
  await until(() => changes.some(({ replaced }) => replaced.includes('busy')));
});
