import type { AisopodError } from '../base/errors/index.js';
import type { Limits } from '../config/index.js';
import type { PluginScope, RequestHandler } from '../instance/index.js';
import type { RegistryDelta } from './delta.js';
import type { Dispatcher } from './dispatcher.js';

/** What serving a kind needs of the host. */
export interface KindHost {
  readonly dispatcher: Dispatcher;
  /** The limits of a plugin, or of `host`. */
  limitsFor(id: string): Limits;
  /** A fault of a plugin that stops nothing, and that may come again and again. */
  warn(plugin: string, warning: AisopodError): void;
  /** As warn(), for what a person should look at. */
  error(plugin: string, error: AisopodError): void;
  /** As warn(); it stays with the plugin. */
  keepWarning(plugin: string, warning: AisopodError): void;
  /** Reports that a kind lists its registrations differently, although these are the same. */
  listedDifferently(): void;
}

/** The service of a kind in one host, and what the host does with it. */
export interface KindPart<S = unknown, P = unknown> {
  readonly service: S;
  /** What plugins request of it, by method. */
  readonly requests?: Readonly<Record<string, RequestHandler>>;
  /** What a plugin in TypeScript has of it in its context. Frozen. */
  forPlugin(scope: PluginScope): P;
  /** The registry has changed: what belongs to registrations that are gone is forgotten. */
  changed?(delta: RegistryDelta): void;
  /** A plugin has taken another configuration. */
  configured?(pluginId: string): void;
}
