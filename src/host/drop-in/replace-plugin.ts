import type { HostCore } from '../host-core.js';
import type { PluginFinder } from '../lifecycle/plugin-finder.js';
import type { PluginStarter } from '../lifecycle/plugin-starter.js';
import { stopPlugin } from '../lifecycle/stop-plugins.js';
import type { Finding } from '../plugins/finding.js';
import type { Plugin } from '../plugins/plugin.js';

/** What changing plugins needs from the host. */
export interface ChangeContext {
  readonly core: HostCore;
  readonly finder: PluginFinder;
  readonly starter: PluginStarter;
}

/**
 * Brings a plugin that runs to what is found of it now. Within an operation of the host.
 * @returns when that is done, or has failed; its phase says which
 */
export async function replacePlugin(
  plugin: Plugin,
  finding: Finding,
  { core, finder, starter }: ChangeContext,
): Promise<void> {
  await stopPlugin(plugin, { core, reason: 'unload' });
  if (!plugin.lifecycle.can('discovered')) return; // something of it still runs
  plugin.use(finding);
  finder.validate(plugin);
  await starter.start([plugin]);
}
