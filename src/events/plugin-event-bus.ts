import type { SubscribeOptions, Subscriber } from './event.js';

/** The event bus as one plugin sees it: what it publishes carries its id, whatever it says. */
export interface PluginEventBus {
  /**
   * Publishes an event; never waits.
   * @param topic segments between dots, at most 256 bytes, not below `host.`
   * @param data what JSON can say; default: null
   * @throws AisopodError TOPIC_INVALID, TOPIC_RESERVED, EVENT_INVALID, PAYLOAD_TOO_LARGE,
   *   HOST_CLOSED
   */
  publish(topic: string, data?: unknown): void;
  /**
   * Hears events of all others, in the order in which each of them published.
   * @param pattern a topic in which a segment may be `*`, and the last one `**`
   * @returns ends the subscription; events that wait are let go
   * @throws AisopodError TOPIC_INVALID, USAGE, HOST_CLOSED
   */
  subscribe(pattern: string, fn: Subscriber, options?: SubscribeOptions): () => void;
}
