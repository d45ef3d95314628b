import type { Problem } from '../base/toml/index.js';
import type { ConfigEdit } from './edit-config.js';
import type { ConfigEntry } from './explain.js';

/** The configurations that an embedder gives, by plugin id; they go over all files. */
export type ConfigOverrides = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A plugin has a new configuration. */
export interface ConfigChange {
  readonly plugin: string;
  /** The keys that are different now. */
  readonly keys: readonly string[];
}

/** `host.config`: what the home says, read and written. */
export interface Config {
  /** config.toml of the home, whether or not it exists. */
  readonly file: string;
  /** `[plugins.settings] paths`, as written. */
  readonly paths: readonly string[];
  /** Whether the first plugin that fails makes the start fail. */
  readonly strict: boolean;
  /** Names of the built-in parts that are switched on. */
  readonly features: readonly string[];
  /** Where plugins are looked up; null: nowhere. */
  readonly registryUrl: string | null;
  /** Keys of the file that the host does not read. */
  readonly warnings: readonly Problem[];

  /**
   * The configuration of a plugin, or one value of it, as it counts: defaults, under the files, under
   * the override. In the place of a secret stands `[secret]`.
   *
   * @param key dotted, as in TOML: `server.port`, `hosts."a.b"`; default: all of it
   * @returns undefined when nothing says anything about that key
   * @throws AisopodError PLUGIN_NOT_FOUND, USAGE for what is no key, CONFIG_INVALID
   */
  get(id: string, key?: string): unknown;

  /**
   * The values of a configuration with where each comes from, secrets not shown.
   * @param key only this value, or those in this table
   * @throws AisopodError as get()
   */
  explain(id: string, key?: string): ConfigEntry[];

  /**
   * What a text means as the value of a key: itself where the schema wants text, else what it says as
   * JSON, else itself.
   *
   * @returns the value, and whether there is a secret in it, itself and no reference
   * @throws AisopodError PLUGIN_NOT_FOUND; USAGE for what is no key, or JSON that cannot be kept
   */
  parse(
    id: string,
    key: string,
    text: string,
  ): { readonly value: unknown; readonly secret: boolean };

  /**
   * Writes a value into the file that counts: `plugins/<id>.toml` where there is one, else
   * config.toml. Checked before anything is written; comments and order are kept. Changes of plugins that were
   * requested earlier are made first. A plugin that runs receives the value before this resolves.
   *
   * @param value what JSON can say; no null. For a secret `{ env: NAME }` or `{ file: PATH }`
   * @returns where it stands; its warnings say too why a plugin that runs does not take it
   * @throws AisopodError PLUGIN_NOT_FOUND, USAGE, CONFIG_INVALID, CONFIG_UNEDITABLE, FILE_LOCKED,
   *   FILE_UNWRITABLE, COMMAND_RUNNING
   */
  set(id: string, key: string, value: unknown): Promise<ConfigEdit>;

  /**
   * Takes a value out of the file that it comes from. A lower one may count then.
   * @throws AisopodError as set(); CONFIG_NOT_SET when no file says anything about that key
   */
  unset(id: string, key: string): Promise<ConfigEdit>;

  /** Calls `listener` after a plugin has taken a new configuration; the result ends that. */
  onChange(listener: (change: ConfigChange) => void): () => void;
}
