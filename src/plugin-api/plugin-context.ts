import type { PluginLogger } from '../base/logging/index.js';
import type { CallContext } from '../instance/index.js';
import type { PluginKinds } from '../kinds/index.js';
import type { PluginEventBus } from '../services/events/index.js';
import type { PluginStorage } from '../services/storage/index.js';

/** What config.toml says about the host as a whole. Frozen. */
export interface GlobalConfig {
  readonly strict: boolean;
  readonly features: readonly string[];
  readonly paths: readonly string[];
  readonly registryUrl: string | null;
}

/** A timer that context.setTimeout() has started. */
export interface PluginTimer extends Disposable {
  /** Its function does not run any more, if it has not begun. May be called again. */
  clear(): void;
}

/**
 * What a plugin receives in init(). Every service is bound to the plugin by the host. Services that
 * answer later give a promise, and take `{ signal, context }` among their options: the context of a
 * call or of an event says on whose behalf they work. They refuse a context that the host did not make,
 * also a copy of one, with USAGE.
 */
export interface PluginContext extends PluginKinds {
  readonly id: string;
  /** Its own configuration as it is now, with the defaults of its schema. Frozen. */
  readonly config: Readonly<Record<string, unknown>>;
  /** A snapshot from when the plugin was started. */
  readonly globalConfig: GlobalConfig;
  /**
   * Aborted when the plugin is to end: its start is no longer wanted while init() still runs, or its
   * shutdown begins. Its reason is an AisopodError that says why.
   */
  readonly signal: AbortSignal;
  /** A directory of its own, mode 0700, which survives an upgrade. */
  readonly dataDir: string;
  /** Logs as `aisopod.plugins.<id>`. */
  readonly logger: PluginLogger;
  /**
   * The same, with the trace id, user, session and tenant of a call or an event in every line:
   * `loggerFor(event.context)`. A call has it as `call.logger`.
   * @throws AisopodError USAGE for a context that the host did not make
   */
  loggerFor(context: CallContext): PluginLogger;
  /**
   * Runs a function once, later. It does not run any more when the plugin shuts down, and doesn't keep
   * the process alive. What it throws, or its promise rejects with, is a warning about the plugin
   * (TIMER_FAILED, at most once a minute).
   * @param ms milliseconds, 0 to 2147483647
   * @throws AisopodError USAGE; STATE when the plugin shuts down
   */
  setTimeout(fn: () => unknown, ms: number): PluginTimer;
  /** What it keeps beyond the end of the process, for no tenant. */
  readonly storage: PluginStorage;
  /**
   * The same for the tenant of a call: `storageFor(call.context)`.
   * @throws AisopodError USAGE for a context that the host did not make
   */
  storageFor(context: CallContext): PluginStorage;
  readonly events: PluginEventBus;
}
