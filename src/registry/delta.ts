import type { PluginBatch } from './entry.js';

/** What one change of the registry took away and added. */
export interface RegistryDelta {
  readonly removed: readonly PluginBatch[];
  readonly added: readonly PluginBatch[];
}
