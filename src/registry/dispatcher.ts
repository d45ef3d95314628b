import type { Kind } from '../abi/index.js';
import type { Generation } from '../instance/index.js';
import type { Epoch } from './epoch.js';
import type { RegistrySnapshot } from './snapshot.js';

/** How what serves a kind reaches what plugins registered; one for all kinds of a host. */
export interface Dispatcher {
  /** Advances with each change of the registry, and of which generations take calls. */
  readonly epoch: Epoch;
  /** The newest state of the registry. */
  readonly snapshot: RegistrySnapshot;
  /** @throws AisopodError HOST_CLOSED: then nothing can be found, and that is why */
  assertOpen(): void;
  /**
   * The generation of a plugin that takes calls now.
   * @throws AisopodError PLUGIN_NOT_FOUND, PLUGIN_DISABLED, PLUGIN_NOT_ACTIVE, HOST_CLOSED
   */
  running(pluginId: string): Generation;
  /**
   * Looks for a plugin whose manifest lists a name that is not registered.
   * @returns sentences about that plugin, and why the name is not there; null: no manifest lists it
   */
  whyAbsent(kind: Kind, name: string): string | null;
}
