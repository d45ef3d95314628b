import type { Prompts } from './prompts.js';

/**
 * The prompts of all plugins, for one of them. A call with the `context` of another one counts as a part
 * of that; CALL_TOO_DEEP ends a circle.
 */
export type PluginPrompts = Pick<Prompts, 'list' | 'get' | 'render'>;
