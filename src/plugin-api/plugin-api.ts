import type { RegistersKinds } from '../kinds/index.js';
import type { PluginHandler } from '../loaders/embedded/index.js';
import type { SubscribeOptions, Subscriber } from '../services/events/index.js';

/** What a channel does; the parameters are those of docs/reference/kinds. */
export interface ChannelHandlers {
  open?: PluginHandler | undefined;
  send?: PluginHandler | undefined;
  close?: PluginHandler | undefined;
}

/** What a provider does. */
export interface ProviderHandlers {
  models?: PluginHandler | undefined;
  chat?: PluginHandler | undefined;
  embed?: PluginHandler | undefined;
  is_available?: PluginHandler | undefined;
}

/** What a server does. */
export interface ServerHandlers {
  start?: PluginHandler | undefined;
  is_running?: PluginHandler | undefined;
  stop?: PluginHandler | undefined;
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
export interface PluginApi extends RegistersKinds {
  registerChannel(name: string, spec: object, handlers: ChannelHandlers): void;
  registerProvider(name: string, spec: object, handlers: ProviderHandlers): void;
  registerServer(name: string, spec: object, handlers: ServerHandlers): void;
  /**
   * Hears events from init() on; what is published meanwhile waits.
   * @param pattern a topic in which a segment may be `*`, and the last one `**`
   */
  subscribe(pattern: string, fn: Subscriber, options?: SubscribeOptions): void;
}
