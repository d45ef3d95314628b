import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHost } from '../../host/open-host.js';
import { makePlugin } from '../../support/plugin-folder.js';

test.each([
  ['plugin.yaml', 'id: one\nversion: 1.0.0\nentry: plugin.so\nprovides: {tools: [ping, about]}\n'],
  [
    'plugin.json',
    '{"id": "one", "version": "1.0.0", "main": "plugin.so", "provides": ["tools:ping", "tool:about"]}',
  ],
])('a native plugin with a %s runs', async (name, text) => {
  const host = await openHost();
  const made = makePlugin(host.home.plugins, { id: 'one', source: 'lifecycle.c' });
  renameSync(join(made, 'aisopod.plugin.toml'), join(made, name));
  writeFileSync(join(made, name), text);
  const info = await host.plugins.loadPlugin(made);
  expect(info).toMatchObject({ state: 'active', warnings: [] });
  expect(await host.tools.call('ping')).toMatchObject({ success: true });
});

test('a plugin.yaml that lists other tools than are registered names its own key', async () => {
  const host = await openHost();
  const made = makePlugin(host.home.plugins, { id: 'one', source: 'lifecycle.c' });
  renameSync(join(made, 'aisopod.plugin.toml'), join(made, 'plugin.yaml'));
  writeFileSync(join(made, 'plugin.yaml'), 'id: one\nversion: 1.0.0\nentry: plugin.so\n');
  const { warnings } = await host.plugins.loadPlugin(made);
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining(`Make provides in ${made}/plugin.yaml say what on_register() does.`),
  ]);
});
