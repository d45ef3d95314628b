import type { PublishOptions, SubscribeOptions, Subscriber } from './event.js';

/**
 * The event bus of a host: `host.bus`. What one source publishes is heard by everyone in that
 * order. Publishing never waits: each subscriber has a queue of its own, and runs later.
 */
export interface EventBus {
  /**
   * Publishes an event whose source is `host`; never waits.
   * @param topic segments between dots, at most 256 bytes, not below `host.`
   * @param data what JSON can say; default: null. Later changes to it reach no subscriber
   * @param options context: of the call because of which it is published
   * @throws AisopodError TOPIC_INVALID, TOPIC_RESERVED, EVENT_INVALID, PAYLOAD_TOO_LARGE, USAGE,
   *   HOST_CLOSED
   */
  publish(topic: string, data?: unknown, options?: PublishOptions): void;

  /**
   * Hears events, in the order in which each source published them.
   * @param pattern a topic in which a segment may be `*`, any one, and the last one `**`, any
   *   number of segments, also none
   * @returns ends the subscription; events that wait are let go
   * @throws AisopodError TOPIC_INVALID, USAGE, HOST_CLOSED
   */
  subscribe(pattern: string, fn: Subscriber, options?: SubscribeOptions): () => void;
}
