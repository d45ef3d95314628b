export { type CodeHost, codeOf } from './plugin-code.js';
export { type ContextScope, makePluginContext } from './plugin-context.js';
