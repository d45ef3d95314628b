import type { Chain, MiddlewareFn } from './link.js';

/** A middleware as it is shown. */
export interface MiddlewareInfo {
  readonly chain: Chain;
  /** null: the embedder's own. */
  readonly plugin: string | null;
  readonly name: string;
  readonly order: number;
}

/** Options of Middleware.use(). */
export interface MiddlewareOptions {
  readonly order?: number | undefined;
  readonly name?: string | undefined;
  readonly plugin?: string | undefined;
}

/** The middleware of all plugins and of the embedder: `host.middleware`. */
export interface Middleware {
  /** All middleware, by chain and in order, the outermost first. */
  list(): readonly MiddlewareInfo[];

  /**
   * Puts a function of the embedder into a chain, from the next call on.
   *
   * @param chain "tool" or "message"
   * @param options order: a whole number, lower is further out, default 100, and among equals the
   *   embedder's come first; name: for messages, default the function's; plugin: the id of the one
   *   that it belongs to, and that has to be active for it to count
   * @returns takes it out again; may be called again
   * @throws AisopodError USAGE
   */
  use(chain: Chain, fn: MiddlewareFn, options?: MiddlewareOptions): () => void;
}
