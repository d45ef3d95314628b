export { AisopodError, ERROR_CODES, type ErrorCode, type ErrorData } from './base/errors/index.js';
export type { Logger, PluginLogger } from './base/logging/index.js';
export { HOST_VERSION } from './base/version.js';
export type {
  ConfigChange,
  ConfigEdit,
  ConfigEntry,
  ConfigOrigin,
  ConfigOverrides,
} from './config/index.js';
export {
  type CapabilityInfo,
  type HostEventMap,
  HostEvents,
  type HostOptions,
  PluginHost,
  type PluginInfo,
  Plugins,
} from './host/index.js';
export type { CallContext, RequestHandler, RequestInfo, ShutdownReason } from './instance/index.js';
export {
  type CommandInfo,
  type CommandParams,
  type CommandResult,
  type CommandRunOptions,
  Commands,
  RESERVED_NAMES,
} from './kinds/commands/index.js';
export {
  type CompiledHook,
  type CompiledHooks,
  type Decision,
  HOOK_NAMES,
  HOOKS,
  type Hook,
  type HookCall,
  type HookFn,
  type HookInvokeOptions,
  type HookListener,
  type HookMonitor,
  type HookName,
  type HookOptions,
  Hooks,
  type HookWrapper,
  type PluginHooks,
} from './kinds/hooks/index.js';
export type {
  MessageCall,
  Messaging,
  OnMessage,
  PluginMessaging,
  SendOptions,
} from './kinds/messages/index.js';
export type {
  Middleware,
  MiddlewareCall,
  MiddlewareFn,
  MiddlewareInfo,
  MiddlewareOptions,
  Next,
} from './kinds/middleware/index.js';
export {
  type ToolCallOptions,
  type ToolCallStream,
  type ToolDefinition,
  type ToolHandlers,
  type ToolInfo,
  type ToolResult,
  type ToolStreamOptions,
  Tools,
} from './kinds/tools/index.js';
export type { PluginCall, PluginHandler, PluginShutdown } from './loaders/embedded/index.js';
export type { PluginManifest } from './packages/manifest/index.js';
export type {
  ChannelHandlers,
  ContextHooks,
  JsonValue,
  Plugin,
  PluginApi,
  PluginCommands,
  PluginContext,
  PluginDependencies,
  PluginMeta,
  PluginMiddleware,
  PluginTimer,
  PluginTools,
  ProviderHandlers,
  ServerHandlers,
  StateSource,
} from './plugin-api/index.js';
export type { Registry as PluginRegistry } from './registry/index.js';
export { type Credentials, ROLES } from './security/auth/index.js';
export type {
  BusEvent,
  EventBus,
  EventContext,
  PluginEventBus,
  PublishOptions,
  SubscribeOptions,
  Subscriber,
} from './services/events/index.js';
export type {
  Operation,
  Page,
  PageOptions,
  PluginStorage,
  SharedStorage,
  Storage,
  StorageOptions,
} from './services/storage/index.js';
