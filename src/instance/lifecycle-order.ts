import { AisopodError } from '../base/errors/index.js';

/** What may be called next: a function of the start, calls, or nothing that begins. */
type Turn = 'register' | 'restoreState' | 'init' | 'calls' | 'none';

const ENDED = 'the instance has been shut down';
const AFTER = { register: 'restoreState', restoreState: 'init', init: 'calls' } as const;
const FAILED = {
  register: 'REGISTER_FAILED',
  restoreState: 'RESTORE_FAILED',
  init: 'INIT_FAILED',
  saveState: 'SAVE_FAILED',
  pause: 'PLUGIN_NOT_ACTIVE',
} as const;

/**
 * Holds an instance to the order of its lifecycle functions: each of a start begins once, after the
 * one before, and only restoreState() may be left out.
 */
export class LifecycleOrder {
  readonly #plugin: string;
  #turn: Turn = 'register';
  #state = 'register() was not called yet';

  constructor(plugin: string) {
    this.#plugin = plugin;
  }

  /**
   * Runs a function of the start in its turn; the next one has its turn when it has succeeded.
   * @throws AisopodError REGISTER_FAILED, RESTORE_FAILED, INIT_FAILED when it is out of turn; what
   *   `work` throws
   */
  async run<T>(name: keyof typeof AFTER, work: () => Promise<T>): Promise<T> {
    const passed = name === 'init' && this.#turn === 'restoreState';
    if (this.#turn !== name && !passed) throw this.#outOfTurn(name);
    this.#turn = 'none';
    this.#state = `${name}() was called already`;
    const result = await work();
    if (this.#state !== ENDED) this.#turn = AFTER[name];
    return result;
  }

  /**
   * Lets a function begin that is legal while the instance serves.
   * @throws AisopodError SAVE_FAILED, PLUGIN_NOT_ACTIVE when it does not
   */
  requireServing(name: 'saveState' | 'pause'): void {
    if (this.#turn !== 'calls') throw this.#outOfTurn(name);
  }

  /** Nothing begins any more. */
  end(): void {
    this.#turn = 'none';
    this.#state = ENDED;
  }

  #outOfTurn(name: keyof typeof FAILED): AisopodError {
    const text = `plugin ${this.#plugin}: ${name}() is out of turn: ${this.#state}`;
    return new AisopodError(FAILED[name], text, { details: { status: 'STATE' } });
  }
}
