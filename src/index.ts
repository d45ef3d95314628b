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
  HostEventEmitter,
  type HostEventMap,
  type HostOptions,
  PluginHost,
  type PluginInfo,
  PluginsService,
} from './host/index.js';
export type { CallContext, RequestHandler, RequestInfo, ShutdownReason } from './instance/index.js';
export {
  type CommandInfo,
  type CommandParams,
  type CommandResult,
  type CommandRunOptions,
  CommandsService,
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
  HooksService,
  type HookWrapper,
  type PluginHooks,
} from './kinds/hooks/index.js';
export type {
  MessageCall,
  MessagingService,
  OnMessage,
  PluginMessaging,
  SendOptions,
} from './kinds/messages/index.js';
export type {
  MiddlewareCall,
  MiddlewareFn,
  MiddlewareInfo,
  MiddlewareOptions,
  MiddlewareService,
  Next,
} from './kinds/middleware/index.js';
export {
  type ChunkStream,
  type ToolCallOptions,
  type ToolDefinition,
  type ToolHandlers,
  type ToolInfo,
  type ToolResult,
  type ToolStreamOptions,
  ToolsService,
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
  EventBusService,
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
  PluginStore,
  SharedStorage,
  StorageOptions,
  StorageService,
} from './services/storage/index.js';
