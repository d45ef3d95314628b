import type { Published } from './published.js';
import type { Hearer } from './subscription.js';

/** How much may be kept. */
export interface HeldLimits {
  readonly eventQueue: number;
  readonly queueBytes: number;
}

/** What happens to a plugin while its events are kept, as a part of a sentence. */
export type HeldWhile = 'was reloaded' | 'started';

/** The events that a plugin is to receive when it has been reloaded or has started: the newest, in their order. */
export class HeldEvents implements Hearer {
  /** Id of the plugin. */
  readonly source: string;
  readonly during: HeldWhile;
  readonly #limits: HeldLimits;
  readonly #onEvent: (event: Published) => void;
  #events: Published[] = [];
  #bytes = 0;
  #dropped = 0;

  /** @param onEvent receives each event that is kept */
  constructor(
    source: string,
    during: HeldWhile,
    limits: HeldLimits,
    onEvent: (event: Published) => void = () => {},
  ) {
    this.source = source;
    this.during = during;
    this.#limits = limits;
    this.#onEvent = onEvent;
  }

  put(event: Published): void {
    this.#events.push(event);
    this.#bytes += event.bytes;
    const { eventQueue, queueBytes } = this.#limits;
    const isFull = () =>
      this.#events.length > 1 && (this.#events.length > eventQueue || this.#bytes > queueBytes);
    while (isFull()) {
      this.#bytes -= this.#events.shift()?.bytes ?? 0;
      this.#dropped += 1;
    }
    this.#onEvent(event);
  }

  /** How many were dropped since more came than may wait. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The events, the oldest first; then there are none. */
  take(): readonly Published[] {
    const events = this.#events;
    this.#events = [];
    this.#bytes = 0;
    return events;
  }
}
