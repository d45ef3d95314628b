import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import type { RequestHandler } from '../../instance/index.js';
import type { MiddlewareService } from './middleware-service.js';

/** What plugins may ask of the middleware: `middleware.next`, with {value}. */
export function middlewareRequests(middleware: MiddlewareService): Record<string, RequestHandler> {
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
