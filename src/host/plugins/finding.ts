import type { Generation, Loader } from '../../instance/index.js';
import type { DiscoveredPlugin } from '../../packages/discovery/index.js';

/** What is particular about a plugin that is code of the host's own program. */
export interface Embedded {
  /** Makes the instances of one run of it. */
  readonly loaderOf: (generation: Generation) => Loader;
  /** Whether it says what it will register. */
  readonly listsCapabilities: boolean;
  /** At most one instance with its id is alive in this process. */
  readonly single: boolean;
}

/** A plugin as it was found: by a scan, in a folder that was named, or in the host's own program. */
export interface Finding {
  readonly found: DiscoveredPlugin;
  /** null: its code lies on the disk. */
  readonly embedded: Embedded | null;
}
