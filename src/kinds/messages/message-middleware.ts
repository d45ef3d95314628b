import { freezeDeep, isObject } from '../../base/json/index.js';
import type { ChainCall, Last, MiddlewareService } from '../middleware/index.js';

/** A message on its way: what middleware of the chain "message" stands around. */
export interface Message {
  readonly from: string;
  readonly to: string;
  /** What JSON can say. */
  readonly message: unknown;
}

/**
 * Lets a message go through the middleware to what delivers it. A middleware may change what is said,
 * and the answer, but neither who says it nor to whom.
 * @throws AisopodError MIDDLEWARE_FAILED, NEXT_MISUSED, CALL_CANCELLED, CALL_DEADLINE
 */
export function runMessageMiddleware(
  middleware: Pick<MiddlewareService, 'run'>,
  sent: Message,
  call: ChainCall,
  deliver: (message: unknown, signal: AbortSignal | undefined) => Promise<unknown>,
): Promise<unknown> {
  const last: Last = (value, signal) => deliver((value as Message).message, signal);
  return middleware.run('message', freezeDeep(sent), call, last, {
    value: (value) => problemOf(value, sent),
  });
}

function problemOf(value: unknown, { from, to }: Message): string | null {
  if (!isObject(value) || value.message === undefined) {
    return 'is not a message: {"from": ..., "to": ..., "message": ...}';
  }
  return value.from === from && value.to === to ? null : 'has another "from" or "to"';
}
