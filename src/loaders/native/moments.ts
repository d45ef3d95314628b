import type { NativeInstance } from '../../abi/addon.js';
import { Status, statusCode } from '../../abi/index.js';
import { Moment } from '../../abi/messages.js';
import { AisopodError, type ErrorCode } from '../../errors/index.js';
import type { InstanceTimings } from '../plugin-instance.js';
import { type OwnState, ownState } from './process-changes.js';

type MomentName = 'create' | 'register' | 'init' | 'shutdown';
const MOMENTS: Record<MomentName, number> = {
  create: Moment.create,
  register: Moment.register,
  init: Moment.init,
  shutdown: Moment.dispose,
};

/** How a moment ended, as the core says it. */
interface Outcome {
  readonly status: number;
  readonly message: string;
  /** It has not returned within its limit. */
  readonly overdue: boolean;
}

/** The moments of one native instance: each is begun here, and its end comes as a message. */
export class Moments {
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

  /** What belonged to this process itself when the newest moment began. */
  get own(): OwnState | undefined {
    return this.#own;
  }

  /** A moment has not returned within its limit; the core undoes it should it return after all. */
  get overdue(): AisopodError | null {
    return this.#overdue;
  }

  /**
   * @param limitMs milliseconds
   * @throws AisopodError `code` when the plugin failed; LIFECYCLE_TIMEOUT
   */
  async run(name: MomentName, limitMs: number, code: ErrorCode): Promise<void> {
    const { status, message, overdue } = await this.#begin(name, limitMs);
    if (overdue) throw this.#late(message);
    if (status === Status.OK) return;
    throw new AisopodError(code, `plugin ${this.#plugin}: ${message}`, {
      details: { status: statusCode(status) },
    });
  }

  /**
   * Ends the instance.
   * @returns null, or LIFECYCLE_TIMEOUT
   */
  async shutdown(limitMs: number): Promise<AisopodError | null> {
    const { message, overdue } = await this.#begin('shutdown', limitMs);
    return overdue ? this.#late(message) : null;
  }

  /** The message that tells the end of a moment. */
  ended(moment: number, outcome: Outcome): void {
    this.#waiting.get(moment)?.(outcome);
  }

  #begin(name: MomentName, limitMs: number): Promise<Outcome> {
    const begun = performance.now();
    this.#own = ownState();
    return new Promise((resolve) => {
      this.#waiting.set(MOMENTS[name], (outcome) => {
        this.timings[name] = (this.timings[name] ?? 0) + performance.now() - begun;
        resolve(outcome);
      });
      this.#native.begin(MOMENTS[name], limitMs);
    });
  }

  #late(message: string): AisopodError {
    this.#overdue = new AisopodError(
      'LIFECYCLE_TIMEOUT',
      `plugin ${this.#plugin}: ${message}; it is left alone and not called any more`,
      { details: { plugin: this.#plugin } },
    );
    return this.#overdue;
  }
}
