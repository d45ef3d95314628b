import type { PluginEventBus } from '../events/index.js';
import type { CallContext } from '../loaders/index.js';
import type { Logger } from '../logging/index.js';
import type { PluginMessaging } from '../messaging/index.js';
import type { PluginStorage } from '../storage/index.js';
import type { ContextHooks, PluginCommands, PluginMiddleware } from './plugin-services.js';

/** `context.logger`: as Logger, and with a message alone. An Error as data is told with its stack. */
export type PluginLogger = {
  readonly [Level in keyof Logger]: {
    (message: string): void;
    (data: object, message: string): void;
  };
};

/** What config.toml says about the host as a whole. Frozen. */
export interface GlobalConfig {
  readonly strict: boolean;
  readonly features: readonly string[];
  readonly paths: readonly string[];
  readonly registryUrl: string | null;
}

/** What a plugin is given in init(). Whose it is was decided by the host, whatever the plugin says. */
export interface PluginContext {
  readonly id: string;
  /** Its own configuration as it is now, with the defaults of its schema. Frozen. */
  readonly config: Readonly<Record<string, unknown>>;
  /** A snapshot from when the plugin was started. */
  readonly globalConfig: GlobalConfig;
  /** A directory of its own, mode 0700, which survives an upgrade. */
  readonly dataDir: string;
  /** Logs as `aisopod.plugins.<id>`. */
  readonly logger: PluginLogger;
  /** What it keeps beyond the end of the process, for no tenant. */
  readonly storage: PluginStorage;
  /** The same for the tenant of a call: `storageFor(call.context)`. */
  storageFor(context: CallContext): PluginStorage;
  readonly events: PluginEventBus;
  readonly messaging: PluginMessaging;
  readonly commands: PluginCommands;
  readonly hooks: ContextHooks;
  readonly middleware: PluginMiddleware;
}
