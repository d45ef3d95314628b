import { isThenable } from '../../base/time/index.js';
import type { DirectCall } from '../../instance/index.js';
import type { Run } from './compile.js';
import { type Decision, readDecision } from './decision.js';
import { type PayloadProblem, readPayload } from './firing.js';
import type { Health } from './health.js';
import { failsClosed, HOOK_POINTS } from './hook-points.js';
import type { HookNamed, HookPayload, HookResult } from './hook-spelling.js';
import type { HookName } from './hook-types.js';

/**
 * Stands around a whole hook. `next` goes on with the callbacks, with another payload if one is
 * given; what it returns is their result, or the promise of it when one of them answers later. What
 * the wrapper returns is the result of the hook.
 */
export type HookWrapper<S extends string = string> = string extends S
  ? // biome-ignore lint/suspicious/noExplicitAny: the hook is known at run time only
    (payload: any, next: (payload?: any) => any, call: DirectCall) => unknown
  : [HookNamed<S>] extends [never]
    ? never
    : (
        payload: HookPayload<S>,
        next: (payload?: HookPayload<S>) => HookResult<S> | Promise<HookResult<S>>,
        call: DirectCall,
      ) => HookResult<S> | Promise<HookResult<S>>;

export interface Wrapper {
  readonly hook: HookName;
  readonly plugin: string;
  readonly fn: HookWrapper;
  readonly health: Health;
}

/**
 * Puts a wrapper around a hook. One that fails, or returns what can be no result, is left out: the
 * result is that of `next`. Where failing means blocking, it blocks.
 */
export function wrapRun(
  { hook, plugin, fn, health }: Wrapper,
  inner: Run,
  problem: PayloadProblem | undefined,
): Run {
  return (payload, call) => {
    let passed: { readonly result: unknown } | null = null;
    const next = (given: unknown = payload) => {
      const result = inner(given, call);
      // It may never be looked at, and must not end the process then.
      if (isThenable(result)) result.then(undefined, () => {});
      passed = { result };
      return result;
    };
    const failed = (error: unknown, reason: 'failed' | 'broken') => {
      if (call.signal?.aborted) throw error;
      const what = health.bad(reason, error);
      if (failsClosed(hook)) return block(plugin, what);
      return passed === null ? inner(payload, call) : passed.result;
    };
    const took = (value: unknown) => {
      let result: unknown;
      try {
        result = readResult(hook, plugin, value, problem);
      } catch (error) {
        return failed(error, 'broken');
      }
      health.good();
      return result;
    };
    if (health.off) {
      return failsClosed(hook) ? block(plugin, `${plugin} was switched off`) : inner(payload, call);
    }
    let value: unknown;
    try {
      value = fn(payload, next, call);
    } catch (error) {
      return failed(error, 'failed');
    }
    if (!isThenable(value)) return took(value);
    return value.then(took, (error: unknown) => failed(error, 'failed'));
  };
}

function block(plugin: string, why: string): Decision {
  return { action: 'block', reason: `${why}. So it is not allowed.`, plugin };
}

/** @throws Error when it can be no result of the hook */
function readResult(
  hook: HookName,
  plugin: string,
  value: unknown,
  problem: PayloadProblem | undefined,
): unknown {
  switch (HOOK_POINTS[hook].mode) {
    case 'observe':
      return undefined;
    case 'transform':
      return readPayload(value, problem);
    case 'collect':
      if (Array.isArray(value)) return value;
      throw new Error('the result must be a list of {plugin, value}');
    case 'decide': {
      if (value === undefined || value === null) return null;
      const by = (value as { plugin?: unknown }).plugin;
      return readDecision(hook, typeof by === 'string' ? by : plugin, value);
    }
  }
}
