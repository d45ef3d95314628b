import type { MiddlewareFn } from './link.js';

/** What register() of a plugin in TypeScript calls for middleware. */
export interface RegistersMiddleware {
  /** @param spec `chain` ("tool" or "message"), `order` */
  registerMiddleware(name: string, spec: object, handler: MiddlewareFn): void;
}
