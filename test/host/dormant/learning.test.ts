import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeOldHome, startOnce } from './old-home.js';

const fileOf = (home: string) => join(home, 'state', 'registrations.json');

/** The ids of the plugins whose registrations a home keeps. */
function learned(home: string): string[] {
  if (!existsSync(fileOf(home))) return [];
  const index = readFileSync(fileOf(home), 'utf8').split('\n')[2] ?? '[]';
  return (JSON.parse(index) as { path: string }[]).map(({ path }) => basename(path)).sort();
}

test('a host keeps what plugins register that may start on demand, and of no others', async () => {
  const made = await makeOldHome({
    plugins: [
      { id: 'lazy', source: 'lifecycle.c' },
      { id: 'eager', source: 'lifecycle.c', manifest: '[runtime]\nactivation = "startup"\n' },
    ],
  });
  await startOnce(made);
  expect(learned(made.home)).toEqual(['lazy']);
});

test('a host that starts the same plugins again leaves the file as it is', async () => {
  const made = await makeOldHome({
    plugins: [{ id: 'lazy', source: 'lifecycle.c' }],
  });
  await startOnce(made);
  const before = statSync(fileOf(made.home)).ino;
  await startOnce(made);
  expect(statSync(fileOf(made.home)).ino).toBe(before);
});

test.each(['create', 'on_register', 'on_init'])(
  'a host forgets what a plugin registered whose %s fails',
  async (step) => {
    const made = await makeOldHome({
      plugins: [{ id: 'lazy', source: 'lifecycle.c' }],
    });
    await startOnce(made);
    expect(learned(made.home)).toEqual(['lazy']);
    await startOnce({ ...made, config: { lazy: { [step]: 'fail' } } });
    expect(learned(made.home)).toEqual([]);
  },
);

test.each(['ConfigLoaded', 'ToolRegistryBuild', 'DaemonServerRegister'])(
  'a host keeps nothing of a plugin with a callback for %s, which each start fires',
  async (name) => {
    const made = await makeOldHome({
      plugins: [
        { id: 'lazy', source: 'lifecycle.c' },
        { id: 'other', source: 'lifecycle.c' },
      ],
      pluginConfig: { lazy: { add: [{ kind: 'hook', name }] } },
    });
    await startOnce(made);
    expect(learned(made.home)).toEqual(['other']);
  },
);

test('a host keeps no registrations with a secret of the configuration in them', async () => {
  const manifest = `
[config.properties]
key = { type = "string", secret = true }
add.type = "array"
`;
  const tool = (pattern: string) => ({
    name: 'check',
    spec: {
      description: 'checks',
      parameters: { type: 'object', properties: { key: { enum: [pattern] } } },
    },
  });
  const made = await makeOldHome({
    plugins: ['open', 'closed'].map((id) => ({ id, source: 'lifecycle.c', manifest })),
    pluginConfig: {
      open: { key: { env: 'KEY' }, add: [tool('something else')] },
      closed: { key: { env: 'KEY' }, add: [tool('hunter2 is my key')] },
    },
    env: { KEY: 'hunter2 is my key' },
  });
  await startOnce(made);
  expect(learned(made.home)).toEqual(['open']);
  expect(readFileSync(fileOf(made.home), 'utf8')).not.toContain('hunter2');
});

test('a host keeps nothing of a plugin whose folder could change without being noticed', async () => {
  const made = await makeOldHome({
    plugins: [{ id: 'lazy', source: 'lifecycle.c' }],
  });
  const soon = Date.now() / 1000 + 60; // such a file system has another idea of the time
  utimesSync(join(made.home, 'plugins', 'lazy', 'plugin.so'), soon, soon);
  await startOnce(made);
  expect(learned(made.home)).toEqual([]);
});
