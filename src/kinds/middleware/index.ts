export { middlewareDefinition } from './definition.js';
export type { ChainRules } from './invocation.js';
export type { Chain, MiddlewareCall, MiddlewareFn, Next } from './link.js';
export type { Middleware, MiddlewareInfo, MiddlewareOptions } from './middleware.js';
export {
  type ChainCall,
  type Chains,
  type Last,
  type MiddlewareHost,
  MiddlewareService,
} from './middleware-service.js';
export { openMiddleware } from './open-middleware.js';
export type { PluginMiddleware } from './plugin-middleware.js';
export type { RegistersMiddleware } from './registers-middleware.js';
