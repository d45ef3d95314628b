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

/** Why a plugin was not replaced. */
export interface NotReplaced {
  readonly reason: AisopodError;
  /** Whether it may be replaced later as its files are: it has calls in flight that do not end. */
  readonly isBusy: boolean;
}

/**
 * Reloads a plugin that runs, from what is found of it now. Within an operation of the host.
 * @returns null: it runs with its new files; else it goes on as it was
 */
export async function replacePlugin(
  plugin: Plugin,
  finding: Finding,
  { starter }: ChangeContext,
): Promise<NotReplaced | null> {
  try {
    await starter.reload(plugin, finding);
    return null;
  } catch (thrown) {
    const error = AisopodError.from(thrown);
    const { step } = (error.details ?? {}) as { readonly step?: string };
    const isReload = error.code === 'RELOAD_FAILED' && error.cause !== undefined;
    const reason = isReload ? AisopodError.from(error.cause) : error;
    return { reason, isBusy: step === 'drain' };
  }
}
