import type { NativeInstance } from '../../../abi/addon.js';
import { Status, statusCode } from '../../../abi/index.js';
import { Moment } from '../../../abi/messages.js';
import { AisopodError, type ErrorCode } from '../../../base/errors/index.js';
import type { Limits } from '../../../config/index.js';
import type { SavedState } from '../../../instance/index.js';
import type { LifecycleCalls, Outcome } from './lifecycle-calls.js';

/** What a reload asks of one native instance; each begins here, and its end comes as a message. */
export class ReloadCalls {
  readonly #plugin: string;
  readonly #native: NativeInstance;
  readonly #lifecycle: LifecycleCalls;
  readonly #limits: Limits;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();
  #pausing: Promise<void> | null = null;

  constructor(plugin: string, native: NativeInstance, lifecycle: LifecycleCalls, limits: Limits) {
    this.#plugin = plugin;
    this.#native = native;
    this.#lifecycle = lifecycle;
    this.#limits = limits;
  }

  /** @throws AisopodError RESTORE_FAILED, LIFECYCLE_TIMEOUT: then the instance is abandoned */
  async restore({ bytes, format, version, build }: SavedState): Promise<void> {
    const { restoreMs } = this.#limits;
    const begun = performance.now();
    const { status, message, overdue } = await this.#begin(Moment.restore, () =>
      this.#native.restore(bytes, format, version, build, restoreMs),
    );
    this.#lifecycle.timings.restore = performance.now() - begun;
    if (overdue) throw this.#lifecycle.abandon(message);
    if (status !== Status.OK) throw this.#failure('RESTORE_FAILED', status, message);
  }

  /** @throws AisopodError SAVE_FAILED, STATE_TOO_LARGE, LIFECYCLE_TIMEOUT: the instance goes on */
  async save(): Promise<SavedState | null> {
    const { saveMs } = this.#limits;
    if (this.#waiting.has(Moment.save)) {
      const text = 'saveState() is out of turn: the one before has not ended';
      throw this.#failure('SAVE_FAILED', Status.STATE, text);
    }
    const begun = performance.now();
    const { status, message, overdue } = await this.#begin(Moment.save, () =>
      this.#native.begin(Moment.save, saveMs),
    );
    this.#lifecycle.timings.save = performance.now() - begun;
    if (overdue) throw this.#late(`${message}; the host goes on without its state`);
    if (status === Status.TOO_LARGE) throw this.#tooLarge(message);
    if (status !== Status.OK) throw this.#failure('SAVE_FAILED', status, message);
    return this.#native.takeState();
  }

  /** @throws AisopodError LIFECYCLE_TIMEOUT, PLUGIN_NOT_ACTIVE, NO_RESOURCES */
  pause(limitMs: number): Promise<void> {
    this.#pausing ??= this.#pause(limitMs).finally(() => {
      this.#pausing = null;
    });
    return this.#pausing;
  }

  resume(): void {
    this.#native.resume();
  }

  /** Takes the message that reports the end of one of these. False: it is of something else. */
  ended(which: number, outcome: Outcome): boolean {
    const waits = this.#waiting.get(which);
    this.#waiting.delete(which);
    waits?.(outcome);
    return waits !== undefined;
  }

  async #pause(limitMs: number): Promise<void> {
    const { status, message, overdue } = await this.#begin(Moment.pause, () => {
      this.#native.pause(limitMs);
      return false;
    });
    if (status === Status.OK) return;
    this.#native.resume();
    if (overdue) throw this.#late(`${message}; the plugin goes on as before`);
    const code = status === Status.NOMEM ? 'NO_RESOURCES' : 'PLUGIN_NOT_ACTIVE';
    throw this.#failure(code, status, message);
  }

  /** @param begin returns whether it is over already: then no message comes */
  async #begin(which: number, begin: () => boolean): Promise<Outcome> {
    this.#lifecycle.mark();
    return new Promise((resolve) => {
      if (begin()) resolve({ status: Status.OK, message: '', overdue: false, tookMs: 0 });
      else this.#waiting.set(which, resolve); // its message comes in a later turn
    });
  }

  #failure(code: ErrorCode, status: number, message: string): AisopodError {
    return new AisopodError(code, `plugin ${this.#plugin}: ${message}`, {
      details: { status: statusCode(status) },
    });
  }

  #late(message: string): AisopodError {
    return new AisopodError('LIFECYCLE_TIMEOUT', `plugin ${this.#plugin}: ${message}`, {
      details: { plugin: this.#plugin },
    });
  }

  #tooLarge(message: string): AisopodError {
    return new AisopodError(
      'STATE_TOO_LARGE',
      `plugin ${this.#plugin}: ${message}; set state_bytes under ` +
        `[plugins.settings.${this.#plugin}.limits] if the plugin needs more`,
      { details: { limit: this.#limits.stateBytes } },
    );
  }
}
