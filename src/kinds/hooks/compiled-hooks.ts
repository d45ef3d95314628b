import type { DirectCall } from '../../instance/index.js';
import { CallbackChain } from './callback-chain.js';
import { compileChain, type Run } from './compile.js';
import { emptyResult, type PayloadProblem } from './firing.js';
import { HOOK_NAMES, HOOK_POINTS } from './hook-points.js';
import type { HookPayload, HookResult } from './hook-spelling.js';
import type { HookName } from './hook-types.js';
import type { Monitors } from './monitor.js';
import type { Nesting } from './nesting.js';
import type { Tap } from './tap.js';
import { type Wrapper, wrapRun } from './wrapper.js';

/** Fires a hook: returns the result at once, or the promise of it when a callback answers later. */
export type CompiledHook<N extends HookName> = (
  payload: HookPayload<N>,
  call: DirectCall,
) => HookResult<N> | Promise<HookResult<N>>;

/** Every hook of one snapshot; null: it has no listener. */
export type CompiledHooks = {
  readonly [N in HookName]: CompiledHook<N> | null;
};

export interface CompileInput {
  tapsOf(hook: HookName): readonly Tap[];
  /** In the order of registration. */
  readonly wrappers: readonly Wrapper[];
  readonly nesting: Nesting;
  readonly monitors: Monitors;
  readonly payloadProblems: PayloadProblems;
}

/** What payloads of hooks of mode transform are held to. */
export type PayloadProblems = { readonly [N in HookName]?: PayloadProblem };

/** Compiles all hooks; what is fired later is not changed by later registrations. */
export function compileHooks(input: CompileInput): CompiledHooks {
  const compiled = HOOK_NAMES.map((hook) => [hook, compileHook(hook, input)]);
  return Object.freeze(Object.fromEntries(compiled)) as CompiledHooks;
}

function compileHook(hook: HookName, input: CompileInput): Run | null {
  const taps = input.tapsOf(hook);
  const wrappers = input.wrappers.filter((wrapper) => wrapper.hook === hook);
  if (taps.length === 0 && wrappers.length === 0) return null;
  const { mode } = HOOK_POINTS[hook];
  const problem = input.payloadProblems[hook];
  const core: Run =
    taps.length === 0
      ? (payload) => emptyResult(mode, payload)
      : compileChain(new CallbackChain(hook, taps, input.nesting, input.monitors, problem));
  return wrappers.reduceRight(
    (inner: Run, each) => wrapRun(each, inner, { nesting: input.nesting, problem }),
    core,
  );
}
