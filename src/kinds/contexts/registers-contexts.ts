import type { PluginHandler } from '../../loaders/embedded/index.js';

/** What a context says of itself; docs/reference/kinds has the rules. */
export interface ContextDefinition {
  /** What people see in place of the name. */
  readonly title?: string | undefined;
  /** What it knows about, and what its queries look like. */
  readonly description: string;
  /** The URIs that it can be read by: one with at most one `{query}` or `{+query}`. */
  readonly uriTemplate?: string | undefined;
  /** What its texts are. Default: text/plain. */
  readonly mime?: string | undefined;
}

/** What a context is asked. */
export interface ContextParams {
  readonly query: string;
}

/** What register() of a plugin in TypeScript calls for contexts. */
export interface RegistersContexts {
  /** @param handler returns a text, or `{ parts: [{ text, mime?, source: { title?, uri? } }] }` */
  registerContext(
    name: string,
    spec: ContextDefinition,
    handler: PluginHandler<ContextParams>,
  ): void;
}
