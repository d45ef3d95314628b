import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HostOptions, PluginHost } from '../../src/index.js';
import { folderOfFile } from './folder-of-file.js';

/** Opens a host whose home has no plugins, for unit tests; it is closed when the test is over. */
export async function openBareHost(options: Omit<HostOptions, 'home'> = {}): Promise<PluginHost> {
  const home = mkdtempSync(join(folderOfFile(), 'home-'));
  const host = await PluginHost.open({ home, env: {}, ...options });
  onTestFinished(() => host.close());
  return host;
}
