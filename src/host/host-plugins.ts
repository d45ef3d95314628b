import type { CapabilityInfo } from './plugins/capabilities.js';
import type { DisabledBy } from './plugins/enabled-plugins.js';
import type { PluginInfo } from './plugins/plugin-info.js';

/** What happens to the plugins that need the one that is to go. */
export interface CascadeOptions {
  /** True: they are ended or switched off first; default: they are a reason for PLUGIN_IN_USE. */
  readonly cascade?: boolean | undefined;
}

/** The plugins of a host: `host.plugins`. */
export interface Plugins {
  /** All that was found, good or not, in the order of precedence. */
  list(): PluginInfo[];

  /** One plugin, or undefined. Of several with that id, the one that is not shadowed. */
  get(id: string): PluginInfo | undefined;

  /**
   * What a plugin lists in its manifest and what it has registered, each name marked with which of
   * the two; empty when it has no manifest.
   * @throws AisopodError PLUGIN_NOT_FOUND
   */
  capabilities(id: string): readonly CapabilityInfo[];

  /** Whether calls of the plugin are taken. */
  isActive(id: string): boolean;

  /**
   * Loads the plugin in a folder, without installing it.
   * @returns how it came out: a failure is in `state` and `error`
   * @throws AisopodError ALREADY_LOADED when a plugin with its id is there, COMMAND_RUNNING,
   *   HOST_CLOSED
   */
  loadPlugin(dir: string): Promise<PluginInfo>;

  /**
   * Ends a plugin: its registrations go at once, calls in flight may end within the drain limit. One
   * that is being started is ended before it becomes active.
   * @throws AisopodError PLUGIN_NOT_FOUND, PLUGIN_IN_USE, COMMAND_RUNNING, HOST_CLOSED
   */
  unloadPlugin(id: string, options?: CascadeOptions): Promise<void>;

  /**
   * Reads the folder of a plugin again and lets what lies there now take its place, with its state: new calls
   * wait until calls in flight have ended and the new one is initialised, and no call is lost or answered twice.
   * A plugin that does not run is started. Plugins that ask for it in their dependencies are reloaded after it.
   * @returns the plugin as it is now
   * @throws AisopodError PLUGIN_NOT_FOUND, RELOAD_FAILED (the one before goes on), PLUGIN_STUCK,
   *   PLUGIN_DISABLED, HOST_CLOSED; why a plugin that did not run does not start
   */
  reload(id: string): Promise<PluginInfo>;

  /**
   * Switches a plugin off: new calls answer PLUGIN_DISABLED, running ones end, state is kept.
   * @throws AisopodError PLUGIN_NOT_FOUND, PLUGIN_NOT_ACTIVE, PLUGIN_IN_USE, COMMAND_RUNNING,
   *   HOST_CLOSED
   */
  disable(id: string, options?: CascadeOptions): Promise<void>;

  /**
   * Switches a plugin on again.
   * @throws AisopodError PLUGIN_NOT_FOUND, PLUGIN_NOT_ACTIVE when it never ran, COMMAND_RUNNING,
   *   HOST_CLOSED
   */
  enable(id: string): Promise<void>;

  /**
   * Switches a plugin on or off for good: it is kept in registry.json, which every start honours, and
   * done here at once where this host has started. What config.toml switches off, stays off.
   *
   * @returns the ids of those that were switched
   * @throws AisopodError PLUGIN_NOT_FOUND, PLUGIN_IN_USE, INSTALLED_INVALID, FILE_LOCKED,
   *   FILE_UNWRITABLE, COMMAND_RUNNING, HOST_CLOSED
   */
  setEnabled(id: string, enabled: boolean, options?: CascadeOptions): Promise<readonly string[]>;

  /**
   * The files that keep a plugin off: config.toml by `enabled = false`, registry.json by setEnabled().
   * Empty: none does.
   */
  disabledBy(id: string): readonly DisabledBy[];
}
