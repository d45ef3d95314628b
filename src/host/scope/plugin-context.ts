import type { AisopodError } from '../../base/errors/index.js';
import { freezeDeep, type JsonObject } from '../../base/json/index.js';
import type { Logger, PluginLogger } from '../../base/logging/index.js';
import type { Config } from '../../config/index.js';
import {
  type AcceptContext,
  type CallContext,
  type ContextCheck,
  contextCheck,
  type Generation,
  type HasContext,
  withinCall,
} from '../../instance/index.js';
import type { Commands } from '../../kinds/commands/index.js';
import type { HookFn, HookOptions, HooksService } from '../../kinds/hooks/index.js';
import type { MessagingService, PluginMessaging } from '../../kinds/messages/index.js';
import type { Chain, MiddlewareService } from '../../kinds/middleware/index.js';
import type { Tools } from '../../kinds/tools/index.js';
import type {
  ContextHooks,
  GlobalConfig,
  PluginCommands,
  PluginContext,
  PluginMiddleware,
  PluginTools,
} from '../../plugin-api/index.js';
import type { EventBusService, PluginEventBus } from '../../services/events/index.js';
import type { StorageService } from '../../services/storage/index.js';
import { contextLogger, type LogParent } from '../plugin-logger.js';
import { PluginResources } from './plugin-resources.js';
import { timersOf } from './plugin-timers.js';

/** The services that contexts are made of: those of a PluginHost. */
export interface ContextHost {
  readonly config: Pick<Config, keyof GlobalConfig>;
  readonly storage: StorageService;
  readonly bus: EventBusService;
  readonly messaging: MessagingService;
  readonly tools: Tools;
  readonly commands: Commands;
  readonly hooks: HooksService;
  readonly middleware: MiddlewareService;
}

/** Whose context it is, and what of it was read for this plugin alone. */
export interface ContextOwner {
  /** Whose services it gets: what it holds ends with that. */
  readonly generation: Generation;
  /** Its configuration as it is now; frozen. */
  config(): Readonly<JsonObject>;
  readonly dataDir: string;
  readonly logger: Logger;
  /** The contexts that it may pass on to the services. */
  readonly acceptContext: AcceptContext;
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
  const { generation, dataDir, logger, acceptContext } = owner;
  const { plugin: id, limits, redactor } = generation;
  const held = new PluginResources(id);
  const { check, given } = contextCheck(acceptContext);
  const scope: Scope = { generation, held, given };
  const loggerFor = (parent?: LogParent) =>
    contextLogger(id, logger, redactor, limits.logLineBytes, parent);
  const storageFor = (tenant?: string) =>
    host.storage.of(id, tenant, {
      assertOpen: () => held.assertOpen(),
      checkContext: (context) => check('The storage', context),
    });
  const { strict, features, paths, registryUrl } = host.config;
  const context: PluginContext = Object.freeze({
    id,
    get config() {
      return owner.config();
    },
    globalConfig: freezeDeep(structuredClone({ strict, features, paths, registryUrl })),
    dataDir,
    logger: loggerFor(),
    loggerFor: (given: CallContext) => loggerFor({ context: check('loggerFor()', given), call: 0 }),
    setTimeout: timersOf(id, held, owner.warn),
    storage: storageFor(),
    storageFor: (given: CallContext) => storageFor(check('storageFor()', given).tenant),
    events: eventsFor(scope, host.bus),
    messaging: messagingFor(scope, host.messaging),
    tools: toolsFor(scope, host.tools),
    commands: commandsFor(scope, host.commands),
    hooks: hooksFor(scope, host.hooks),
    middleware: middlewareFor(scope, host.middleware),
  });
  return { context, loggerFor, stop: () => held.stop(), release: () => held.end() };
}

/** What the services for one plugin share. */
interface Scope extends Pick<ContextCheck, 'given'> {
  readonly generation: Generation;
  readonly held: PluginResources;
}

function eventsFor({ generation, held, given }: Scope, events: EventBusService): PluginEventBus {
  const bus = events.of(generation);
  return Object.freeze({
    publish(topic, data, options) {
      held.assertOpen();
      bus.publish(topic, data, given('events.publish()', options));
    },
    subscribe: (pattern, fn, options) => held.hold(() => bus.subscribe(pattern, fn, options)),
  } satisfies PluginEventBus);
}

function messagingFor({ generation, held, given }: Scope, all: MessagingService): PluginMessaging {
  const messaging = all.of(generation);
  return Object.freeze({
    async send(to, message, options) {
      held.assertOpen();
      return messaging.send(to, message, given('messaging.send()', options));
    },
    onMessage: (fn) => held.hold(() => messaging.onMessage(fn)),
  } satisfies PluginMessaging);
}

/** What a tool is called for counts as one call within another, as for a plugin in C. */
function toolsFor({ held, given }: Scope, tools: Tools): PluginTools {
  return Object.freeze({
    list: () => tools.list(),
    get: (name) => tools.get(name),
    async call(name, args, options) {
      held.assertOpen();
      return tools.call(name, args, within(name, given('tools.call()', options)));
    },
    stream(name, args, options) {
      held.assertOpen();
      return tools.stream(name, args, within(name, given('tools.stream()', options)));
    },
  } satisfies PluginTools);
}

function commandsFor({ held, given }: Scope, commands: Commands): PluginCommands {
  return Object.freeze({
    list: () => commands.list(),
    get: (name) => commands.get(name),
    async run(name, options) {
      held.assertOpen();
      const whole = within(name, given('commands.run()', options));
      // A plugin can't vouch for anyone: the role comes from the call that the command is run for.
      return commands.run(name, { ...whole, auth: undefined });
    },
  } satisfies PluginCommands);
}

function hooksFor({ generation, held, given }: Scope, hooks: HooksService): ContextHooks {
  const { list, invoke, invokeChain, register } = hooks.of(generation);
  return Object.freeze({
    list,
    async invoke(name, payload, options) {
      held.assertOpen();
      return invoke(name, payload, given('hooks.invoke()', options));
    },
    async invokeChain(name, data, options) {
      held.assertOpen();
      return invokeChain(name, data, given('hooks.invokeChain()', options));
    },
    register: (name: string, fn: HookFn, options?: Omit<HookOptions, 'plugin'>) =>
      held.hold(() => register(name, fn, options)),
  } satisfies ContextHooks);
}

function middlewareFor({ generation, held }: Scope, all: MiddlewareService): PluginMiddleware {
  const middleware = all.of(generation);
  return Object.freeze({
    use: (chain, fn, options) => held.hold(() => middleware.use(chain as Chain, fn, options)),
  } satisfies PluginMiddleware);
}

/** @throws AisopodError CALL_TOO_DEEP */
function within<T extends HasContext>(name: string, options: T | undefined) {
  return { ...options, context: withinCall(options?.context, String(name)) };
}
