import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { makePlugin } from '../support/plugin-folder.js';
import { closeAfterTest, makeHome } from './open-host.js';

test('a library of another version than its plugin.yaml says is refused with the path of that file', async () => {
  const options = makeHome();
  const plugins = join(options.home, 'plugins');
  const folder = makePlugin(plugins, { id: 'one', source: 'lifecycle.c' });
  rmSync(join(folder, 'aisopod.plugin.toml'));
  const manifest = join(folder, 'plugin.yaml');
  writeFileSync(manifest, 'id: one\nversion: 1.0.1\nentry: plugin.so\n');
  const host = await PluginHost.open(options);
  closeAfterTest(host);
  const { code, message } = host.plugins.get('one')?.error ?? {};
  expect(code).toBe('DESCRIPTOR_MISMATCH');
  expect(message).toContain(`Make both equal, in plugin.c or ${manifest}, and build again.`);
});
