import type { RawSubscription } from '../../abi/index.js';
import { AisopodError } from '../../base/errors/index.js';
import { jsonText, readMembers } from '../../base/json/index.js';
import { typeName } from '../../base/text/index.js';
import type { CallContext, Generation } from '../../instance/index.js';
import type { Epoch } from '../../registry/index.js';
import {
  HOST_SOURCE,
  type PublishOptions,
  type SubscribeOptions,
  type Subscriber,
} from './event.js';
import type { EventBus } from './event-bus.js';
import {
  type EventContext,
  eventContext,
  issuedWithoutAuthority,
  NOTHING_KNOWN,
} from './event-context.js';
import type { HeldEvents } from './held-events.js';
import { compilePattern, type Matcher } from './pattern.js';
import type { PluginEventBus } from './plugin-event-bus.js';
import { type Deliver, PluginInlet } from './plugin-inlet.js';
import { eventJson, Published } from './published.js';
import { SlowWatch } from './slow-watch.js';
import { type Hearer, Subscription, type SubscriptionHost } from './subscription.js';
import { checkTopic, refuseReserved } from './topic.js';
import { Turns } from './turns.js';

/** What a plugin, or `host`, may use of the bus. */
export interface EventLimits {
  /** Events that wait for one subscriber. */
  readonly eventQueue: number;
  /** Bytes of JSON that wait for one subscriber. */
  readonly queueBytes: number;
  /** Milliseconds that a subscriber may take for one event before it is named, or Infinity. */
  readonly eventMs: number;
  /** Bytes of one event's JSON. */
  readonly payloadBytes: number;
}

/** What the bus needs from the host. */
export interface EventBusHost {
  /** Advances when a plugin is switched off or on. */
  readonly epoch: Epoch;
  /** Of the embedder. */
  readonly limits: EventLimits;
  /** Something is wrong with a subscriber; null: of the embedder. */
  warn(owner: Generation | null, warning: AisopodError): void;
  /** A plugin has published an event; before any subscriber receives it. */
  published(owner: Generation, topic: string, json: string, context: EventContext): void;
}

// Topics whose hearers are remembered; a program that makes up topics must not fill the memory.
const TOPICS_KEPT = 1_000;

/** What is behind `host.bus`. */
export class EventBusService implements EventBus {
  readonly #host: EventBusHost;
  readonly #subscriptions = new Set<Subscription>();
  readonly #inlets = new Map<Generation, PluginInlet>();
  /** Generations that receive no events, and what keeps those that they would receive; null: nothing does. */
  readonly #silent = new Map<Generation, HeldEvents | null>();
  /** What is kept though the generation that subscribed to it has ended. */
  readonly #absent = new Map<HeldEvents, Matcher>();
  readonly #turns = new Turns();
  readonly #slow = new SlowWatch();
  readonly #subscriptionHost: SubscriptionHost;
  /** The subscribers of a topic; the topics in it are legal. Emptied when they change. */
  #routes = new Map<string, readonly Hearer[]>();
  /** When these were found. */
  #epoch = -1;
  #closed = false;

  constructor(host: EventBusHost) {
    this.#host = host;
    this.#subscriptionHost = {
      ready: (subscription) => this.#turns.add(subscription),
      busy: (subscription, busy) => {
        if (busy) this.#slow.begin(subscription);
        else this.#slow.end(subscription);
      },
      warn: ({ owner }, warning) => host.warn(owner, warning),
    };
  }

  publish(topic: string, data?: unknown, options?: PublishOptions): void {
    this.#publish(null, topic, data, options);
  }

  subscribe(pattern: string, fn: Subscriber, options: SubscribeOptions = {}): () => void {
    return this.#subscribe(null, pattern, fn, options);
  }

  /**
   * The bus for one plugin: its id is the source of what it publishes, and it does not hear its own
   * events.
   * @param owner the generation of it; what it subscribes to ends with leave()
   */
  of(owner: Generation): PluginEventBus {
    return Object.freeze({
      publish: (topic: string, data?: unknown, options?: PublishOptions) =>
        this.#publish(owner, topic, data, options),
      subscribe: (pattern: string, fn: Subscriber, options: SubscribeOptions = {}) =>
        this.#subscribe(owner, pattern, fn, options),
    });
  }

  /**
   * Publishes for a plugin whose loader has checked topic and JSON. Never throws.
   * @param context on whose behalf; undefined: the plugin's own
   */
  publishChecked(
    owner: Generation,
    topic: string,
    json: string,
    context: CallContext | undefined,
  ): void {
    if (this.#closed) return;
    const known = issuedWithoutAuthority(context);
    this.#host.published(owner, topic, json, known);
    this.#send(topic, owner.plugin, json, known);
  }

  /** Whether there are no subscriptions at all. */
  get silent(): boolean {
    return this.#subscriptions.size === 0 && this.#inlets.size === 0;
  }

  /** Publishes an event of the host itself; `data` is called only if the topic has subscribers. */
  announce(topic: string, data: () => object): void {
    if (this.#closed || this.#hearers(topic).length === 0) return;
    this.#send(topic, HOST_SOURCE, jsonText(data()), NOTHING_KNOWN);
  }

  /**
   * Connects what a plugin subscribed to while it registered, until leave(). While it is switched off
   * it receives nothing.
   * @throws AisopodError TOPIC_INVALID
   */
  attach(owner: Generation, subscriptions: readonly RawSubscription[], deliver: Deliver): void {
    if (subscriptions.length === 0) return;
    this.#inlets.set(owner, new PluginInlet(owner.plugin, subscriptions, deliver));
    this.#routes.clear();
  }

  /** From now on, and until release(), a generation receives no event. */
  silence(generation: Generation): void {
    this.#silent.set(generation, null);
    this.#routes.clear();
  }

  /**
   * From now on, until release(), what any of these generations of a plugin would receive is kept.
   * @param held keeps it
   */
  holdBack(generations: readonly Generation[], held: HeldEvents): void {
    for (const each of generations) this.#silent.set(each, held);
    this.#routes.clear();
  }

  /** What is kept for another generation of the plugin is for this one, and so is what this one would receive. */
  keepToo(generation: Generation, other: Generation): void {
    const held = this.#silent.get(other);
    if (held === undefined) return;
    this.#silent.set(generation, held);
    this.#routes.clear();
  }

  /**
   * A generation that is held back ends before another one takes its place: what it would receive is kept
   * all the same, until release() of the other one or forget().
   */
  keepAfter(generation: Generation): void {
    const held = this.#silent.get(generation) ?? null;
    if (held === null) return;
    const inlet = this.#inlets.get(generation);
    const matchers = this.#ownedBy(generation).map(({ matches }) => matches);
    const matches = (topic: string) =>
      matchers.some((each) => each(topic)) || (inlet?.hearer(topic) ?? null) !== null;
    this.#absent.set(held, matches);
    this.#routes.clear();
  }

  /** What was kept is for no generation: the plugin has failed. */
  forget(held: HeldEvents): void {
    this.#absent.delete(held);
    this.#routes.clear();
  }

  /** A generation receives events again, and first those that were kept for it. */
  release(generation: Generation): void {
    const held = this.#silent.get(generation) ?? null;
    this.#silent.delete(generation);
    if (held !== null) this.#absent.delete(held);
    this.#routes.clear();
    if (held === null) return;
    for (const event of held.take()) this.#hand(event, generation.plugin);
    if (held.dropped === 0) return;
    const text =
      `While plugin ${generation.plugin} ${held.during}, ${held.dropped} of the oldest events for it were ` +
      'dropped, since more came than may wait for it.';
    const details = { subscriber: generation.plugin, dropped: held.dropped };
    this.#host.warn(generation, new AisopodError('EVENTS_DROPPED', text, { details }));
  }

  /** Resolves when the subscribers of a generation work on no event, and none waits for them. */
  async idle(generation: Generation): Promise<void> {
    await Promise.all(this.#ownedBy(generation).map((each) => each.idle()));
  }

  /** Takes away all subscriptions of a generation. */
  leave(owner: Generation): void {
    this.#silent.delete(owner);
    this.#inlets.delete(owner);
    for (const each of this.#ownedBy(owner)) this.#unsubscribe(each);
    this.#routes.clear();
  }

  /** Takes no event any more; resolves when those that wait for idle subscribers were delivered. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#turns.finish();
    for (const each of this.#subscriptions) each.close();
    this.#subscriptions.clear();
    this.#inlets.clear();
    this.#silent.clear();
    this.#absent.clear();
    this.#routes.clear();
    this.#slow.stop();
  }

  #publish(
    owner: Generation | null,
    topic: string,
    data: unknown,
    options: PublishOptions = {},
  ): void {
    this.#refuseClosed();
    const source = owner?.plugin ?? HOST_SOURCE;
    if (!this.#routes.has(topic)) checkTopic(topic);
    refuseReserved(topic, source);
    const json = eventJson(topic, data, (owner?.limits ?? this.#host.limits).payloadBytes);
    const context = eventContext(readMembers('bus.publish()', options, ['context']).context);
    if (owner !== null) this.#host.published(owner, topic, json, context);
    this.#turns.await();
    this.#send(topic, source, json, context);
  }

  #send(topic: string, source: string, json: string, context: EventContext): void {
    const hearers = this.#hearers(topic);
    if (hearers.length === 0) return;
    const event = new Published(topic, source, json, context);
    for (const hearer of hearers) {
      if (hearer.source !== source || source === HOST_SOURCE) hearer.put(event);
    }
  }

  #hearers(topic: string): readonly Hearer[] {
    const { now } = this.#host.epoch;
    if (this.#epoch !== now) this.#routes.clear();
    this.#epoch = now;
    const known = this.#routes.get(topic);
    if (known !== undefined) return known;
    if (this.#routes.size >= TOPICS_KEPT) this.#routes.clear();
    const found = new Set<Hearer>();
    const add = (owner: Generation | null, hearer: Hearer | null) => {
      if (hearer === null || owner?.isOff === true) return;
      const held = owner === null ? undefined : this.#silent.get(owner);
      if (held === undefined) found.add(hearer);
      else if (held !== null) found.add(held);
    };
    for (const each of this.#subscriptions) add(each.owner, each.matches(topic) ? each : null);
    for (const [owner, inlet] of this.#inlets) add(owner, inlet.hearer(topic));
    for (const [held, matches] of this.#absent) if (matches(topic)) found.add(held);
    const hearers = [...found];
    this.#routes.set(topic, hearers);
    return hearers;
  }

  #ownedBy(generation: Generation): readonly Subscription[] {
    return [...this.#subscriptions].filter(({ owner }) => owner === generation);
  }

  /** Hands an event to the subscriptions of one plugin. */
  #hand(event: Published, plugin: string): void {
    if (event.source === plugin) return;
    for (const hearer of this.#hearers(event.topic))
      if (hearer.source === plugin) hearer.put(event);
  }

  #subscribe(owner: Generation | null, pattern: string, fn: Subscriber, options: SubscribeOptions) {
    this.#refuseClosed();
    const { eventQueue, queueBytes, eventMs } = owner?.limits ?? this.#host.limits;
    const members = readMembers('bus.subscribe()', options, ['queue', 'name']);
    const { queue = eventQueue, name } = members;
    if (typeof fn !== 'function') throw usage('fn', typeName(fn), 'a function');
    if (!Number.isSafeInteger(queue) || queue < 1) {
      throw usage('queue', String(queue), 'a whole number from 1');
    }
    const matches = compilePattern(pattern);
    const subscription = new Subscription(
      { owner, pattern, matches, name: name ?? fn.name, queue, queueBytes, eventMs },
      fn,
      this.#subscriptionHost,
    );
    this.#subscriptions.add(subscription);
    this.#routes.clear();
    return () => this.#unsubscribe(subscription);
  }

  #unsubscribe(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription)) return;
    subscription.close();
    this.#routes.clear();
  }

  #refuseClosed(): void {
    if (this.#closed) throw new AisopodError('HOST_CLOSED', 'This host is closed.');
  }
}

function usage(option: string, found: string, expected: string): AisopodError {
  return new AisopodError('USAGE', `subscribe(): ${option} is ${found}; it must be ${expected}.`, {
    details: { option },
  });
}
