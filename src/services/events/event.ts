import type { CallContext } from '../../instance/index.js';
import type { EventContext } from './event-context.js';

/** Who publishes what no plugin does. No plugin can have this id. */
export const HOST_SOURCE = 'host';

/** An event as a subscriber receives it. */
export interface BusEvent {
  readonly topic: string;
  /** The id of the plugin that published it, or `host`. Comes from the host, never from a plugin. */
  readonly source: string;
  /** What JSON says of the published data; frozen all the way down and shared by all subscribers. */
  readonly data: unknown;
  /** How many events this subscription lost between the last one and this. */
  readonly dropped: number;
  /**
   * User, session, tenant and trace id of the call that it was published for, as far as they are
   * known; never role or permissions. Frozen. Give it to what the subscriber does because of the
   * event: `storageFor(event.context)`.
   */
  readonly context: EventContext;
  /** The pattern of the subscription that receives it. */
  readonly pattern: string;
}

/**
 * Receives events one at a time: the next comes when what it returns has settled. What it throws is
 * a warning, and other subscribers are not affected.
 */
export type Subscriber = (event: BusEvent) => unknown;

export interface SubscribeOptions {
  /**
   * Events that may wait, from 1; the oldest beyond are dropped. Default: the limit eventQueue. They
   * are also dropped beyond the limit queueBytes, in bytes of their JSON.
   */
  readonly queue?: number | undefined;
  /** What warnings call the subscriber. Default: the name of the function. */
  readonly name?: string | undefined;
}

export interface PublishOptions {
  /**
   * Of the call, or the event, because of which it is published. Its user, session, tenant and trace
   * id travel with the event; its role and permissions do not.
   */
  readonly context?: CallContext | undefined;
}
