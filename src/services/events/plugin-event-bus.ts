import type { PublishOptions, SubscribeOptions, Subscriber } from './event.js';

/** The event bus as one plugin sees it: what it publishes carries its id, whatever it says. */
export interface PluginEventBus {
  /**
   * Publishes an event; never waits.
   * @param topic segments between dots, at most 256 bytes, not below `host.`
   * @param data what JSON can say; default: null
   * @param options context: of the call because of which it is published
   * @throws AisopodError TOPIC_INVALID, TOPIC_RESERVED, EVENT_INVALID, PAYLOAD_TOO_LARGE, USAGE,
   *   HOST_CLOSED; STATE when the plugin has ended
   */
  publish(topic: string, data?: unknown, options?: PublishOptions): void;
  /**
   * Receives the events of all others, in the order in which each of them published.
   * @param pattern a topic in which a segment may be `*`, and the last one `**`
   * @returns ends the subscription; events that wait are dropped
   * @throws AisopodError TOPIC_INVALID, USAGE, HOST_CLOSED; STATE when the plugin shuts down
   */
  subscribe(pattern: string, fn: Subscriber, options?: SubscribeOptions): () => void;
}
