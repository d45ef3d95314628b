/** Who publishes what no plugin does. No plugin can have this id. */
export const HOST_SOURCE = 'host';

/** An event as a subscriber gets it. */
export interface BusEvent {
  readonly topic: string;
  /** The id of the plugin that published it, or `host`. Comes from the host, never from a plugin. */
  readonly source: string;
  /** What JSON says of the published data; frozen all the way down and shared by all subscribers. */
  readonly data: unknown;
  /** How many events this subscription lost between the last one and this. */
  readonly dropped: number;
}

/**
 * Gets events one at a time: the next comes when what it returns has settled. What it throws is a
 * warning and harms nobody else.
 */
export type Subscriber = (event: BusEvent) => unknown;

export interface SubscribeOptions {
  /** Events that may wait, from 1; the oldest beyond are dropped. Default: the limit eventQueue. */
  readonly queue?: number | undefined;
  /** What warnings call the subscriber. Default: the name of the function. */
  readonly name?: string | undefined;
}
