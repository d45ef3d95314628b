import type { Contexts } from './contexts.js';

/**
 * The contexts of all plugins, for one of them. A call with the `context` of another one counts as a part
 * of that; CALL_TOO_DEEP ends a circle.
 */
export type PluginContexts = Pick<Contexts, 'list' | 'get'>;
