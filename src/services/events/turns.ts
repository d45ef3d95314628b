import type { Subscription } from './subscription.js';

/** Milliseconds of a turn of the event loop that deliveries may take. */
const TURN_MS = 2;

/**
 * Delivers what waits, one event of each subscription after the other. It happens before the event
 * loop goes on, as long as that takes less than 2 ms of its turn; the rest in later turns. Events
 * from JavaScript keep the process alive until they are delivered, a flood from C alone does not.
 */
export class Turns {
  #ready: Subscription[] = [];
  #planned = false;
  /** Something in #ready was published in JavaScript. */
  #awaited = false;
  /** The plan, when nothing in it needs the process to stay alive. */
  #timer: NodeJS.Timeout | null = null;
  /** performance.now() at which this turn of the event loop is used up; null: a new turn. */
  #end: number | null = null;
  readonly #run = () => this.#deliver();

  /** What waits from now on keeps the process alive. */
  await(): void {
    this.#awaited = true;
    this.#timer?.ref();
  }

  /** The subscription has an event, and is not here yet. */
  add(subscription: Subscription): void {
    this.#ready.push(subscription);
    if (!this.#planned) this.#plan();
  }

  /** Delivers until nothing is ready. New events are expected to come no more. */
  async finish(): Promise<void> {
    while (this.#ready.length > 0) {
      this.#round(performance.now() + TURN_MS);
      await new Promise(setImmediate);
    }
  }

  #plan(): void {
    this.#planned = true;
    if (this.#end === null || performance.now() < this.#end) queueMicrotask(this.#run);
    else if (this.#awaited) setImmediate(this.#run);
    else this.#timer = setTimeout(this.#run, 0).unref();
  }

  #deliver(): void {
    this.#planned = false;
    this.#timer = null;
    if (this.#end === null) {
      this.#end = performance.now() + TURN_MS;
      setImmediate(() => {
        this.#end = null;
      });
    }
    if (performance.now() < this.#end) this.#round(this.#end);
    if (this.#ready.length === 0) this.#awaited = false;
    else if (!this.#planned) this.#plan();
  }

  /** Delivers until nothing is ready or `end` has come; one event in any case. */
  #round(end: number): void {
    while (this.#ready.length > 0) {
      const round = this.#ready;
      this.#ready = [];
      for (const [at, subscription] of round.entries()) {
        if (subscription.deliver()) this.#ready.push(subscription);
        if (performance.now() >= end) {
          this.#ready = [...round.slice(at + 1), ...this.#ready];
          return;
        }
      }
    }
  }
}
