import { AisopodError } from '../base/errors/index.js';
import type { Generation } from './generation.js';
import type { HasContext } from './issued-context.js';
import type { CallContext } from './plugin-instance.js';
import type { RequestInfo } from './request-handler.js';

/** How many calls may be made on behalf of one another. */
export const CALL_DEPTH_LIMIT = 16;

// These travel with the context: copies that the host or the embedder makes keep them, JSON leaves them
// out. A plugin can only pass on what it was given (issued-context.ts).
const DEPTH = Symbol('aisopod.call.depth');
const ANCESTORS = Symbol('aisopod.call.ancestors');
const MAKERS = Symbol('aisopod.call.makers');

// These travel with what a request handler receives.
const PARENT = Symbol('aisopod.request.parent');
const MAKER = Symbol('aisopod.request.maker');

/** What makes a call: a run of a plugin, or a plugin of which the run is not known. */
export type Maker = Pick<Generation, 'plugin'>;

interface Deep extends CallContext {
  readonly [DEPTH]?: number;
  readonly [ANCESTORS]?: readonly number[];
  readonly [MAKERS]?: readonly Maker[];
}

interface OfCall extends RequestInfo {
  readonly [PARENT]?: number | undefined;
  readonly [MAKER]?: Maker;
}

const NONE: readonly number[] = [];
const NO_MAKERS: readonly Maker[] = [];

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
  return makersOf(context).some((maker) => maker.plugin === plugin);
}

/** Whether that run of a plugin waits for the call with this context, as isMadeBy(). */
export function isMadeByRun(context: CallContext | undefined, run: Generation): boolean {
  return makersOf(context).includes(run);
}

/** The ids of the plugins that wait for the call with this context. */
export function callersOf(context: CallContext | undefined): readonly string[] {
  return makersOf(context).map(({ plugin }) => plugin);
}

function makersOf(context: CallContext | undefined): readonly Maker[] {
  return (context as Deep | undefined)?.[MAKERS] ?? NO_MAKERS;
}

/** Notes which run of a native plugin has sent a request. @param call token of the call that it is for; 0: none */
export function requestOf(info: RequestInfo, maker: Maker, call: number): RequestInfo {
  return { ...info, [MAKER]: maker, [PARENT]: call === 0 ? undefined : call } as OfCall;
}

/** What has sent a request. */
export function makerOf(info: RequestInfo): Maker {
  return (info as OfCall)[MAKER] ?? info;
}

/**
 * The context of a call that is made on behalf of the call with `context`.
 * @param what is to be called, for messages
 * @param by what makes it; null: the embedder does
 * @param info what came with the request, where a plugin has requested the call
 * @throws AisopodError CALL_TOO_DEEP beyond CALL_DEPTH_LIMIT
 */
export function withinCall(
  context: CallContext | undefined,
  what: string,
  by: Maker | null = null,
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
  const before = makersOf(context);
  const makers = by === null || before.includes(by) ? before : [...before, by];
  const within = { ...context, [DEPTH]: depth, [MAKERS]: makers };
  if (parent === undefined) return within as Deep;
  return { ...within, [ANCESTORS]: [...ancestorsOf(context), parent] } as Deep;
}

/**
 * The options of a call that a plugin makes: it counts as a part of the call whose context is passed on.
 * @param by that plugin
 * @throws AisopodError CALL_TOO_DEEP
 */
export function asPartOf<T extends HasContext>(name: string, by: Maker, options: T | undefined) {
  return { ...options, context: withinCall(options?.context, String(name), by) };
}
