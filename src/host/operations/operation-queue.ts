import type { ChangeCause } from '../plugins/lifecycle.js';
import { LifecycleScope } from './lifecycle-scope.js';

/** A change of plugins that waits for its turn. */
interface Waiting {
  readonly operation: Operation;
  readonly begin: () => Promise<void>;
}

/** Changes of plugins that begin at once, whatever operation runs. */
export interface Aside {
  readonly isBusy: boolean;
  /** Resolves when none of those is going on that have begun; others may have begun. */
  settled(): Promise<void>;
}

/** A change of plugins. */
export interface Operation {
  /** What asked for it; the changes that it makes have this cause. */
  readonly cause: ChangeCause;
  /** Does it. Nothing else changes plugins meanwhile. */
  readonly run: () => Promise<void>;
}

/**
 * Does changes of plugins one after another, in the order in which they were asked for, so that those
 * that overlap come out as if each had waited for the one before.
 */
export class OperationQueue {
  readonly #waiting: Waiting[] = [];
  #running: Operation | null = null;
  #asked: ChangeCause = 'discover';
  #aside: Aside | null = null;
  readonly #scope = new LifecycleScope();
  readonly #abandoned: (error: unknown) => void;

  /** @param abandoned receives why an operation failed that nothing waits for */
  constructor(abandoned: (error: unknown) => void) {
    this.#abandoned = abandoned;
  }

  /** What asks for changes of plugins now; the host looks for plugins when no operation runs. */
  get cause(): ChangeCause {
    return this.#running?.cause ?? this.#asked;
  }

  /** Does `work` at once, which changes plugins while no operation runs. @returns what it returns */
  atOnce<T>(cause: ChangeCause, work: () => T): T {
    this.#asked = cause;
    try {
      return work();
    } finally {
      this.#asked = 'discover';
    }
  }

  /** From now on, operations begin only while nothing changes plugins next to them. */
  letAside(aside: Aside): void {
    this.#aside = aside;
  }

  /** Waits until nothing but the operation that runs changes plugins. */
  async calm(): Promise<void> {
    while (this.#aside?.isBusy === true) await this.#aside.settled();
  }

  get isIdle(): boolean {
    return this.#running === null && this.#waiting.length === 0;
  }

  /** The last operation, while it has not begun: what is to be done at the same time can join it. */
  get newest(): Operation | undefined {
    return this.#waiting.at(-1)?.operation;
  }

  /**
   * Adds an operation.
   * @returns settles with it; a failure is its own, and the queue goes on
   */
  add(operation: Operation): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => operation.run().then(resolve, reject);
      this.#waiting.push({ operation, begin });
      if (this.#waiting.length === 1 && this.#running === null) queueMicrotask(() => this.#next());
    });
  }

  /**
   * Does `work` when everything before it has been done.
   * @param cause what asked for it
   * @returns what `work` resolves with
   */
  async perform<T>(cause: ChangeCause, work: () => Promise<T>): Promise<T> {
    let result: T | undefined;
    await this.add({
      cause,
      run: async () => {
        result = await work();
      },
    });
    return result as T;
  }

  /** As perform(). @param answer see settle() */
  run<T>(cause: ChangeCause, work: () => Promise<T>, answer: T): Promise<T> {
    return this.settle(this.perform(cause, work), answer);
  }

  /** Whether a lifecycle function of a plugin has called, directly or not, and has not returned. */
  get isInside(): boolean {
    return this.#scope.isInside;
  }

  /**
   * Waits for what an operation comes to.
   * @param answer for a caller that a lifecycle function of a plugin has called: an operation runs that
   *   function, so it would wait for itself
   */
  settle<T>(done: Promise<T>, answer: T): Promise<T> {
    if (!this.#scope.isInside) return done;
    done.catch(this.#abandoned);
    return Promise.resolve(answer);
  }

  /** Runs a lifecycle function of a plugin: what it asks for is queued, and answered at once. */
  inside<T>(lifecycleFunction: () => T): T {
    return this.#scope.run(lifecycleFunction);
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#running = next.operation;
    const begun = this.#aside?.isBusy === true ? this.calm().then(next.begin) : next.begin();
    void begun.finally(() => {
      this.#running = null;
      this.#next();
    });
  }
}
