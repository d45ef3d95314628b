import { LONGEST_TIMER_MS } from '../../base/time/index.js';
import type { Subscription } from './subscription.js';

/** Names subscribers that don't come to an end with an event; one timer serves all. */
export class SlowWatch {
  readonly #busy = new Set<Subscription>();
  #timer: NodeJS.Timeout | null = null;
  /** performance.now() at which the timer fires. */
  #fires = Number.POSITIVE_INFINITY;

  begin(subscription: Subscription): void {
    if (subscription.eventMs > LONGEST_TIMER_MS) return;
    this.#busy.add(subscription);
    this.#wake(dueOf(subscription));
  }

  end(subscription: Subscription): void {
    this.#busy.delete(subscription);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#busy.clear();
  }

  /** Looks at `when` or before. */
  #wake(when: number): void {
    if (this.#timer !== null) {
      if (this.#fires <= when) return;
      clearTimeout(this.#timer);
    }
    this.#fires = when;
    const ms = Math.ceil(Math.max(1, when - performance.now()));
    this.#timer = setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    this.#timer = null;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const subscription of this.#busy) {
      const due = dueOf(subscription);
      if (due > now) {
        next = Math.min(next, due);
        continue;
      }
      this.#busy.delete(subscription);
      subscription.warn(
        'SUBSCRIBER_SLOW',
        `has worked on one event for over ${subscription.eventMs} ms; others wait for it.`,
      );
    }
    if (next !== Number.POSITIVE_INFINITY) this.#wake(next);
  }
}

function dueOf({ busySince, eventMs }: Subscription): number {
  return busySince + eventMs;
}
