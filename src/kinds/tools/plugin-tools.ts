import type { Tools } from './tools.js';

/**
 * The tools of all plugins, for one of them. A call with the `context` of another one counts as a part
 * of that; CALL_TOO_DEEP ends a circle. Without a context it is made on nobody's behalf.
 */
export type PluginTools = Pick<Tools, 'list' | 'get' | 'call' | 'stream'>;
