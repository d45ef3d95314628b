export type { CompiledHook, CompiledHooks, PayloadProblems } from './compiled-hooks.js';
export type { ContextHooks } from './context-hooks.js';
export type { Decision, DecisionOf, ErrorDecision, ToolDecision } from './decision.js';
export { hookDefinition } from './definition.js';
export type { Collected } from './firing.js';
export { ALL_HOOK_NAMES, findHook } from './hook-names.js';
export type {
  AgentAnswer,
  AgentRun,
  ChatMessage,
  ClientConnect,
  ClientDisconnect,
  ContextParts,
  ContextQuery,
  DaemonServers,
  GatewayShutdown,
  GatewayStart,
  GivenToolResult,
  IncomingMessage,
  LoadedConfig,
  MessageAttachment,
  ModelRequest,
  ModelResponse,
  ModelUsage,
  OutgoingMessage,
  ReasoningStep,
  SessionEnd,
  SessionStart,
  SystemPrompt,
  ToolDescriptionChange,
  ToolError,
  ToolExecution,
  ToolRegistryState,
} from './hook-payloads.js';
export {
  HOOK_NAMES,
  HOOKS,
  type Hook,
  START_HOOKS,
} from './hook-points.js';
export type {
  AnyHookName,
  ChainPayload,
  HookAliases,
  HookNamed,
  HookPayload,
  HookReply,
  HookResult,
  HookSpellings,
  SnakeCase,
  WithUnderscores,
} from './hook-spelling.js';
export type {
  CollectHook,
  DecideHook,
  HookMode,
  HookName,
  HookOfMode,
  HookTypes,
  ObserveHook,
  TransformHook,
} from './hook-types.js';
export type { HookInvokeOptions, HookOptions, Hooks, PluginHooks } from './hooks.js';
export { type HooksHost, HooksService } from './hooks-service.js';
export type { HookListener } from './listener.js';
export type { HookCall, HookMonitor } from './monitor.js';
export { openHooks } from './open-hooks.js';
export type { RegistersHooks } from './registers-hooks.js';
export type { HookAnswer, HookFn } from './tap.js';
export type { HookWrapper } from './wrapper.js';
