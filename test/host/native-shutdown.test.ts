import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { TestPlugin } from '../support/plugin-folder.js';
import { linesOf, makeGate, openHost } from './open-host.js';

const [CLOSE, UNLOAD, UNDO] = [0, 1, 3];
const one: TestPlugin = { id: 'one', source: 'reasons.c' };
const secret = '[config.properties]\nkey = { type = "string", secret = true }\n';

/** The reasons with which a plugin was shut down, so far. */
const reasonsOf = (home: string, id = 'one') =>
  linesOf(join(home, 'data', id, 'marks')).map((line) => Number(line.split(' ')[0]));

test('a plugin in C is shut down with CLOSE when the host closes', async () => {
  const host = await openHost({ plugins: [one] });
  await host.close();
  expect(reasonsOf(host.home.root)).toEqual([CLOSE]);
});

test('a plugin in C is shut down with UNLOAD when it is unloaded', async () => {
  const host = await openHost({ plugins: [one, { ...one, id: 'kept' }] });
  await host.plugins.unloadPlugin('one');
  expect(reasonsOf(host.home.root)).toEqual([UNLOAD]);
  expect(reasonsOf(host.home.root, 'kept')).toEqual([]);
});

test('a plugin in C whose configuration has secrets receives the reason too', async () => {
  const host = await openHost({ plugins: [{ ...one, manifest: secret }] });
  await host.plugins.unloadPlugin('one');
  expect(reasonsOf(host.home.root)).toEqual([UNLOAD]);
});

test('a plugin in C is not shut down when it is disabled, and with CLOSE afterwards', async () => {
  const host = await openHost({ plugins: [one] });
  await host.plugins.disable('one');
  expect(reasonsOf(host.home.root)).toEqual([]);
  await host.close();
  expect(reasonsOf(host.home.root)).toEqual([CLOSE]);
});

test('a plugin in C is shut down with UNDO when on_init() returns after its limit', async () => {
  const gate = makeGate();
  const host = await openHost({
    plugins: [one],
    pluginConfig: { one: { gate: gate.path } },
    limits: { initMs: 20 },
  });
  expect(host.plugins.get('one')).toMatchObject({ error: { code: 'LIFECYCLE_TIMEOUT' } });
  gate.open();
  const soon = { timeout: 20_000, interval: 5 };
  await vi.waitFor(() => expect(reasonsOf(host.home.root)).toEqual([UNDO]), soon);
});
