import type { PluginShutdown } from '../loaders/embedded/index.js';
import type { PluginApi } from './plugin-api.js';
import type { PluginContext } from './plugin-context.js';
import type { JsonValue, StateSource } from './plugin-state.js';

/** Who a plugin is. */
export interface PluginMeta {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  readonly author?: string | undefined;
  readonly homepage?: string | undefined;
  readonly repository?: string | undefined;
  readonly license?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  /** Channels and providers that it works with; found by registry.search() like keywords. */
  readonly supportedChannels?: readonly string[] | undefined;
  readonly supportedProviders?: readonly string[] | undefined;
}

/** `[dependencies]` of a manifest: by id, a range of versions. */
export type PluginDependencies = Readonly<
  Record<
    string,
    | string
    | {
        readonly version: string;
        readonly optional?: boolean | undefined;
        readonly reload?: boolean | undefined;
      }
  >
>;

/**
 * A plugin in TypeScript. The same rules hold as for one in C with its manifest: docs/reference/kinds
 * for what it registers, docs/reference/manifest.md for what it says of itself.
 */
export interface Plugin {
  /** Default: meta.name. */
  readonly id?: string | undefined;
  /** A semantic version. Default: meta.version. */
  readonly version?: string | undefined;
  readonly meta?: PluginMeta | undefined;
  readonly dependencies?: PluginDependencies | undefined;
  /** `[compatibility]`: host (a range of versions), features, platforms. */
  readonly compatibility?: object | undefined;
  /** `[permissions]`: what it needs. */
  readonly permissions?: object | undefined;
  /** `[capabilities]`: what it will register. Stated, it must be right; else nothing is compared. */
  readonly capabilities?: Readonly<Record<string, readonly string[]>> | undefined;
  /** `[config]`: the JSON Schema of its configuration, with defaults. */
  readonly config?: object | undefined;
  /**
   * At most one instance with its id is alive in this process, whatever host runs it. For what can't
   * be there twice, such as a port. Default: false.
   */
  readonly single?: boolean | undefined;

  /** Says what it provides. Synchronous: a promise is refused. */
  register(api: PluginApi): void;
  /** Opens what it needs. What it registered is called after this. */
  init?(context: PluginContext): unknown;
  /**
   * Ends what it began; no call comes any more, and no event or timer function begins. Not called
   * when register() or init() failed.
   * @param shutdown why it ends, and within which time
   */
  shutdown?(shutdown: PluginShutdown): unknown;
  /**
   * Another configuration is proposed while the plugin runs. It is in force, and in context.config,
   * when this has not thrown; what it throws keeps the old one. Left out, it agrees to all.
   */
  onConfigChanged?(config: Readonly<Record<string, unknown>>): unknown;

  /**
   * Gives the state that a reload takes into the next instance; with restoreState(), or neither. It
   * must not change the plugin, which goes on if the reload fails, and is asked again by the next one.
   * Meanwhile no call, event function or timer function of the plugin runs. The host copies what this
   * returns, or its promise resolves with, exactly: plain arrays and objects of at most 128 levels, or
   * bytes; at most 64 MiB (the limit state_bytes).
   */
  saveState?(): JsonValue | Uint8Array | Promise<JsonValue | Uint8Array>;
  /** How to read what saveState() gives, from 0: raise it when older code can't. Default: 0. */
  readonly stateFormat?: number | undefined;
  /**
   * Takes a state, before init(). What it throws ends the reload, and the old instance goes on.
   * @param state a copy of what saveState() gave. From a plugin in C with the same id, the bytes that
   *   its save_state() wrote: a Uint8Array. Such a plugin reads a JSON value as its text in UTF-8.
   * @param from who saved it
   */
  restoreState?(state: JsonValue | Uint8Array, from: StateSource): unknown;

  /** Earlier names of init(). Only one of them may be there. */
  activate?(context: PluginContext): unknown;
  initialize?(context: PluginContext): unknown;
  on_load?(context: PluginContext): unknown;
  /** Earlier names of shutdown(). */
  deactivate?(shutdown: PluginShutdown): unknown;
  on_unload?(shutdown: PluginShutdown): unknown;
  /** Earlier names of onConfigChanged(). */
  configure?(config: Readonly<Record<string, unknown>>): unknown;
  on_config_changed?(config: Readonly<Record<string, unknown>>): unknown;
  /** Other names of saveState() and restoreState(). */
  save_state?(): JsonValue | Uint8Array | Promise<JsonValue | Uint8Array>;
  restore_state?(state: JsonValue | Uint8Array, from: StateSource): unknown;
}
