import { AisopodError } from '../../base/errors/index.js';
import type { HostCore } from '../host-core.js';
import type { PluginFinder } from '../lifecycle/plugin-finder.js';
import type { PluginStarter } from '../lifecycle/plugin-starter.js';
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
 * @returns null, or why the plugin goes on as it was
 */
export async function replacePlugin(
  plugin: Plugin,
  finding: Finding,
  { starter }: ChangeContext,
): Promise<AisopodError | null> {
  try {
    await starter.reload(plugin, finding);
    return null;
  } catch (error) {
    return AisopodError.from(error);
  }
}
