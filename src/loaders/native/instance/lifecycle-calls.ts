import type { NativeInstance } from '../../../abi/addon.js';
import { ShutdownReason, Status, statusCode } from '../../../abi/index.js';
import { Moment } from '../../../abi/messages.js';
import { AisopodError, type ErrorCode } from '../../../base/errors/index.js';
import type { Limits } from '../../../config/index.js';
import type { InstanceTimings } from '../../../instance/index.js';
import { bridge } from '../process/bridge.js';
import { type OwnState, ownMask, ownState } from '../process/process-changes.js';

type LifecycleFunction = 'create' | 'register' | 'init' | 'shutdown';
const NUMBERS: Record<LifecycleFunction, number> = {
  create: Moment.create,
  register: Moment.register,
  init: Moment.init,
  shutdown: Moment.dispose,
};

/** How a lifecycle call ended, as the core reports it. */
export interface Outcome {
  readonly status: number;
  readonly message: string;
  /** It has not returned within its limit. */
  readonly overdue: boolean;
  /** Milliseconds, as the core counts them. */
  readonly tookMs: number;
}

const NOTHING_RAN: Outcome = { status: Status.OK, message: '', overdue: false, tookMs: 0 };

/** The lifecycle calls of one native instance: each begins here, and its end comes as a message. */
export class LifecycleCalls {
  readonly timings: InstanceTimings = {};
  readonly #plugin: string;
  readonly #native: NativeInstance;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();
  #own: OwnState | undefined;
  #overdue: AisopodError | null = null;

  constructor(plugin: string, native: NativeInstance) {
    this.#plugin = plugin;
    this.#native = native;
  }

  /** What belonged to this process itself when the newest call began. */
  get own(): OwnState | undefined {
    return this.#own;
  }

  /** Something that may change it begins now. */
  mark(): void {
    this.#own = ownState();
  }

  /** A call has not returned within its limit; the core undoes it should it return after all. */
  get overdue(): AisopodError | null {
    return this.#overdue;
  }

  /**
   * @param limitMs milliseconds
   * @throws AisopodError `code` when the plugin failed; LIFECYCLE_TIMEOUT
   */
  async run(name: LifecycleFunction, limitMs: number, code: ErrorCode): Promise<void> {
    this.#refuse(await this.#begin(name, limitMs), code);
  }

  /**
   * Both calls in one crossing to the core, unless there is something to report about the first.
   * @param limits milliseconds, for each of them
   * @param begins is called before each, which then takes a crossing of its own
   * @throws AisopodError CREATE_FAILED, REGISTER_FAILED, LIFECYCLE_TIMEOUT
   */
  async createAndRegister(
    { createMs, registerMs }: Pick<Limits, 'createMs' | 'registerMs'>,
    begins: ((step: 'create' | 'register') => void) | undefined,
  ): Promise<void> {
    if (begins === undefined) {
      const registered = await this.#beginBoth(createMs, registerMs);
      if (registered) return;
    } else {
      begins('create');
      await this.run('create', createMs, 'CREATE_FAILED');
      begins('register');
    }
    await this.run('register', registerMs, 'REGISTER_FAILED');
  }

  /**
   * Ends the instance.
   * @returns null, or LIFECYCLE_TIMEOUT
   */
  async shutdown(limitMs: number, reason: ShutdownReason): Promise<AisopodError | null> {
    const { message, overdue } = await this.#begin('shutdown', limitMs, ShutdownReason[reason]);
    return overdue ? this.abandon(message) : null;
  }

  /** Takes the message that reports the end of a call. */
  ended(which: number, outcome: Outcome): void {
    this.#waiting.get(which)?.(outcome);
  }

  /** The error for a call that exceeds its limit; nothing else of the instance is called. */
  abandon(message: string): AisopodError {
    this.#overdue = new AisopodError(
      'LIFECYCLE_TIMEOUT',
      `plugin ${this.#plugin}: ${message}; the host abandons it and does not call it again`,
      { details: { plugin: this.#plugin } },
    );
    return this.#overdue;
  }

  /** @returns without a promise when there was nothing to run */
  #begin(name: LifecycleFunction, limitMs: number, reason?: number): Outcome | Promise<Outcome> {
    const begun = performance.now();
    this.#own = ownState();
    const over = this.#native.begin(NUMBERS[name], limitMs, reason);
    const note = () => {
      this.timings[name] = (this.timings[name] ?? 0) + performance.now() - begun;
    };
    if (over) {
      note();
      return NOTHING_RAN;
    }
    return new Promise((resolve) => {
      // Its message comes in a later turn.
      this.#waiting.set(NUMBERS[name], (outcome) => {
        note();
        resolve(outcome);
      });
    });
  }

  /** @returns whether register has gone well too; false: it is still to be begun */
  async #beginBoth(createMs: number, registerMs: number): Promise<boolean> {
    const begun = performance.now();
    this.#own = ownState();
    const [last, outcome] = await new Promise<['create' | 'register', Outcome]>((resolve) => {
      this.#waiting.set(NUMBERS.create, (end) => resolve(['create', end]));
      this.#waiting.set(NUMBERS.register, (end) => resolve(['register', end]));
      this.#native.beginBoth(createMs, registerMs, ownMask(bridge().umask));
    });
    const both = performance.now() - begun;
    const registered = last === 'register';
    this.timings.create = registered ? both - outcome.tookMs : both;
    if (registered) this.timings.register = outcome.tookMs;
    this.#refuse(outcome, registered ? 'REGISTER_FAILED' : 'CREATE_FAILED');
    return registered;
  }

  #refuse({ status, message, overdue }: Outcome, code: ErrorCode): void {
    if (overdue) throw this.abandon(message);
    if (status === Status.OK) return;
    throw new AisopodError(code, `plugin ${this.#plugin}: ${message}`, {
      details: { status: statusCode(status) },
    });
  }
}
