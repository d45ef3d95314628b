import { AisopodError } from '../../base/errors/index.js';
import { isThenable } from '../../base/time/index.js';
import type { DirectCall, Generation } from '../../instance/index.js';
import { withDeadline } from './deadline.js';
import { type Collected, Firing, type PayloadProblem } from './firing.js';
import type { FailureReason } from './health.js';
import { failsClosed } from './hook-points.js';
import type { HookName } from './hook-types.js';
import type { Monitors } from './monitor.js';
import type { Nesting } from './nesting.js';
import { PayloadFault } from './registry-tap.js';
import type { Tap } from './tap.js';

// A synchronous callback shows how long it takes in the walk only; a walk costs some microseconds.
const UNMEASURED = 1023;

const LATE = new Set(['CALL_DEADLINE', 'DEADLINE']);
const BROKEN = new Set(['REPLY_REFUSED', 'NOT_ANSWERED', 'PAYLOAD_TOO_LARGE']);

/**
 * The callbacks of one hook in one snapshot, called one after the other. What is compiled calls them
 * without looking (compile.ts); here is the walk with all that may happen: callbacks that fail, are
 * late, or were switched off, monitors, depth. A callback that answers later makes the rest of the
 * walk asynchronous, and nothing else does.
 */
export class CallbackChain {
  /**
   * How many firings may do without the walk. 0 while a callback is known to answer later, or not to
   * be well, or is watched; else one walk now and then measures what never says how long it takes.
   */
  quick = 0;
  /** Whose callbacks these are. */
  readonly #generations = new Set<Generation>();

  constructor(
    readonly hook: HookName,
    readonly taps: readonly Tap[],
    readonly nesting: Nesting,
    readonly monitors: Monitors,
    readonly problem: PayloadProblem | undefined,
  ) {
    for (const { generation } of taps) if (generation !== null) this.#generations.add(generation);
  }

  /** @throws AisopodError HOOK_DEPTH, CALL_CANCELLED; the latter as rejection too */
  walk(payload: unknown, call: DirectCall): unknown {
    const level = this.nesting.enter(this.hook, call.context);
    return this.#walk(new Firing(this.hook, payload, call, level, this.problem), 0);
  }

  /** Goes on where callback `i` has answered what compiled code leaves to the walk. */
  resume(
    i: number,
    answer: unknown,
    payload: unknown,
    call: DirectCall,
    collected: readonly Collected[],
  ): unknown {
    const firing = this.#begun(payload, call, collected);
    if (isThenable(answer)) return this.#later(firing, i, answer, performance.now());
    this.#took(firing, this.#tap(i), answer, performance.now());
    return this.#walk(firing, i + 1);
  }

  /** Goes on where callback `i` has thrown. */
  threw(
    i: number,
    error: unknown,
    payload: unknown,
    call: DirectCall,
    collected: readonly Collected[],
  ): unknown {
    const firing = this.#begun(payload, call, collected);
    this.#failed(firing, this.#tap(i), error, performance.now());
    return this.#walk(firing, i + 1);
  }

  /** A firing that compiled code has begun. */
  #begun(payload: unknown, call: DirectCall, collected: readonly Collected[]): Firing {
    const level = this.nesting.level(call.context);
    const firing = new Firing(this.hook, payload, call, level, this.problem);
    firing.collected.push(...collected);
    return firing;
  }

  #walk(firing: Firing, from: number): unknown {
    for (let i = from; i < this.taps.length && firing.decision === null; i++) {
      const tap = this.#tap(i);
      if (tap.health.off) {
        this.#refuse(firing, tap, `The callback of ${tap.plugin} was switched off`);
        continue;
      }
      const begun = performance.now();
      let answer: unknown;
      try {
        answer = this.#ask(firing, tap);
        if (isThenable(answer)) return this.#later(firing, i, answer, begun);
      } catch (error) {
        this.#failed(firing, tap, error, begun);
        continue;
      }
      this.#took(firing, tap, answer, begun);
    }
    this.#look();
    return firing.result;
  }

  #later(firing: Firing, i: number, answer: PromiseLike<unknown>, begun: number): unknown {
    this.#tap(i).later = true;
    this.quick = 0;
    if (firing.leases !== null) return this.#await(firing, i, answer, begun);
    return this.#hold(firing, i, answer, begun);
  }

  /** Those that come later are asked, also when they are unloaded or replaced meanwhile. */
  async #hold(
    firing: Firing,
    i: number,
    answer: PromiseLike<unknown>,
    begun: number,
  ): Promise<unknown> {
    const serving = [...this.#generations].filter(({ current }) => current !== null);
    firing.leases = serving.map((generation) => generation.enter());
    try {
      return await this.#await(firing, i, answer, begun);
    } finally {
      for (const lease of firing.leases) lease.leave();
    }
  }

  async #await(
    firing: Firing,
    i: number,
    answer: PromiseLike<unknown>,
    begun: number,
  ): Promise<unknown> {
    const tap = this.#tap(i);
    const { given } = firing;
    const limitMs = tap.foreign ? Number.POSITIVE_INFINITY : tap.limitMs;
    try {
      const value = await withDeadline(answer, limitMs, firing.call.signal, given);
      this.#took(firing, tap, value, begun);
    } catch (error) {
      this.#failed(firing, tap, error, begun);
    }
    return this.#walk(firing, i + 1);
  }

  #ask(firing: Firing, tap: Tap): unknown {
    const { nesting } = this;
    const { payload, call, level } = firing;
    firing.given = null;
    if (!tap.later) return nesting.run(() => tap.fn(payload, call));
    const context = nesting.contextAt(level, call.context);
    if (tap.foreign) return tap.fn(payload, { context, signal: call.signal });
    firing.given = new AbortController();
    const { signal } = firing.given;
    return nesting.runLater(level, () => tap.fn(payload, { context, signal }));
  }

  #took(firing: Firing, tap: Tap, answer: unknown, begun: number): void {
    try {
      firing.take(tap.plugin, answer);
    } catch (error) {
      this.#failed(firing, tap, error, begun, 'broken');
      return;
    }
    tap.health.good();
    const durationMs = performance.now() - begun;
    if (!tap.later && durationMs > tap.limitMs) tap.health.slow(durationMs, tap.limitMs);
    if (this.monitors.any) {
      this.monitors.tell({ hook: this.hook, plugin: tap.plugin, durationMs, ok: true });
    }
  }

  /** @throws AisopodError CALL_CANCELLED when that is what it failed of */
  #failed(
    firing: Firing,
    tap: Tap,
    error: unknown,
    begun: number,
    reason: FailureReason = reasonOf(error),
  ): void {
    const { signal } = firing.call;
    if (signal?.aborted) {
      const { hook } = this;
      throw new AisopodError('CALL_CANCELLED', `${hook} was left before all had answered it.`, {
        details: { hook },
        cause: signal.reason,
      });
    }
    this.quick = 0;
    const what = tap.health.bad(reason, error);
    if (this.monitors.any) {
      const durationMs = performance.now() - begun;
      this.monitors.tell({ hook: this.hook, plugin: tap.plugin, durationMs, ok: false, error });
    }
    this.#refuse(firing, tap, what);
  }

  /** Who can't be asked says no, where that is the rule. */
  #refuse(firing: Firing, { plugin }: Tap, why: string): void {
    if (!failsClosed(this.hook)) return;
    firing.decision = {
      action: 'block',
      reason: `${why}. The host therefore does not allow it.`,
      plugin,
    };
  }

  /** Whether the next firing may do without looking. */
  #look(): void {
    const watched =
      this.monitors.any ||
      this.taps.some(({ later, health }) => later || health.off || health.failures > 0);
    this.quick = watched ? 0 : UNMEASURED;
  }

  #tap(i: number): Tap {
    return this.taps[i] as Tap;
  }
}

function reasonOf(error: unknown): FailureReason {
  if (error instanceof PayloadFault) return 'payload';
  if (!AisopodError.is(error)) return 'failed';
  if (LATE.has(error.code)) return 'late';
  return BROKEN.has(error.code) ? 'broken' : 'failed';
}
