import type { CallContext, OnProgress } from '../../instance/index.js';

/** A context as it is shown to people and other programs. */
export interface ContextInfo {
  /** Id of the plugin. */
  readonly plugin: string;
  readonly name: string;
  /** `plugin-id:name`; always works. */
  readonly fullName: string;
  /** For protocols that know no full names; unique among all contexts of the host. */
  readonly wireName: string;
  readonly title?: string | undefined;
  readonly description: string;
  /** The URIs that read() takes for it, with the place of the query as `{query}` or `{+query}`. */
  readonly uriTemplate?: string | undefined;
  /** What its texts are, unless a part says otherwise. */
  readonly mime: string;
}

/** On whose behalf a context is asked, and for how long. */
export interface ContextOptions {
  readonly context?: CallContext | undefined;
  /** Aborting cancels the call, which then rejects with CALL_CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, a positive number or Infinity; else the limit of the plugin. */
  readonly timeoutMs?: number | undefined;
  /** Receives reports of how far the handler is. */
  readonly onProgress?: OnProgress | undefined;
}

/** Where a text comes from; it has a title, a URI or both. */
export interface ContextSource {
  readonly title?: string | undefined;
  readonly uri?: string | undefined;
}

/** One text about a query. */
export interface ContextPart {
  readonly text: string;
  readonly mime: string;
  readonly source: ContextSource;
}

/** What a context knows about a query. */
export interface ContextResult {
  /** None: it knows nothing about the query. */
  readonly parts: readonly ContextPart[];
  /** The texts of all parts, with an empty line between them. */
  readonly text: string;
  readonly metadata: {
    readonly plugin: string;
    readonly version: string;
    readonly context: string;
  };
}

/** The contexts of all plugins: `host.contexts`. */
export interface Contexts {
  /** All contexts: by dependency level and id of their plugins, then in order of registration. */
  list(): readonly ContextInfo[];

  /**
   * Asks a context.
   *
   * @param name `plugin-id:name`, or the short name of its first owner
   * @param query what it is asked; its description says in which form. Default: ''
   * @throws AisopodError (as rejection) CONTEXT_NOT_FOUND, ARGUMENTS_INVALID, REPLY_REFUSED, USAGE,
   *   PLUGIN_DISABLED, PLUGIN_NOT_ACTIVE, PLUGIN_STUCK, QUEUE_FULL, PAYLOAD_TOO_LARGE, CALL_CANCELLED,
   *   CALL_DEADLINE, CALL_GONE, CALL_TOO_DEEP, NO_RESOURCES, HOST_CLOSED; and what the plugin answers,
   *   with its code
   */
  get(name: string, query?: string, options?: ContextOptions): Promise<ContextResult>;

  /**
   * Asks the first context whose `uriTemplate` fits a URI; the query is what stands at its place.
   *
   * @throws AisopodError (as rejection) as get()
   */
  read(uri: string, options?: ContextOptions): Promise<ContextResult>;
}
