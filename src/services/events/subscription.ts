import { AisopodError } from '../../base/errors/index.js';
import { isThenable } from '../../base/time/index.js';
import type { Generation } from '../../instance/index.js';
import { HOST_SOURCE, type Subscriber } from './event.js';
import type { Matcher } from './pattern.js';
import type { Published } from './published.js';

/** What receives events. */
export interface Hearer {
  /** The plugin that subscribed, or `host`. */
  readonly source: string;
  /** Takes an event over; never waits and never throws. */
  put(event: Published): void;
}

/** What a subscription needs of its bus. */
export interface SubscriptionHost {
  /** Events wait: deliver() is to be called, until it answers false. */
  ready(subscription: Subscription): void;
  /** The subscriber has begun, or has ended, to work on an event without returning. */
  busy(subscription: Subscription, busy: boolean): void;
  warn(subscription: Subscription, warning: AisopodError): void;
}

// Milliseconds between two warnings about a subscriber that fails at every event.
const QUIET_MS = 60_000;

// Beyond this, places of events that were delivered are removed from the front of the queue.
const COMPACT_AT = 64;

/**
 * A subscription from JavaScript: its queue, in which the newest drop the oldest, so that the very
 * next event says how many were lost.
 */
export class Subscription implements Hearer {
  readonly source: string;
  /** null: the embedder. */
  readonly owner: Generation | null;
  readonly pattern: string;
  readonly matches: Matcher;
  /** Milliseconds that one event may take, or Infinity. */
  readonly eventMs: number;
  /** performance.now() when the event that is worked on was delivered; else without a meaning. */
  busySince = 0;
  readonly #name: string;
  readonly #fn: Subscriber;
  readonly #limit: number;
  readonly #limitBytes: number;
  readonly #host: SubscriptionHost;
  readonly #warned = new Map<string, number>();
  #queue: (Published | undefined)[] = [];
  #first = 0;
  /** Of all that waits. */
  #bytes = 0;
  #dropped = 0;
  #waits = false;
  #busy = false;
  #closed = false;
  /** Resolve when it has nothing to do. */
  #idle: (() => void)[] = [];

  constructor(
    what: {
      owner: Generation | null;
      pattern: string;
      matches: Matcher;
      name: string;
      queue: number;
      queueBytes: number;
      eventMs: number;
    },
    fn: Subscriber,
    host: SubscriptionHost,
  ) {
    this.owner = what.owner;
    this.source = what.owner?.plugin ?? HOST_SOURCE;
    this.pattern = what.pattern;
    this.matches = what.matches;
    this.#name = what.name;
    this.#limit = what.queue;
    this.#limitBytes = what.queueBytes;
    this.eventMs = what.eventMs;
    this.#fn = fn;
    this.#host = host;
  }

  /** For people: who subscribed to what. */
  get label(): string {
    const name = this.#name === '' ? '' : ` (${this.#name})`;
    const who = this.owner === null ? 'the host' : `plugin ${this.source}`;
    return `The subscription of ${who} to "${this.pattern}"${name}`;
  }

  put(event: Published): void {
    while (this.#isFullFor(event)) this.#dropOldest();
    this.#queue.push(event);
    this.#bytes += event.bytes;
    if (!this.#waits && !this.#busy) this.#wait();
  }

  /** Delivers the oldest event. @returns whether another waits and may be delivered now */
  deliver(): boolean {
    const event = this.#closed ? undefined : this.#take();
    if (event === undefined) {
      this.#waits = false;
      return false;
    }
    const { topic, source, context } = event;
    const { pattern } = this;
    const dropped = this.#dropped;
    this.#dropped = 0;
    try {
      const result = this.#fn({ topic, source, data: event.data, dropped, context, pattern });
      if (isThenable(result)) this.#await(topic, result);
    } catch (error) {
      this.#failed(topic, error);
    }
    this.#waits = !this.#busy && !this.#closed && this.#first < this.#queue.length;
    this.#settleIdle();
    return this.#waits;
  }

  /** Resolves when it works on no event, and none waits. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#settleIdle();
    });
  }

  /** Nothing is delivered any more; what waits is dropped. */
  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#first = 0;
    this.#bytes = 0;
    if (this.#busy) this.#host.busy(this, false);
    this.#settleIdle();
  }

  /** Says, once in a while, that something about the subscriber is wrong. */
  warn(code: 'EVENTS_DROPPED' | 'SUBSCRIBER_SLOW' | 'SUBSCRIBER_FAILED', text: string): void {
    const now = performance.now();
    if (now - (this.#warned.get(code) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    this.#warned.set(code, now);
    const details = { subscriber: this.source, pattern: this.pattern };
    this.#host.warn(this, new AisopodError(code, `${this.label} ${text}`, { details }));
  }

  /** Whether something has to make room; an empty queue takes an event of any size. */
  #isFullFor(event: Published): boolean {
    const count = this.#queue.length - this.#first;
    if (count === 0) return false;
    return count >= this.#limit || this.#bytes + event.bytes > this.#limitBytes;
  }

  /** Removes the oldest event from the queue. */
  #take(): Published | undefined {
    const event = this.#queue[this.#first];
    if (event === undefined) return undefined;
    // Its place may stay for a while, and must not keep the event.
    this.#queue[this.#first] = undefined;
    this.#first += 1;
    this.#bytes -= event.bytes;
    this.#compact();
    return event;
  }

  #dropOldest(): void {
    this.#take();
    this.#dropped += 1;
    this.warn(
      'EVENTS_DROPPED',
      `is too slow: ${this.#limit} events or ${this.#limitBytes} bytes may wait for it, and more ` +
        'drop the oldest.',
    );
  }

  #compact(): void {
    if (this.#first < COMPACT_AT || this.#first * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }

  #wait(): void {
    this.#waits = true;
    this.#host.ready(this);
  }

  #await(topic: string, result: PromiseLike<unknown>): void {
    this.#busy = true;
    this.busySince = performance.now();
    this.#host.busy(this, true);
    const done = () => {
      this.#busy = false;
      if (this.#closed) return;
      this.#host.busy(this, false);
      if (this.#first < this.#queue.length) this.#wait();
      this.#settleIdle();
    };
    Promise.resolve(result)
      .catch((error) => this.#failed(topic, error))
      .then(done);
  }

  #settleIdle(): void {
    if (this.#idle.length === 0) return;
    const isIdle = this.#closed || (!this.#busy && this.#first >= this.#queue.length);
    if (isIdle) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #failed(topic: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.warn('SUBSCRIBER_FAILED', `failed at the event "${topic}": ${reason}`);
  }
}
