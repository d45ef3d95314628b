export type { BuilderLimits } from './builder.js';
export { manifestOf, type StatedManifest } from './manifest-of.js';
export { type Moments, momentsOf } from './moments.js';
export type { Plugin, PluginDependencies, PluginMeta } from './plugin.js';
export type {
  ChannelHandlers,
  PluginApi,
  ProviderHandlers,
  ServerHandlers,
  ToolDefinition,
} from './plugin-api.js';
export type { GlobalConfig, PluginContext, PluginLogger } from './plugin-context.js';
export { runRegister } from './run-register.js';
