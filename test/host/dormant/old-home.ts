import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type HostOptions, PluginHost } from '../../../src/index.js';
import { settled } from '../../support/settled.js';
import { closeAfterTest, type HomeOptions, makeHome } from '../open-host.js';

/** A home whose plugins have been there for a while. */
export async function makeOldHome(options: HomeOptions) {
  const made = makeHome({ activation: undefined, ...options });
  const plugins = join(made.home, 'plugins');
  const names = readdirSync(plugins, { recursive: true, encoding: 'utf8' });
  await settled(plugins, ...names.map((name) => join(plugins, name)));
  return made;
}

/** Starts and closes a host on a home. */
export async function startOnce(made: HostOptions): Promise<void> {
  const host = await PluginHost.open(made);
  await host.close();
}

/**
 * Opens a host on a home whose plugins were started before, so that they wait until they are needed. Marks that
 * they left then are gone.
 */
export async function openAgain(options: HomeOptions) {
  const made = await makeOldHome(options);
  await startOnce(made);
  for (const { id } of options.plugins ?? []) {
    rmSync(join(made.home, 'data', id, 'marks'), { force: true });
  }
  const host = await PluginHost.open(made);
  closeAfterTest(host);
  return { host, made };
}
