import { isThenable, settledWithin } from '../../base/time/index.js';

/**
 * What a plugin in TypeScript does by itself: its event and timer functions. A pause lets those that
 * have begun end, and holds the others back. After a reload the newer instance has subscriptions and
 * timers of its own, so what is held back then is never run.
 */
export class PluginActivity {
  /** Functions whose promises have not settled. */
  #running = 0;
  #idle: (() => void) | undefined;
  /** What waits for the end of a pause; null: there is no pause. */
  #held: (() => void)[] | null = null;

  /** Runs a function, now or when the pause ends. @returns what it returns, or the promise of that */
  run(fn: () => unknown): unknown {
    if (this.#held === null) return this.#begin(fn);
    const held = this.#held;
    return new Promise((resolve, reject) => {
      held.push(() => {
        try {
          resolve(this.#begin(fn));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /**
   * Begins a pause.
   * @param limitMs milliseconds, or Infinity
   * @returns false: functions that have begun have not ended in time, and there is no pause
   */
  async pause(limitMs: number): Promise<boolean> {
    this.#held ??= [];
    if (this.#running === 0) return true;
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    if (await settledWithin(idle, limitMs)) return true;
    this.resume();
    return false;
  }

  /** Ends a pause: what was held back begins, in its order. */
  resume(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const begin of held) begin();
  }

  /** The plugin ends: what is held back is never run. */
  stop(): void {
    this.#held = [];
  }

  #begin(fn: () => unknown): unknown {
    const result = fn();
    if (!isThenable(result)) return result;
    this.#running += 1;
    const ended = () => {
      this.#running -= 1;
      if (this.#running === 0) this.#idle?.();
    };
    result.then(ended, ended);
    return result;
  }
}
