import { AisopodError } from '../base/errors/index.js';
import type { HasContext } from './issued-context.js';
import type { CallContext } from './plugin-instance.js';
import type { RequestInfo } from './request-handler.js';

/** How many calls may be made on behalf of one another. */
export const CALL_DEPTH_LIMIT = 16;

// These travel with the context: copies that the host or the embedder makes keep them, JSON leaves them
// out. A plugin can only pass on what it was given (issued-context.ts).
const DEPTH = Symbol('aisopod.call.depth');
const ANCESTORS = Symbol('aisopod.call.ancestors');
const CALLERS = Symbol('aisopod.call.callers');

// This one travels with what a request handler receives.
const PARENT = Symbol('aisopod.request.parent');

interface Deep extends CallContext {
  readonly [DEPTH]?: number;
  readonly [ANCESTORS]?: readonly number[];
  readonly [CALLERS]?: readonly string[];
}

interface OfCall extends RequestInfo {
  readonly [PARENT]?: number;
}

const NONE: readonly number[] = [];
const NO_CALLERS: readonly string[] = [];

/** Whether the call with this context is made on behalf of another one, which may wait for it. */
export function isWithinCall(context: CallContext | undefined): boolean {
  return context !== undefined && DEPTH in context;
}

/** The tokens of the calls of native plugins on whose behalf a call is made, the outermost first. */
export function ancestorsOf(context: CallContext | undefined): readonly number[] {
  return (context as Deep | undefined)?.[ANCESTORS] ?? NONE;
}

/** Whether a plugin waits for the call with this context, itself or through calls in between. */
export function isMadeBy(context: CallContext | undefined, plugin: string): boolean {
  return callersOf(context).includes(plugin);
}

/** The ids of the plugins that wait for the call with this context. */
export function callersOf(context: CallContext | undefined): readonly string[] {
  return (context as Deep | undefined)?.[CALLERS] ?? NO_CALLERS;
}

/** Notes on behalf of which call a native plugin has sent a request. @param call its token */
export function ofCall(info: RequestInfo, call: number): RequestInfo {
  return call === 0 ? info : ({ ...info, [PARENT]: call } as OfCall);
}

/**
 * The context of a call that is made on behalf of the call with `context`.
 * @param what is to be called, for messages
 * @param by id of the plugin that makes it; null: the embedder does
 * @param info what came with the request, where a plugin has requested the call
 * @throws AisopodError CALL_TOO_DEEP beyond CALL_DEPTH_LIMIT
 */
export function withinCall(
  context: CallContext | undefined,
  what: string,
  by: string | null = null,
  info?: RequestInfo,
): CallContext {
  const depth = ((context as Deep | undefined)?.[DEPTH] ?? 0) + 1;
  if (depth > CALL_DEPTH_LIMIT) {
    throw new AisopodError(
      'CALL_TOO_DEEP',
      `${what} is called from within ${CALL_DEPTH_LIMIT} calls that wait for one another. ` +
        'A plugin probably calls itself, directly or by way of others.',
      { details: { called: what, limit: CALL_DEPTH_LIMIT } },
    );
  }
  const parent = (info as OfCall | undefined)?.[PARENT];
  const before = callersOf(context);
  const callers = by === null || before.includes(by) ? before : [...before, by];
  const within = { ...context, [DEPTH]: depth, [CALLERS]: callers };
  if (parent === undefined) return within as Deep;
  return { ...within, [ANCESTORS]: [...ancestorsOf(context), parent] } as Deep;
}

/**
 * The options of a call that a plugin makes: it counts as a part of the call whose context is passed on.
 * @param by id of that plugin
 * @throws AisopodError CALL_TOO_DEEP
 */
export function asPartOf<T extends HasContext>(name: string, by: string, options: T | undefined) {
  return { ...options, context: withinCall(options?.context, String(name), by) };
}
