import type { Logger } from '../base/logging/index.js';
import type { ConfigOverrides, LimitOptions } from '../config/index.js';
import type { RequestHandler } from '../instance/index.js';

/** Options of PluginHost.open(). All may be left out. */
export interface HostOptions {
  /** The home; default: AISOPOD_HOME, then `~/.aisopod`. `~` is expanded. */
  readonly home?: string | undefined;
  /** The environment that home and search paths are read from; default: process.env. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Folders of single plugins, loaded before all others without being installed. */
  readonly pluginDirs?: readonly string[] | undefined;
  /**
   * Ids of the only plugins that may run, besides those that they need and those that the program
   * registers itself; none: no plugin runs. Default: AISOPOD_ONLY, ids between commas or `-` for none;
   * else all.
   */
  readonly only?: readonly string[] | undefined;
  /**
   * The versions that may run of a plugin, by id: a range in the notation of npm, such as `^1.2` or `1.2.3`. Of
   * the versions side by side the highest in the range runs. Overrides the pins of config.toml.
   */
  readonly versions?: Readonly<Record<string, string>> | undefined;
  /** Reject on the first plugin that fails, and on a difference between manifest and library. */
  readonly strict?: boolean | undefined;
  /**
   * `startup`: each plugin starts with the host, whatever its manifest says. Default: a plugin whose
   * manifest allows that starts when it is needed, as soon as an earlier start has found out what it
   * registers.
   */
  readonly activation?: 'startup' | undefined;
  /** Features that manifests may ask for, besides those of config.toml. */
  readonly features?: readonly string[] | undefined;
  /** Where the host and its plugins log; default: nowhere. */
  readonly logger?: Logger | undefined;
  /** Limits that go before those of config.toml. */
  readonly limits?: LimitOptions | undefined;
  /** Configurations of plugins, by id, that go over those of the files. */
  readonly config?: ConfigOverrides | undefined;
  /** Answers to what plugins ask for with request(), by method. */
  readonly requests?: Readonly<Record<string, RequestHandler>> | undefined;
  /**
   * Notice plugins that come, change and go while the host runs, and start, replace and end them. Holds
   * no event loop; keepAlive does. Default: false.
   */
  readonly watch?: boolean | undefined;
  /**
   * Notice changes of config.toml, of the files of single plugins and of registry.json, and bring
   * them to the plugins; default: with watch or keepAlive.
   */
  readonly watchConfig?: boolean | undefined;
  /** Keep the event loop alive until close(); otherwise only a call in flight does. */
  readonly keepAlive?: boolean | undefined;
}
