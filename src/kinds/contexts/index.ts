export type {
  ContextInfo,
  ContextOptions,
  ContextPart,
  ContextResult,
  ContextSource,
  Contexts,
} from './contexts.js';
export { contextDefinition } from './definition.js';
export { openContexts } from './open-contexts.js';
export type { PluginContexts } from './plugin-contexts.js';
export type {
  ContextDefinition,
  ContextParams,
  RegistersContexts,
} from './registers-contexts.js';
