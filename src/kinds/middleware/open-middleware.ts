import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import type { PluginScope, RequestHandler } from '../../instance/index.js';
import type { KindHost, KindPart } from '../../registry/index.js';
import type { Chain } from './link.js';
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

/** What plugins may ask of the middleware: `middleware.next`, with {value}. */
function middlewareRequests(middleware: MiddlewareService): Record<string, RequestHandler> {
  return {
    'middleware.next': (params, { context }) => middleware.next(context, valueIn(params)),
  };
}

/** undefined: the value that came. */
function valueIn(params: unknown): unknown {
  if (params === null) return undefined;
  if (isObject(params)) return params.value;
  throw new AisopodError(
    'INVALID',
    'The parameters of middleware.next are {"value": ...}, or nothing to go on with what came.',
  );
}
