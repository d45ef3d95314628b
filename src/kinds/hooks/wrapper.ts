import { AisopodError } from '../../base/errors/index.js';
import { isThenable } from '../../base/time/index.js';
import type { DirectCall } from '../../instance/index.js';
import type { Run } from './compile.js';
import { withDeadline } from './deadline.js';
import { type Decision, readDecision } from './decision.js';
import { type PayloadProblem, readPayload } from './firing.js';
import type { FailureReason, Health } from './health.js';
import { failsClosed, HOOK_POINTS } from './hook-points.js';
import type { HookNamed, HookPayload, HookResult } from './hook-spelling.js';
import type { HookName } from './hook-types.js';
import type { Nesting } from './nesting.js';

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
  /** Milliseconds it may take, with all that it stands around, or Infinity. */
  readonly limitMs: number;
  /** It answers later; true once it was seen to. */
  later: boolean;
  readonly health: Health;
}

/** What a wrapper needs of the hook that it stands around. */
export interface WrappedHook {
  readonly nesting: Nesting;
  readonly problem: PayloadProblem | undefined;
}

/**
 * Puts a wrapper around a hook. One that fails, is late, or returns what can be no result, is left out:
 * the result is that of `next`. Where failing means blocking, it blocks. What it fires itself is nested.
 */
export function wrapRun(wrapper: Wrapper, inner: Run, wrapped: WrappedHook): Run {
  const { hook, plugin, health } = wrapper;
  return (payload, call) => {
    if (!health.off) return new WrappedFiring(wrapper, inner, wrapped, payload, call).run();
    return failsClosed(hook) ? block(plugin, `${plugin} was switched off`) : inner(payload, call);
  };
}

/** One firing of a hook on its way through one wrapper. */
class WrappedFiring {
  readonly #level: number;
  #passed: { readonly result: unknown } | null = null;
  #misuse: AisopodError | null = null;

  /** @throws AisopodError HOOK_DEPTH */
  constructor(
    private readonly wrapper: Wrapper,
    private readonly inner: Run,
    private readonly wrapped: WrappedHook,
    private readonly payload: unknown,
    private readonly call: DirectCall,
  ) {
    this.#level = wrapped.nesting.enter(wrapper.hook, call.context);
  }

  run(): unknown {
    const { wrapper, wrapped, payload, call } = this;
    const { nesting } = wrapped;
    const ask = () => wrapper.fn(payload, this.#next, call);
    let value: unknown;
    try {
      value = wrapper.later ? nesting.runLater(this.#level, ask) : nesting.run(ask);
    } catch (error) {
      return this.#failed(error, 'failed');
    }
    if (!isThenable(value)) return this.#took(value);
    wrapper.later = true;
    return this.#later(value);
  }

  async #later(value: PromiseLike<unknown>): Promise<unknown> {
    let settled: unknown;
    try {
      settled = await withDeadline(value, this.wrapper.limitMs, this.call.signal, null);
    } catch (error) {
      return this.#failed(error, isLate(error) ? 'late' : 'failed');
    }
    return this.#took(settled);
  }

  readonly #next = (given: unknown = this.payload): unknown => {
    if (this.#passed !== null) throw this.#again();
    const { wrapped, call } = this;
    const result = wrapped.nesting.runAt(this.#level, call.context, () => this.inner(given, call));
    // It may never be looked at, and must not end the process then.
    if (isThenable(result)) result.then(undefined, () => {});
    this.#passed = { result };
    return result;
  };

  #again(): AisopodError {
    const { hook, plugin } = this.wrapper;
    this.#misuse = new AisopodError(
      'NEXT_MISUSED',
      `next() was called again by a wrapper of ${hook}. It is called at most once a firing.`,
      { details: { hook, plugin, fault: 'again' } },
    );
    return this.#misuse;
  }

  #took(value: unknown): unknown {
    if (this.#misuse !== null) return this.#failed(this.#misuse, 'failed');
    const { hook, plugin, health } = this.wrapper;
    let result: unknown;
    try {
      result = readResult(hook, plugin, value, this.wrapped.problem);
    } catch (error) {
      return this.#failed(error, 'broken');
    }
    health.good();
    return result;
  }

  #failed(error: unknown, reason: FailureReason): unknown {
    const { payload, call, wrapper } = this;
    if (call.signal?.aborted) throw error;
    const what = wrapper.health.bad(reason, error);
    if (failsClosed(wrapper.hook)) return block(wrapper.plugin, what);
    return this.#passed === null ? this.inner(payload, call) : this.#passed.result;
  }
}

function isLate(error: unknown): boolean {
  return AisopodError.is(error) && error.code === 'CALL_DEADLINE';
}

function block(plugin: string, why: string): Decision {
  return { action: 'block', reason: `${why}. The host therefore does not allow it.`, plugin };
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
