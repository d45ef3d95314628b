export {
  type BuiltinCode,
  builtinLoader,
  isThenable,
  type PluginCall,
  type PluginHandler,
  type PluginShutdown,
  type Registered,
  type RegisteredHandler,
} from './builtin/index.js';
export { CallBounds } from './call-bounds.js';
export { CALL_DEPTH_LIMIT, withinCall } from './call-depth.js';
export type { CallRoute } from './call-route.js';
export type {
  InstanceEvents,
  LibraryFacts,
  LoadedPlugin,
  Loader,
  LoadRequest,
} from './loader.js';
export { type Cleaning, cleanImages } from './native/clean-images.js';
export { closeOnExec } from './native/close-on-exec.js';
export { KnownLibraries } from './native/known-libraries.js';
export { withLoader } from './native/with-loader.js';
export type {
  Answer,
  BoundInvoke,
  CallContext,
  DirectCall,
  DirectHandler,
  InstanceTimings,
  InvokeOptions,
  PluginInstance,
  ShutdownReason,
} from './plugin-instance.js';
export type { RequestHandler, RequestHandlers, RequestInfo } from './requests.js';
