import { AisopodError } from '../errors/index.js';
import type { CallContext } from './plugin-instance.js';

/** How many calls may be made on behalf of one another. */
export const CALL_DEPTH_LIMIT = 16;

// Travels with the context: copies of it keep it, JSON leaves it out, and no plugin can make one.
const DEPTH = Symbol('aisopod.call.depth');

interface Deep extends CallContext {
  readonly [DEPTH]?: number;
}

/** Whether the call with this context is made on behalf of another one, which may wait for it. */
export function isWithinCall(context: CallContext | undefined): boolean {
  return context !== undefined && DEPTH in context;
}

/**
 * The context of a call that is made on behalf of the call with `context`.
 * @param what is to be called, for messages
 * @throws AisopodError CALL_TOO_DEEP beyond CALL_DEPTH_LIMIT
 */
export function withinCall(context: CallContext | undefined, what: string): CallContext {
  const depth = ((context as Deep | undefined)?.[DEPTH] ?? 0) + 1;
  if (depth > CALL_DEPTH_LIMIT) {
    throw new AisopodError(
      'CALL_TOO_DEEP',
      `${what} is called from within ${CALL_DEPTH_LIMIT} calls that wait for one another. ` +
        'A plugin probably calls itself, directly or by way of others.',
      { details: { called: what, limit: CALL_DEPTH_LIMIT } },
    );
  }
  return { ...context, [DEPTH]: depth } as Deep;
}
