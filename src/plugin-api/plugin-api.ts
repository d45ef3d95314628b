import type { HookFn } from '../kinds/hooks/index.js';
import type { MiddlewareFn } from '../kinds/middleware/index.js';
import type { PluginHandler } from '../loaders/embedded/index.js';
import type { SubscribeOptions, Subscriber } from '../services/events/index.js';

/** What a tool says of itself; docs/reference/kinds has the rules. */
export interface ToolDefinition {
  /** What it does, for people and models. */
  readonly description: string;
  /** JSON Schema 2020-12 of the arguments; default: any object. */
  readonly parameters?: object | undefined;
  /** JSON Schema 2020-12 of the reply; published, not enforced. */
  readonly output?: object | undefined;
  /** How to use it well; goes into the system prompt of a model. */
  readonly guideline?: string | undefined;
  /** What it needs. */
  readonly permissions?: readonly string[] | undefined;
  readonly hints?:
    | {
        readonly readOnly?: boolean | undefined;
        readonly destructive?: boolean | undefined;
        readonly idempotent?: boolean | undefined;
      }
    | undefined;
  /** Milliseconds for which an answer may be kept; only of an idempotent tool. */
  readonly cache_ttl_ms?: number | undefined;
}

/** What a tool does: what it answers, and what is to be done when it failed. */
export interface ToolHandlers<P> {
  invoke: PluginHandler<P>;
  on_error?: PluginHandler;
}

/** What a command is given. */
export interface CommandParams {
  readonly args: readonly string[];
  /** When its spec says that it reads it, and there was any. */
  readonly stdin?: string;
}

/** What a channel does; the parameters are those of docs/reference/kinds. */
export interface ChannelHandlers {
  open?: PluginHandler;
  send?: PluginHandler;
  close?: PluginHandler;
}

/** What a provider does. */
export interface ProviderHandlers {
  models?: PluginHandler;
  chat?: PluginHandler;
  embed?: PluginHandler;
  is_available?: PluginHandler;
}

/** What a server does. */
export interface ServerHandlers {
  start?: PluginHandler;
  is_running?: PluginHandler;
  stop?: PluginHandler;
}

/**
 * The builder that register() is given. Everything of it is synchronous, and legal during register()
 * only. Each function takes a name, the spec of its kind (docs/reference/kinds), and what answers;
 * names and specs are copied, and judged when register() has returned: all of it is taken, or nothing.
 *
 * All throw AisopodError: STATE when register() has returned; INVALID, TOO_LARGE when what is
 * registered is refused, which fails the plugin even if it catches that; UNSUPPORTED when this host
 * has no use for the kind, which a plugin may catch, to go on without it.
 */
export interface PluginApi {
  registerTool<P = Record<string, unknown>>(
    name: string,
    spec: ToolDefinition,
    handler: PluginHandler<P> | ToolHandlers<P>,
  ): void;
  /** What it sends by chunk(), a text or `{stdout?, stderr?}`, is its output. */
  registerCommand(name: string, spec: object, handler: PluginHandler<CommandParams>): void;
  /** @param name the hook, or an alias of it; `spec`: priority, before, after */
  registerHook(name: string, spec: object, handler: HookFn): void;
  registerPrompt<P = Record<string, unknown>>(
    name: string,
    spec: object,
    handler: PluginHandler<P>,
  ): void;
  registerContext<P = Record<string, unknown>>(
    name: string,
    spec: object,
    handler: PluginHandler<P>,
  ): void;
  /** @param spec `chain` ("tool" or "message"), `order` */
  registerMiddleware(name: string, spec: object, handler: MiddlewareFn): void;
  registerChannel(name: string, spec: object, handlers: ChannelHandlers): void;
  registerProvider(name: string, spec: object, handlers: ProviderHandlers): void;
  registerServer(name: string, spec: object, handlers: ServerHandlers): void;
  /**
   * Hears events from init() on; what is published meanwhile waits.
   * @param pattern a topic in which a segment may be `*`, and the last one `**`
   */
  subscribe(pattern: string, fn: Subscriber, options?: SubscribeOptions): void;
}
