import { AisopodError } from '../../base/errors/index.js';
import type { HookName } from './hook-types.js';

/** Failures in a row after which a callback is switched off. */
export const FAILURES_LIMIT = 10;

/** Milliseconds within which one warning about a callback is enough. */
export const WARNING_INTERVAL_MS = 60_000;

/**
 * What was wrong with a callback: it threw, did not answer in time, or answered what is not legal; or
 * it could not be asked, since the payload is no JSON, which does not count as a failure of its own.
 */
export type FailureReason = 'failed' | 'late' | 'broken' | 'payload';

/** Where faults of callbacks are told. */
export interface FaultReports {
  warn(plugin: string, warning: AisopodError): void;
  error(plugin: string, error: AisopodError): void;
}

/** How one callback does: warns of what goes wrong, and switches it off when all does. */
export class Health {
  /** Failures since the last success. */
  failures = 0;
  /** Not called any more. */
  off = false;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #suppressed = 0;

  constructor(
    private readonly plugin: string,
    private readonly hook: HookName,
    private readonly reports: FaultReports,
  ) {}

  good(): void {
    this.failures = 0;
  }

  /** @returns what failed and why, for people */
  bad(reason: FailureReason, cause: unknown): string {
    const { plugin, hook } = this;
    const why = cause instanceof Error ? cause.message : String(cause);
    const what = `The callback of ${plugin} for ${hook} ${WORDS[reason]}: ${why}`;
    if (reason !== 'payload') this.failures += 1;
    const details = { plugin, hook, reason, failures: this.failures };
    if (this.failures >= FAILURES_LIMIT && !this.off) {
      this.off = true;
      this.reports.error(
        plugin,
        new AisopodError(
          'HOOK_OFF',
          `${what}. That was the ${FAILURES_LIMIT}th time in a row, so it is switched off until ` +
            'its plugin is loaded again.',
          { details, cause },
        ),
      );
    } else if (!this.off) this.#warn('HOOK_FAILED', what, details, cause);
    return what;
  }

  /** It answered, and held up everything meanwhile. */
  slow(durationMs: number, limitMs: number): void {
    const { plugin, hook } = this;
    const took = Math.round(durationMs);
    this.#warn(
      'HOOK_SLOW',
      `The callback of ${plugin} for ${hook} held up the event loop for ${took} ms; ` +
        `${limitMs} ms is its limit`,
      { plugin, hook, durationMs: took, limitMs },
      undefined,
    );
  }

  #warn(code: 'HOOK_FAILED' | 'HOOK_SLOW', what: string, details: object, cause: unknown): void {
    const now = performance.now();
    if (now - this.#warnedAt < WARNING_INTERVAL_MS) {
      this.#suppressed += 1;
      return;
    }
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    this.#warnedAt = now;
    const more = suppressed === 0 ? '' : ` (and ${suppressed} warnings before it were not shown)`;
    const data = { ...details, suppressed };
    const options = cause === undefined ? { details: data } : { details: data, cause };
    this.reports.warn(this.plugin, new AisopodError(code, `${what}${more}.`, options));
  }
}

const WORDS: Record<FailureReason, string> = {
  failed: 'failed',
  late: 'was late',
  broken: 'answered what cannot be used',
  payload: 'could not be asked',
};
