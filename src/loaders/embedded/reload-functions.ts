import { AisopodError } from '../../base/errors/index.js';
import { settledWithin } from '../../base/time/index.js';
import type { Limits } from '../../config/index.js';
import type { SavedState } from '../../instance/index.js';
import type { EmbeddedCode } from './embedded-code.js';
import { savedState, stateValue } from './kept-state.js';
import { lifecycleFailure } from './lifecycle-failure.js';

/** Whose functions these are. */
export interface ReloadOwner {
  readonly plugin: string;
  /** The version of the plugin. */
  readonly version: string;
  readonly limits: Limits;
  readonly code: EmbeddedCode;
}

/** What a reload asks of one plugin in JavaScript. */
export class ReloadFunctions {
  readonly #owner: ReloadOwner;
  /** The newest request for a state, however it came out. */
  #saving: Promise<unknown> = Promise.resolve();

  constructor(owner: ReloadOwner) {
    this.#owner = owner;
  }

  /**
   * Asks the plugin for its state, once an earlier request has ended, and copies it.
   * @returns null: it has none
   * @throws AisopodError SAVE_FAILED, STATE_TOO_LARGE, LIFECYCLE_TIMEOUT
   */
  async save(): Promise<SavedState | null> {
    const { version, limits, code } = this.#owner;
    if (code.state === null) return null;
    const failed = (thrown: unknown) => this.#failure('SAVE_FAILED', 'saveState()', thrown);
    const { format, save } = code.state;
    let late = false;
    const work = this.#saving.then(() => (late ? null : run(save, failed)));
    this.#saving = work.catch(() => {});
    if (!(await settledWithin(work, limits.saveMs))) {
      late = true;
      throw this.#late('saveState', limits.saveMs, 'the plugin goes on, and the reload ends');
    }
    const { stateBytes } = limits;
    return savedState(await work, { plugin: this.#owner.plugin, version, format, stateBytes });
  }

  /**
   * Gives the plugin a copy of a state.
   * @throws AisopodError RESTORE_FAILED, LIFECYCLE_TIMEOUT
   */
  async restore(saved: SavedState): Promise<void> {
    const { limits, code } = this.#owner;
    if (code.state === null) return;
    const { restore } = code.state;
    const { format, version, build } = saved;
    const from = Object.freeze({ format, version, build });
    const work = run(
      () => restore(stateValue(saved), from),
      (thrown) => this.#failure('RESTORE_FAILED', 'restoreState()', thrown),
    );
    if (await settledWithin(work, limits.restoreMs)) return;
    const effect = 'the host abandons it and does not call it again';
    throw this.#late('restoreState', limits.restoreMs, effect);
  }

  /**
   * Pauses the plugin when what it has begun has ended.
   * @param limitMs milliseconds
   * @param handlersLeft waits for handlers whose callers have left; resolves with whether all returned in time
   * @throws AisopodError LIFECYCLE_TIMEOUT
   */
  async pause(limitMs: number, handlersLeft: (limitMs: number) => Promise<boolean>): Promise<void> {
    const { code } = this.#owner;
    const endsAt = performance.now() + limitMs;
    if (!(await code.pause(limitMs))) {
      throw this.#goesOn('an event function or a timer function', limitMs);
    }
    if (await handlersLeft(endsAt - performance.now())) return;
    code.resume();
    throw this.#goesOn('a handler whose caller has left', limitMs);
  }

  #goesOn(what: string, limitMs: number): AisopodError {
    const { plugin } = this.#owner;
    const text =
      `plugin ${plugin}: ${what} has not returned after ${limitMs} ms; ` +
      'the plugin goes on as before';
    return new AisopodError('LIFECYCLE_TIMEOUT', text, { details: { plugin } });
  }

  #failure(code: 'SAVE_FAILED' | 'RESTORE_FAILED', fn: string, thrown: unknown): AisopodError {
    return lifecycleFailure(this.#owner.plugin, code, fn, thrown);
  }

  #late(fn: string, limitMs: number, effect: string): AisopodError {
    const { plugin } = this.#owner;
    const text = `plugin ${plugin}: ${fn}() has not returned after ${limitMs} ms; ${effect}`;
    return new AisopodError('LIFECYCLE_TIMEOUT', text, { details: { plugin } });
  }
}

/** Rejects with what `failed` makes of what the function throws, at once or later. */
async function run(fn: () => unknown, failed: (thrown: unknown) => AisopodError): Promise<unknown> {
  try {
    return await fn();
  } catch (thrown) {
    throw failed(thrown);
  }
}
