import type { Kind } from '../abi/index.js';
import type { RegisteredPlugin, RegistryWarning } from './entry.js';

/** One registration of a plugin that was judged and found legal. */
export interface Registration {
  readonly kind: Kind;
  readonly plugin: RegisteredPlugin;
  readonly name: string;
  /** `plugin-id:name`. */
  readonly fullName: string;
  /** Further names that mean it. */
  readonly aliases: readonly string[];
  /** 0, or the position among equal names of a plugin where the kind allows them. */
  readonly ordinal: number;
  /** What the host read of the spec; frozen. */
  readonly spec: object;
}

/** Everything registered at one moment; it never changes. */
export interface PluginRegistrySnapshot {
  /** Grows with every change of the registry. */
  readonly generation: number;
  /** The registered plugins in the order in which they own short names. */
  readonly plugins: readonly RegisteredPlugin[];
  /**
   * The registration that a name means.
   * @param name `plugin-id:name` always works; the short name gives its first owner. An alias is a
   *   name too. Case counts, but for commands. Hooks, middleware and messages are not found by name
   */
  resolve(kind: Kind, name: string): Registration | undefined;
  /** All registrations of a kind: by dependency level, then plugin id, then order of registration. */
  list(kind: Kind): readonly Registration[];
  /** What one plugin registered, in its order. */
  entriesOf(pluginId: string): readonly Registration[];
  /** Every name that resolve() answers to for a kind; in lower case where case does not count. */
  names(kind: Kind): Iterable<string>;
  /** NAME_TAKEN for every plugin that does not own a short name that it registered. */
  warnings(): readonly RegistryWarning[];
  /**
   * A registered plugin.
   * @param range semver; `*`, the default, takes any version, prereleases too
   */
  get(id: string, range?: string): RegisteredPlugin | undefined;
  /**
   * The plugins that provide something.
   * @param capability a kind (`tool`) or `kind:name` (`tool:calculate`)
   */
  findByCapability(capability: string): readonly RegisteredPlugin[];
  /** Plugins in which every word of `text` occurs, whatever the case; the best match first. */
  search(text: string): readonly RegisteredPlugin[];
}

/** What all plugins registered: `host.registry`. Read it by its snapshots. */
export interface PluginRegistry {
  /** The newest state. The same object until something changes. */
  readonly snapshot: PluginRegistrySnapshot;
  /** Does the same as the get() of the newest snapshot. */
  get(id: string, range?: string): RegisteredPlugin | undefined;
  /** Does the same as the findByCapability() of the newest snapshot. */
  findByCapability(capability: string): readonly RegisteredPlugin[];
  /** Does the same as the search() of the newest snapshot. */
  search(text: string): readonly RegisteredPlugin[];
}
