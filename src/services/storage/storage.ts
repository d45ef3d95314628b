import type { PluginStorage } from './plugin-storage.js';

/**
 * What plugins keep beyond the end of the process: `host.storage`. Values of JSON under keys, by
 * plugin and tenant, in one transactional store of the home. When a promise of it is kept, what was
 * written is on the disk; hosts in several processes may use one home.
 */
export interface Storage {
  /**
   * The storage of one plugin.
   * @param tenant default: the global one
   * @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE for a tenant that can't be one
   */
  of(plugin: string, tenant?: string): PluginStorage;
}
