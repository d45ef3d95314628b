export type { Chain } from './chains.js';
export { middlewareDefinition } from './definition.js';
export type { ChainRules } from './invocation.js';
export type { MiddlewareCall, MiddlewareFn, Next } from './link.js';
export {
  type ChainCall,
  type Chains,
  type Last,
  Middleware,
  type MiddlewareHost,
  type MiddlewareInfo,
  type MiddlewareOptions,
} from './middleware.js';
export { middlewareRequests } from './middleware-requests.js';
export type { RegistersMiddleware } from './registers-middleware.js';
