export type { Chain } from './chains.js';
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
export { type MiddlewareSpec, parseMiddlewareSpec } from './middleware-spec.js';
