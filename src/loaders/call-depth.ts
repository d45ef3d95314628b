import { AisopodError } from '../errors/index.js';
import type { CallContext } from './plugin-instance.js';

/** How many calls may be made on behalf of one another. */
export const CALL_DEPTH_LIMIT = 16;

// A context object is handed to one call, so it stands for that call when a plugin asks something
// on its behalf; how deep the call is says nothing to plugins and is kept beside it.
const depths = new WeakMap<CallContext, number>();

/** 0 for a call that nobody's call has made. */
function depthOf(context: CallContext | undefined): number {
  return context === undefined ? 0 : (depths.get(context) ?? 0);
}

/** A context with the same content for another call of the same depth. */
export function besideCall(context: CallContext | undefined): CallContext {
  const copy = { ...context };
  depths.set(copy, depthOf(context));
  return copy;
}

/**
 * The context of a call that is made on behalf of the call with `context`.
 * @param what is to be called, for messages
 * @throws AisopodError CALL_TOO_DEEP beyond CALL_DEPTH_LIMIT
 */
export function withinCall(context: CallContext | undefined, what: string): CallContext {
  const depth = depthOf(context) + 1;
  if (depth > CALL_DEPTH_LIMIT) {
    throw new AisopodError(
      'CALL_TOO_DEEP',
      `${what} is called from within ${CALL_DEPTH_LIMIT} calls that wait for one another. ` +
        'A plugin probably calls itself, directly or by way of others.',
      { details: { called: what, limit: CALL_DEPTH_LIMIT } },
    );
  }
  const copy = { ...context };
  depths.set(copy, depth);
  return copy;
}
