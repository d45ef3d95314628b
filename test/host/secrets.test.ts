import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PluginHost } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeHome, recordingLogger } from './open-host.js';

const FIRST = 'hunter2-#%&-grüß';
const SECOND = 'correct horse battery staple';
const plugin: TestPlugin = {
  id: 'one',
  source: 'configured.c',
  manifest: `
[config.properties]
secret = { type = "string", secret = true, maxLength = 40 }
chatty.type = "boolean"
broken.type = "boolean"
on_change.type = "string"
gate.type = "string"
n.type = "integer"
`,
};

/** Opens a host, and keeps all that it says in any way. */
async function open(toml: string, env: NodeJS.ProcessEnv = { FIRST, SECOND }) {
  const { logger, lines } = recordingLogger();
  const made = makeHome({ plugins: [plugin], toml, logger, env });
  const said: unknown[] = [lines];
  const host = PluginHost.create(made);
  closeAfterTest(host);
  for (const name of ['phase', 'warning', 'event', 'configChanged', 'configError'] as const) {
    host.events.on(name, (...args: unknown[]) => said.push([name, ...args.map(plain)]));
  }
  host.config.onChange((change) => said.push(change));
  host.discover();
  await host.start();
  return { host, said, made };
}

/** Errors as a program sees them, with all their causes. */
function plain(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { message, stack, cause } = value;
  return { message, stack, cause: plain(cause), json: JSON.stringify(value) };
}

async function attempt(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return plain(error);
  }
}

function expectNoSecret(...said: unknown[]) {
  const seen = new Set<unknown>();
  const text = JSON.stringify(said, (_, value) => {
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return '[again]';
    seen.add(value);
    return value instanceof Error ? plain(value) : value;
  });
  for (const secret of [FIRST, SECOND]) {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
      expect(text).not.toContain(form);
      expect(text).not.toContain(JSON.stringify(form).slice(1, -1));
    }
  }
  expect(text).not.toMatch(/hunter2|horse battery/);
}

test('nothing that a plugin logs, emits or answers as a failure tells its secret', async () => {
  const { host, said } = await open('[plugins.one]\nsecret.env = "FIRST"\nchatty = true\n');
  const notes: unknown[] = [];
  const { error, output } = await host.tools.call(
    'leak',
    {},
    { onProgress: (...note) => notes.push(note) },
  );
  expect(error?.message).toBe('the key [secret] is wrong');
  expect(error?.details).toEqual({ tried: ['[secret]'] });
  expect(JSON.stringify(said)).toContain('[secret]');
  expectNoSecret(said, error, output, notes);
});

test('the plugin itself gets it', async () => {
  const { host } = await open('[plugins.one]\nsecret.env = "FIRST"\n');
  expect((await host.tools.call('config')).data).toEqual({ secret: FIRST });
});

test('an on_init that fails with it, and all that the host shows then, tells nothing', async () => {
  const { host, said } = await open(
    '[plugins.one]\nsecret.env = "FIRST"\nbroken = true\nchatty = true\n',
  );
  expect(host.plugins.get('one')).toMatchObject({
    state: 'failed_init',
    reason: expect.stringContaining('no entry with [secret]'),
  });
  expectNoSecret(said, host.plugins.list());
});

test.each([
  [`secret = "${SECOND}"\nn = "x"`, 'failed_config'],
  [`secret = ["${SECOND}"]`, 'failed_config'],
  [`secret = "${SECOND} and more than may be in it"`, 'failed_config'],
  [`secret = "${SECOND}"`, 'active'],
  [`secret = "${SECOND}`, null],
])('no fault of the configuration tells it: %s', async (line, state) => {
  const opened = await attempt(() => open(`[plugins.one]\n${line}\n`));
  const { host, said } = opened as Awaited<ReturnType<typeof open>>;
  if (state === null) expectNoSecret(opened);
  else {
    expect(host.plugins.get('one')?.state).toBe(state);
    expectNoSecret(said, host.plugins.list(), host.config.get('one'), host.config.explain('one'));
    expectNoSecret(await attempt(() => host.config.set('one', 'n', 'y')));
    expectNoSecret(await attempt(() => host.config.set('one', 'secret', [SECOND])));
    expectNoSecret(said);
  }
});

test('after a change, neither the new nor the old one is told', async () => {
  const { host, said, made } = await open('[plugins.one]\nsecret.env = "FIRST"\n');
  writeFileSync(
    join(made.home, 'plugins', 'one.toml'),
    'secret.env = "SECOND"\non_change = "fail"\n',
  );
  const edited = await host.config.set('one', 'n', 1);
  expect(JSON.stringify(said)).toContain('no entry with [secret]');
  const failed = await host.tools.call('leak');
  await host.config.unset('one', 'on_change');
  const again = await host.tools.call('leak');
  expect(again.error?.message).toBe('the key [secret] is wrong');
  expectNoSecret(said, edited, failed, again, host.plugins.list(), host.config.explain('one'));
});

test('no member of host.config gives a secret, or what the host alone may read and write', async () => {
  const { host } = await open('[plugins.one]\nsecret.env = "FIRST"\n');
  expect(Object.keys(host.config).sort()).toEqual([
    ...['explain', 'features', 'file', 'get', 'onChange', 'parse', 'paths', 'registryUrl'],
    ...['set', 'strict', 'unset', 'warnings'],
  ]);
  expectNoSecret([host.config, host.config.get('one'), host.config.explain('one')]);
  expect(Object.isFrozen(host.config)).toBe(true);
});
