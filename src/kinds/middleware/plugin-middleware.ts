import type { MiddlewareFn } from './link.js';
import type { MiddlewareOptions } from './middleware.js';

/** The middleware as one plugin sees it. */
export interface PluginMiddleware {
  /**
   * Puts a function into a chain while the plugin is active.
   * @param chain "tool" or "message"
   * @param options order: a whole number, lower is further out, default 100
   * @returns takes it out again
   * @throws AisopodError USAGE; STATE when the plugin has ended
   */
  use(chain: string, fn: MiddlewareFn, options?: Omit<MiddlewareOptions, 'plugin'>): () => void;
}
