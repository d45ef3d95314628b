import type { CallContext } from '../../instance/index.js';
import type { CompiledHooks } from './compiled-hooks.js';
import type { Collected } from './firing.js';
import type { AnyHookName, ChainPayload, HookPayload, HookResult } from './hook-spelling.js';
import type { HookOfMode } from './hook-types.js';
import type { HookListener } from './listener.js';
import type { HookMonitor } from './monitor.js';
import type { HookFn } from './tap.js';
import type { HookWrapper } from './wrapper.js';

/** Options of Hooks.register(). */
export interface HookOptions {
  /** An integer; lower comes earlier, default 100. */
  readonly priority?: number | undefined;
  /** Ids of plugins whose callbacks come later than this one. */
  readonly before?: string | readonly string[] | undefined;
  /** Ids of plugins whose callbacks come earlier than this one. */
  readonly after?: string | readonly string[] | undefined;
  /** Under which id it is listed and ordered; default: `embedder`. */
  readonly plugin?: string | undefined;
}

/** Options of Hooks.invoke(). */
export interface HookInvokeOptions {
  /** On whose behalf it is fired. */
  readonly context?: CallContext | undefined;
  /** Aborting ends the firing, which then rejects with CALL_CANCELLED. */
  readonly signal?: AbortSignal | undefined;
}

/** The hooks for one plugin. */
export interface PluginHooks extends Pick<Hooks, 'invoke' | 'invokeChain'> {
  /** Its own callbacks. */
  list(): readonly HookListener[];
}

/** The hooks of a host: `host.hooks`. */
export interface Hooks {
  /**
   * For who fires hooks often: one property for each hook, null when nobody listens, else a function
   * of the payload and the call. It returns the result, or the promise of it when a callback
   * answers later. A callback that fails makes it throw nothing; it throws (or rejects with)
   * AisopodError HOOK_DEPTH and CALL_CANCELLED.
   */
  readonly current: CompiledHooks;

  /**
   * Listens to a hook. What is being fired at the moment is not changed.
   * @param name of the hook, or an alias
   * @returns takes it back
   * @throws AisopodError HOOK_UNKNOWN, USAGE, HOOK_CYCLE
   */
  register<S extends AnyHookName>(name: S, fn: HookFn<S>, options?: HookOptions): () => void;

  /**
   * Stands around a hook; the first that wraps is the outermost.
   * @param name of the hook, or an alias
   * @returns takes it back
   * @throws AisopodError HOOK_UNKNOWN, USAGE
   */
  wrap<S extends AnyHookName>(name: S, fn: HookWrapper<S>): () => void;

  /**
   * Sees every call of a callback: whose, how long, and how it came out.
   * @returns takes it back
   */
  monitor(fn: HookMonitor): () => void;

  /**
   * Fires a hook.
   * @param name of the hook, or an alias
   * @returns by its mode: undefined; a list of `{plugin, value}`; the last payload; a decision or null
   * @throws AisopodError (as rejection) HOOK_UNKNOWN, HOOK_DEPTH, CALL_CANCELLED
   */
  invoke<S extends AnyHookName>(
    name: S,
    payload: HookPayload<S>,
    options?: HookInvokeOptions,
  ): Promise<HookResult<S>>;

  /**
   * Fires a hook of mode transform.
   * @param data the payload, which each callback may replace
   * @returns what the last one made of it
   * @throws AisopodError (as rejection) HOOK_UNKNOWN, HOOK_DEPTH, CALL_CANCELLED; USAGE for another
   *   mode
   */
  invokeChain<S extends AnyHookName>(
    name: S,
    data: ChainPayload<S>,
    options?: HookInvokeOptions,
  ): Promise<HookResult<S>>;

  /**
   * Fires a hook of mode collect, and keeps what it gives for collected().
   * @throws AisopodError (as rejection) HOOK_DEPTH
   */
  collect<N extends HookOfMode<'collect'>>(
    name: N,
    payload: HookPayload<N>,
  ): Promise<readonly Collected[]>;

  /**
   * What callbacks gave when the host last fired a hook of mode collect; it does so at its start.
   * @throws AisopodError HOOK_UNKNOWN
   */
  collected(name: string): readonly Collected[];

  /**
   * Who listens, in the order in which they are called.
   * @param name of one hook, or an alias; else of all, by their ids
   * @throws AisopodError HOOK_UNKNOWN
   */
  list(name?: string): readonly HookListener[];
}
