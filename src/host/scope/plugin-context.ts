import type { AisopodError } from '../../base/errors/index.js';
import { freezeDeep } from '../../base/json/index.js';
import type { Logger, PluginLogger } from '../../base/logging/index.js';
import type { JsonObject } from '../../base/toml/index.js';
import type { HostConfig } from '../../config/index.js';
import { type CallContext, type Generation, withinCall } from '../../instance/index.js';
import type { CommandRunOptions, Commands } from '../../kinds/commands/index.js';
import type { Hooks } from '../../kinds/hooks/index.js';
import type { Messaging, PluginMessaging } from '../../kinds/messages/index.js';
import type { Chain, Middleware } from '../../kinds/middleware/index.js';
import type { Tools } from '../../kinds/tools/index.js';
import type {
  ContextHooks,
  PluginCommands,
  PluginContext,
  PluginMiddleware,
  PluginTools,
} from '../../plugin-api/index.js';
import type { EventBus, PluginEventBus } from '../../services/events/index.js';
import type { Storage } from '../../services/storage/index.js';
import { contextLogger, type LogParent } from '../plugin-logger.js';
import { PluginResources } from './plugin-resources.js';
import { timersOf } from './plugin-timers.js';

/** The services that contexts are made of: those of a PluginHost. */
export interface ContextHost {
  readonly config: HostConfig;
  readonly storage: Storage;
  readonly bus: EventBus;
  readonly messaging: Messaging;
  readonly tools: Tools;
  readonly commands: Commands;
  readonly hooks: Hooks;
  readonly middleware: Middleware;
}

/** Whose context it is, and what of it was read for this plugin alone. */
export interface ContextOwner {
  /** Whose services it gets: what it holds ends with that. */
  readonly generation: Generation;
  /** Its configuration as it is now; frozen. */
  config(): Readonly<JsonObject>;
  readonly dataDir: string;
  readonly logger: Logger;
  /** A fault of the plugin that stops nothing. */
  warn(warning: AisopodError): void;
}

/** A context, and how it comes to its end. */
export interface ContextScope {
  readonly context: PluginContext;
  /** A logger whose lines belong to a call. */
  loggerFor(parent: LogParent): PluginLogger;
  /** The shutdown begins: no timer or event function begins, and the plugin can hold nothing more. */
  stop(): void;
  /** The plugin has ended: none of the services does anything any more. */
  release(): void;
}

/** What one plugin receives in init(). Each service is bound to the plugin. */
export function makePluginContext(owner: ContextOwner, host: ContextHost): ContextScope {
  const { generation, dataDir, logger } = owner;
  const { plugin: id, limits, redactor } = generation;
  const held = new PluginResources(id);
  const loggerFor = (parent?: LogParent) =>
    contextLogger(id, logger, redactor, limits.logLineBytes, parent);
  const storageFor = (tenant?: string) => host.storage.of(id, tenant, () => held.assertOpen());
  const { strict, features, paths, registryUrl } = host.config;
  const context: PluginContext = Object.freeze({
    id,
    get config() {
      return owner.config();
    },
    globalConfig: freezeDeep(structuredClone({ strict, features, paths, registryUrl })),
    dataDir,
    logger: loggerFor(),
    loggerFor: (context: CallContext) => loggerFor({ context, call: 0 }),
    setTimeout: timersOf(id, held, owner.warn),
    storage: storageFor(),
    storageFor: ({ tenant }: CallContext) => storageFor(tenant),
    events: eventsFor(generation, host.bus, held),
    messaging: messagingFor(generation, host.messaging, held),
    tools: toolsFor(host.tools, held),
    commands: commandsFor(host.commands, held),
    hooks: hooksFor(generation, host.hooks, held),
    middleware: middlewareFor(generation, host.middleware, held),
  });
  return { context, loggerFor, stop: () => held.stop(), release: () => held.end() };
}

function eventsFor(
  generation: Generation,
  events: EventBus,
  held: PluginResources,
): PluginEventBus {
  const bus = events.of(generation);
  return Object.freeze({
    publish(topic, data, options) {
      held.assertOpen();
      bus.publish(topic, data, options);
    },
    subscribe: (pattern, fn, options) => held.hold(() => bus.subscribe(pattern, fn, options)),
  } satisfies PluginEventBus);
}

function messagingFor(
  generation: Generation,
  all: Messaging,
  held: PluginResources,
): PluginMessaging {
  const messaging = all.of(generation);
  return Object.freeze({
    async send(to, message, options) {
      held.assertOpen();
      return messaging.send(to, message, options);
    },
    onMessage: (fn) => held.hold(() => messaging.onMessage(fn)),
  } satisfies PluginMessaging);
}

/** What a tool is called for counts as one call within another, as for a plugin in C. */
function toolsFor(tools: Tools, held: PluginResources): PluginTools {
  return Object.freeze({
    list: () => tools.list(),
    get: (name) => tools.get(name),
    async call(name, args, options) {
      held.assertOpen();
      return tools.call(name, args, within(name, options));
    },
    stream(name, args, options) {
      held.assertOpen();
      return tools.stream(name, args, within(name, options));
    },
  } satisfies PluginTools);
}

function commandsFor(commands: Commands, held: PluginResources): PluginCommands {
  return Object.freeze({
    list: () => commands.list(),
    get: (name) => commands.get(name),
    async run(name, options) {
      held.assertOpen();
      return commands.run(name, within(name, withoutAuth(options)));
    },
  } satisfies PluginCommands);
}

function middlewareFor(
  generation: Generation,
  all: Middleware,
  held: PluginResources,
): PluginMiddleware {
  const middleware = all.of(generation);
  return Object.freeze({
    use: (chain, fn, options) => held.hold(() => middleware.use(chain as Chain, fn, options)),
  } satisfies PluginMiddleware);
}

function hooksFor(generation: Generation, hooks: Hooks, held: PluginResources): ContextHooks {
  const { list, invoke, invokeChain, register } = hooks.of(generation);
  return Object.freeze({
    list,
    async invoke(name, payload, options) {
      held.assertOpen();
      return invoke(name, payload, options);
    },
    async invokeChain(name, data, options) {
      held.assertOpen();
      return invokeChain(name, data, options);
    },
    register: (name, fn, options) => held.hold(() => register(name, fn, options)),
  } satisfies ContextHooks);
}

/** @throws AisopodError CALL_TOO_DEEP */
function within<T extends { readonly context?: CallContext | undefined }>(
  name: string,
  options: T | undefined,
) {
  return { ...options, context: withinCall(options?.context, String(name)) };
}

/** A plugin can't vouch for anyone: the role comes from the call that the command is run for. */
function withoutAuth(options: CommandRunOptions = {}): CommandRunOptions {
  const { auth: _, ...others } = options;
  return others;
}
