import type { DirectCall, Generation } from '../../instance/index.js';
import type { Health } from './health.js';
import type { HookNamed, HookPayload, HookReply } from './hook-spelling.js';
import type { HookName } from './hook-types.js';

/**
 * A callback in JavaScript. What it returns, or what the promise of it comes to, is its answer, as
 * the mode of the hook wants it; null and undefined are none. `S` is the name of the hook.
 */
export type HookFn<S extends string = string> = string extends S
  ? // biome-ignore lint/suspicious/noExplicitAny: the hook is known at run time only
    (payload: any, call: DirectCall) => unknown
  : [HookNamed<S>] extends [never]
    ? never
    : (payload: HookPayload<S>, call: DirectCall) => HookAnswer<S>;

// biome-ignore-start lint/suspicious/noConfusingVoidType: a function that returns nothing answers nothing
/** An answer of a callback, now or later. */
export type HookAnswer<S extends string> =
  | HookReply<S>
  | null
  | undefined
  | void
  | PromiseLike<HookReply<S> | null | undefined | void>;
// biome-ignore-end lint/suspicious/noConfusingVoidType: as above

/** Where a callback stands among the others. */
export interface HookOrder {
  /** Lower comes earlier. */
  readonly priority: number;
  /** Ids of plugins that come after this one. */
  readonly before: readonly string[];
  /** Ids of plugins that come before this one. */
  readonly after: readonly string[];
}

/** One callback of one hook. */
export interface Tap extends HookOrder {
  readonly hook: HookName;
  /** Id of the plugin that it belongs to. */
  readonly plugin: string;
  /** Of the plugin that registered it; null: the embedder did. */
  readonly generation: Generation | null;
  /** Who registered it. */
  readonly origin: 'plugin' | 'embedder';
  readonly fn: HookFn;
  /** Milliseconds it may take, or Infinity. */
  readonly limitMs: number;
  /** Its deadline is kept by who runs it, and what it asks of the host carries its context. */
  readonly foreign: boolean;
  /** It answers later; true once it was seen to, or known to. */
  later: boolean;
  readonly health: Health;
}
