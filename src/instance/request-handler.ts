import type { CallContext } from './plugin-instance.js';

/** What a request handler receives besides the parameters. */
export interface RequestInfo {
  /** The plugin that sent the request. Comes from the host; nothing a plugin sends can change it. */
  readonly plugin: string;
  /** Aborted when the plugin no longer waits for the response. */
  readonly signal: AbortSignal;
  /** Milliseconds left, or Infinity. */
  readonly timeoutMs: number;
  /** The plugin reads partial responses too. */
  readonly stream: boolean;
  /**
   * Of the call, event or task on whose behalf the request was sent, for the last two without role
   * and permissions; undefined: the plugin's own request.
   */
  readonly context: CallContext | undefined;
}

/**
 * Answers a method of the ABI's request(). The result is sent as JSON. An async iterable streams:
 * each value is a partial response if the plugin reads these, and what the iterable returns is the
 * last one. A thrown AisopodError responds with the status of the ABI that is nearest to its code,
 * any other error with FAIL.
 */
export type RequestHandler = (params: unknown, info: RequestInfo) => unknown;

/** The methods that plugins may request. */
export type RequestHandlers = ReadonlyMap<string, RequestHandler>;
