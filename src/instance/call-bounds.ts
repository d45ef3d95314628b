import { AisopodError } from '../base/errors/index.js';
import { within } from '../base/time/index.js';

/** What a program can do about a deadline. */
export const MORE_TIME = 'Give it more time with timeoutMs, or make the call smaller.';

/** How long a call may take, over all that is done for it, and whether somebody waits for it. */
export class CallBounds {
  readonly signal: AbortSignal | undefined;
  readonly #subject: string;
  readonly #deadline: number;
  readonly #timeoutMs: number;
  #cancellation: AisopodError | undefined;
  #lateness: AisopodError | undefined;

  /**
   * @param subject what is called, for messages
   * @param timeoutMs from now; a positive number or Infinity
   * @param signal of the caller
   */
  constructor(subject: string, timeoutMs: number, signal: AbortSignal | undefined) {
    this.#subject = subject;
    this.#timeoutMs = timeoutMs;
    this.#deadline = performance.now() + timeoutMs;
    this.signal = signal;
  }

  /** Milliseconds; 0 or less when the deadline has passed. */
  get remainingMs(): number {
    return this.#deadline - performance.now();
  }

  /** Milliseconds for which its caller still waits; 0 or less: the call has ended. */
  get wantedMs(): number {
    return this.signal?.aborted === true ? 0 : this.remainingMs;
  }

  /** @throws AisopodError CALL_CANCELLED, CALL_DEADLINE */
  assertGoing(): void {
    if (this.signal?.aborted) throw this.#cancelled();
    if (this.remainingMs <= 0) throw this.#late();
  }

  /**
   * What `work` gives, unless the call is over before.
   * @throws AisopodError CALL_CANCELLED, CALL_DEADLINE; what `work` still does is ignored then
   */
  within<T>(work: Promise<T>): Promise<T> {
    return within(work, {
      limitMs: this.remainingMs,
      signal: this.signal,
      late: () => this.#late(),
      cancelled: () => this.#cancelled(),
    });
  }

  /**
   * Why a handler is to stop, for its signal: DEADLINE when the time is over, else CANCELLED. These
   * are statuses of the ABI, which every handler gets.
   */
  stopReason(): AisopodError {
    // A timer may fire a little early, so that there seems to be time left.
    const isLate = this.#lateness !== undefined || this.remainingMs <= 0;
    if (isLate && !this.signal?.aborted) {
      return new AisopodError('DEADLINE', `there is no answer after ${this.#timeoutMs} ms`);
    }
    const text = 'the caller no longer waits for the answer';
    return new AisopodError('CANCELLED', text, { cause: this.signal?.reason });
  }

  /**
   * The error of the whole call, for what a part of it ended with.
   * @param where what held the call then, as a clause; default: not known
   */
  errorFor(code: 'CALL_CANCELLED' | 'CALL_DEADLINE', where?: string): AisopodError {
    return code === 'CALL_DEADLINE' ? this.#late(where) : this.#cancelled();
  }

  /** Whether it is these bounds that an error comes from. */
  raised(error: unknown): boolean {
    return error !== undefined && (error === this.#cancellation || error === this.#lateness);
  }

  #cancelled(): AisopodError {
    this.#cancellation ??= new AisopodError(
      'CALL_CANCELLED',
      `The call of ${this.#subject} was cancelled.`,
      {
        details: { called: this.#subject },
        cause: this.signal?.reason,
      },
    );
    return this.#cancellation;
  }

  #late(where?: string): AisopodError {
    this.#lateness ??= new AisopodError(
      'CALL_DEADLINE',
      `The call of ${this.#subject} did not end within ${this.#timeoutMs} ms` +
        `${where === undefined ? '' : `; ${where}`}. ` +
        MORE_TIME,
      { details: { called: this.#subject, timeoutMs: this.#timeoutMs } },
    );
    return this.#lateness;
  }
}
