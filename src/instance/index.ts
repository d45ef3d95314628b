export { CallBounds, MORE_TIME } from './call-bounds.js';
export {
  ancestorsOf,
  asPartOf,
  CALL_DEPTH_LIMIT,
  callersOf,
  isMadeByRun,
  isWithinCall,
  type Maker,
  makerOf,
  requestOf,
  withinCall,
} from './call-depth.js';
export type { CallRoute } from './call-route.js';
export { type Gate, Generation, type Lease, type Want } from './generation.js';
export {
  type AcceptContext,
  type ContextCheck,
  contextCheck,
  type HasContext,
  isIssued,
  issue,
  issuedCall,
} from './issued-context.js';
export { LifecycleOrder } from './lifecycle-order.js';
export type {
  CopiesHeld,
  InstanceEvents,
  LibraryFacts,
  LoadedPlugin,
  Loader,
  LoadRequest,
} from './loader.js';
export { lostCall } from './lost-call.js';
export { type CallPort, PendingCall } from './pending-call.js';
export type {
  Answer,
  BoundInvoke,
  CallContext,
  DirectCall,
  DirectHandler,
  InstanceTimings,
  InvokeOptions,
  OnChunk,
  OnProgress,
  PluginInstance,
  SavedState,
  ShutdownReason,
} from './plugin-instance.js';
export type { PluginScope } from './plugin-scope.js';
export type { RequestHandler, RequestHandlers, RequestInfo } from './request-handler.js';
export type { ToolFailure, ToolResult, ToolResultMetadata, ToolSuccess } from './tool-result.js';
export { UnreadChunks } from './unread-chunks.js';
export { withoutSecrets } from './without-secrets.js';
