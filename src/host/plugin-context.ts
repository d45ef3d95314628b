import type { CommandRunOptions, Commands } from '../commands/index.js';
import type { HostConfig, Limits, Redactor } from '../config/index.js';
import type { EventBus, PluginEventBus } from '../events/index.js';
import type { HookFn, Hooks } from '../hooks/index.js';
import type { CallContext } from '../loaders/index.js';
import type { Logger } from '../logging/index.js';
import type { Messaging, PluginMessaging } from '../messaging/index.js';
import type { Chain, Middleware } from '../middleware/index.js';
import type {
  ContextHooks,
  PluginCommands,
  PluginContext,
  PluginMiddleware,
} from '../plugin-api/index.js';
import type { Storage } from '../storage/index.js';
import { freezeJson, type JsonObject } from '../toml/index.js';
import { Holdings } from './holdings.js';
import { contextLogger } from './plugin-logger.js';

/** The services that contexts are made of: those of a PluginHost. */
export interface ContextHost {
  readonly config: HostConfig;
  readonly storage: Storage;
  readonly bus: EventBus;
  readonly messaging: Messaging;
  readonly commands: Commands;
  readonly hooks: Hooks;
  readonly middleware: Middleware;
}

/** Whose context it is, and what of it was read for this plugin alone. */
export interface ContextOwner {
  readonly id: string;
  /** Its configuration as it is now; frozen. */
  config(): Readonly<JsonObject>;
  readonly dataDir: string;
  readonly limits: Limits;
  readonly logger: Logger;
  /** Whether the plugin is active: what it holds counts only then. */
  serves(): boolean;
  /** Takes the secrets of its configuration out of what it logs. */
  readonly redactor: Redactor;
}

/** A context, and how it is taken back: then none of its services does anything any more. */
export interface ContextScope {
  readonly context: PluginContext;
  release(): void;
}

/** What one plugin is given in init(). Each service is one that knows whose it is. */
export function makePluginContext(owner: ContextOwner, host: ContextHost): ContextScope {
  const { id, dataDir, limits, logger, redactor } = owner;
  const held = new Holdings(id);
  const bus = host.bus.of(id);
  const messaging = host.messaging.of(id);
  const { strict, features, paths, registryUrl } = host.config;
  const context: PluginContext = Object.freeze({
    id,
    get config() {
      return owner.config();
    },
    globalConfig: freezeJson(structuredClone({ strict, features, paths, registryUrl })),
    dataDir,
    logger: contextLogger(id, logger, redactor, limits.logLineBytes),
    storage: host.storage.of(id),
    storageFor: ({ tenant }: CallContext) => host.storage.of(id, tenant),
    events: Object.freeze({
      publish(topic, data) {
        held.assertOpen();
        bus.publish(topic, data);
      },
      subscribe: (pattern, fn, options) => held.hold(() => bus.subscribe(pattern, fn, options)),
    } satisfies PluginEventBus),
    messaging: Object.freeze({
      async send(to, message, options) {
        held.assertOpen();
        return messaging.send(to, message, options);
      },
      onMessage: (fn) => held.hold(() => messaging.onMessage(fn)),
    } satisfies PluginMessaging),
    commands: Object.freeze({
      list: () => host.commands.list(),
      get: (name) => host.commands.get(name),
      run: (name, options) => host.commands.run(name, withoutAuth(options)),
    } satisfies PluginCommands),
    hooks: Object.freeze({
      ...host.hooks.of(id),
      register: (name, fn, options) =>
        held.hold(() =>
          host.hooks.register(name, whileActive(fn, owner), { ...options, plugin: id }),
        ),
    } satisfies ContextHooks),
    middleware: Object.freeze({
      use: (chain, fn, options) =>
        held.hold(() => host.middleware.use(chain as Chain, fn, { ...options, plugin: id })),
    } satisfies PluginMiddleware),
  });
  return { context, release: () => held.end() };
}

/** A plugin can't vouch for anyone: who runs a command is known from the call that it is run for. */
function withoutAuth(options: CommandRunOptions = {}): CommandRunOptions {
  const { auth: _, ...others } = options;
  return others;
}

/** A plugin that is switched off listens to nothing. */
function whileActive(fn: HookFn, owner: ContextOwner): HookFn {
  if (typeof fn !== 'function') return fn; // register() says what is wrong
  return (payload, call) => (owner.serves() ? fn(payload, call) : null);
}
