import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Knows whether code was called, directly or over promises and timers, by a lifecycle function of a
 * plugin that has not returned yet. Following that makes every promise slower in Node.js 20, so it is
 * done only while such a function runs.
 */
export class LifecycleScope {
  readonly #storage = new AsyncLocalStorage<{ running: boolean }>();
  #running = 0;

  get isInside(): boolean {
    return this.#running > 0 && this.#storage.getStore()?.running === true;
  }

  /** @returns what `lifecycleFunction` returns */
  run<T>(lifecycleFunction: () => T): T {
    const call = { running: true };
    const ended = () => {
      call.running = false;
      this.#running -= 1;
      if (this.#running === 0) this.#storage.disable();
    };
    this.#running += 1;
    let returned: T;
    try {
      returned = this.#storage.run(call, lifecycleFunction);
    } catch (error) {
      ended();
      throw error;
    }
    if (returned instanceof Promise) returned.then(ended, ended);
    else ended();
    return returned;
  }
}
