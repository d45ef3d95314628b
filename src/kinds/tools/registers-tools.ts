import type { PluginHandler } from '../../loaders/embedded/index.js';

/** What a tool says of itself; docs/reference/kinds has the rules. */
export interface ToolDefinition {
  /** What it does, for people and models. */
  readonly description: string;
  /** JSON Schema 2020-12 of the arguments; default: any object. */
  readonly parameters?: object | undefined;
  /** JSON Schema 2020-12 of the reply; published, not enforced. */
  readonly output?: object | undefined;
  /** What a reply is: any JSON value, or a list of ContentPart; default: data. */
  readonly result?: 'data' | 'content' | undefined;
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
  on_error?: PluginHandler | undefined;
}

/** What register() of a plugin in TypeScript calls for tools. */
export interface RegistersTools {
  registerTool<P = Record<string, unknown>>(
    name: string,
    spec: ToolDefinition,
    handler: PluginHandler<P> | ToolHandlers<P>,
  ): void;
}
