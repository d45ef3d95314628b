export type {
  InstanceEvents,
  LibraryFacts,
  LoadedPlugin,
  Loader,
  LoadRequest,
} from './loader.js';
export { type Cleaning, cleanImages } from './native/clean-images.js';
export type {
  Answer,
  CallContext,
  InstanceTimings,
  InvokeOptions,
  PluginInstance,
} from './plugin-instance.js';
export type { RequestHandler, RequestHandlers, RequestInfo } from './requests.js';
