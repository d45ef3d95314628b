import { AisopodError } from '../base/errors/index.js';

/** What may be called next: one of the first two, calls, or nothing that begins. */
type Turn = 'register' | 'init' | 'calls' | 'none';

const ENDED = 'the instance has been shut down';
const AFTER = { register: 'init', init: 'calls' } as const;
const FAILED = { register: 'REGISTER_FAILED', init: 'INIT_FAILED' } as const;

/** Holds an instance to the order of its lifecycle functions: each begins once, after the one before. */
export class LifecycleOrder {
  readonly #plugin: string;
  #turn: Turn = 'register';
  #state = 'register() was not called yet';

  constructor(plugin: string) {
    this.#plugin = plugin;
  }

  /**
   * Runs a lifecycle function in its turn; the next one has its turn when it has succeeded.
   * @throws AisopodError REGISTER_FAILED, INIT_FAILED when it is out of turn; what `work` throws
   */
  async run<T>(name: 'register' | 'init', work: () => Promise<T>): Promise<T> {
    if (this.#turn !== name) {
      const text = `plugin ${this.#plugin}: ${name}() is out of turn: ${this.#state}`;
      throw new AisopodError(FAILED[name], text, { details: { status: 'STATE' } });
    }
    this.#turn = 'none';
    this.#state = `${name}() was called already`;
    const result = await work();
    if (this.#state !== ENDED) this.#turn = AFTER[name];
    return result;
  }

  /** Nothing begins any more. */
  end(): void {
    this.#turn = 'none';
    this.#state = ENDED;
  }
}
