export type { BuilderLimits } from './builder.js';
export { type LifecycleFunctions, lifecycleFunctionsOf } from './lifecycle-functions.js';
export { manifestOf, type StatedManifest } from './manifest-of.js';
export type { Plugin, PluginDependencies, PluginMeta } from './plugin.js';
export type {
  ChannelHandlers,
  PluginApi,
  ProviderHandlers,
  ServerHandlers,
} from './plugin-api.js';
export type { GlobalConfig, PluginContext, PluginTimer } from './plugin-context.js';
export type { JsonValue, StateFunctions, StateSource } from './plugin-state.js';
