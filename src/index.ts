export type { Capability, Kind } from './abi/index.js';
export { AisopodError, ERROR_CODES, type ErrorCode, type ErrorData } from './base/errors/index.js';
export type { JsonObject } from './base/json/index.js';
export type { Logger, PluginLogger } from './base/logging/index.js';
export type { JsonSchema } from './base/schema/index.js';
export type { Problem } from './base/toml/index.js';
export { HOST_VERSION } from './base/version.js';
export type {
  Config,
  ConfigChange,
  ConfigEdit,
  ConfigEntry,
  ConfigOrigin,
  ConfigOverrides,
  LayerName as ConfigSource,
  LimitOptions,
  Limits,
} from './config/index.js';
export type { Home } from './home/paths/index.js';
export {
  type CapabilityInfo,
  type CascadeOptions,
  type DisabledBy,
  type HostEventMap,
  type HostEvents,
  type HostListener,
  type HostOptions,
  type LifecycleChange,
  type Phase,
  PluginHost,
  type PluginInfo,
  type Plugins,
} from './host/index.js';
export type {
  CallContext,
  DirectCall,
  InstanceTimings,
  LibraryFacts,
  OnChunk,
  OnProgress,
  RequestHandler,
  RequestInfo,
  ShutdownReason,
  ToolFailure,
  ToolResult,
  ToolResultMetadata,
  ToolSuccess,
} from './instance/index.js';
export {
  type CommandArgument,
  type CommandExample,
  type CommandInfo,
  type CommandParams,
  type CommandResult,
  type CommandRunOptions,
  type CommandStream,
  type Commands,
  type OnOutput,
  RESERVED_NAMES,
} from './kinds/commands/index.js';
export {
  type Collected,
  type CollectHook,
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
  type HookMode,
  type HookMonitor,
  type HookName,
  type HookOptions,
  type HookResult,
  type Hooks,
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
  Chain,
  Middleware,
  MiddlewareCall,
  MiddlewareFn,
  MiddlewareInfo,
  MiddlewareOptions,
  Next,
} from './kinds/middleware/index.js';
export type {
  ToolCallOptions,
  ToolCallStream,
  ToolDefinition,
  ToolHandlers,
  ToolHints,
  ToolInfo,
  ToolStreamOptions,
  Tools,
} from './kinds/tools/index.js';
export type { PluginCall, PluginHandler, PluginShutdown } from './loaders/embedded/index.js';
export type { Origin as SearchPathOrigin, SearchPath } from './packages/discovery/index.js';
export type {
  AbiVersion,
  ConfigSchema,
  Dependency,
  Entry as PluginEntry,
  IsolationLevel,
  LoaderName,
  Permissions,
  PlatformName,
  PluginManifest,
} from './packages/manifest/index.js';
export type {
  ChannelHandlers,
  ContextHooks,
  GlobalConfig,
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
export type {
  PluginRegistry,
  PluginRegistrySnapshot,
  RegisteredPlugin,
  Registration,
  RegistryWarning,
  Trust,
} from './registry/index.js';
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
