import { isObject } from '../../base/json/index.js';
import { typeName } from '../../base/text/index.js';
import type { DirectCall, Lease } from '../../instance/index.js';
import { type Decision, readDecision } from './decision.js';
import { HOOK_POINTS } from './hook-points.js';
import type { HookMode, HookName } from './hook-types.js';

/** A value that a callback added to a hook of mode collect. */
export interface Collected {
  readonly plugin: string;
  readonly value: unknown;
}

/**
 * What else keeps an object from being the payload of a hook: the end of a sentence about it, or null.
 */
export type PayloadProblem = (payload: object) => string | null;

/** One firing of a hook: what has come of it so far. */
export class Firing {
  readonly mode: HookMode;
  readonly collected: Collected[] = [];
  decision: Decision | null = null;
  /** Ends the callback that is asked now, where it was given a signal of its own. */
  given: AbortController | null = null;
  /** Of the plugins that it has not asked yet, once it has to wait; null: it has not. */
  leases: readonly Lease[] | null = null;

  constructor(
    readonly hook: HookName,
    /** What the next callback gets. */
    public payload: unknown,
    readonly call: DirectCall,
    /** How many hooks it stands in the middle of. */
    readonly level: number,
    readonly problem: PayloadProblem | undefined,
  ) {
    this.mode = HOOK_POINTS[hook].mode;
  }

  /**
   * Takes the answer of a callback.
   * @throws Error that says why the mode of the hook has no use for it
   */
  take(plugin: string, answer: unknown): void {
    if (answer === undefined || answer === null) return;
    if (this.mode === 'transform') this.payload = readPayload(answer, this.problem);
    else if (this.mode === 'collect') this.collected.push({ plugin, value: answer });
    else if (this.mode === 'decide') this.decision = readDecision(this.hook, plugin, answer);
  }

  /** What who fired it gets. */
  get result(): unknown {
    return resultOf(this.mode, this);
  }
}

/** @throws Error when it can be no payload */
export function readPayload(answer: unknown, problem: PayloadProblem | undefined): object {
  if (!isObject(answer)) {
    const found = typeName(answer);
    throw new Error(`the new payload must be an object, or null to keep the old one, not ${found}`);
  }
  const wrong = problem?.(answer) ?? null;
  if (wrong !== null) throw new Error(`the new payload ${wrong}`);
  return answer;
}

/** The result of a firing without a handler. */
export function emptyResult(mode: HookMode, payload: unknown): unknown {
  return resultOf(mode, { payload, collected: [], decision: null });
}

function resultOf(
  mode: HookMode,
  { payload, collected, decision }: Pick<Firing, 'payload' | 'collected' | 'decision'>,
): unknown {
  if (mode === 'transform') return payload;
  if (mode === 'collect') return collected;
  return mode === 'decide' ? decision : undefined;
}
