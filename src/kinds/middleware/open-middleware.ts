import type { PluginScope } from '../../instance/index.js';
import type { KindHost, KindPart } from '../../registry/index.js';
import type { Chain } from './link.js';
import { middlewareRequests } from './middleware-requests.js';
import { MiddlewareService } from './middleware-service.js';
import type { PluginMiddleware } from './plugin-middleware.js';

/** Serves middleware in a host. */
export function openMiddleware({
  dispatcher,
}: KindHost): KindPart<MiddlewareService, PluginMiddleware> {
  const service = new MiddlewareService({ dispatcher });
  return {
    service,
    requests: middlewareRequests(service),
    forPlugin: (scope) => middlewareFor(scope, service),
  };
}

function middlewareFor(
  { generation, hold }: PluginScope,
  all: MiddlewareService,
): PluginMiddleware {
  const middleware = all.of(generation);
  return Object.freeze({
    use: (chain, fn, options) => hold(() => middleware.use(chain as Chain, fn, options)),
  } satisfies PluginMiddleware);
}
