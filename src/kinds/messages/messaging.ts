import type { CallContext } from '../../instance/index.js';

/** How long a message may take, whether somebody waits, and on whose behalf. */
export interface SendOptions {
  /** Milliseconds, a positive number or Infinity; default: the limit callMs of the receiver. */
  readonly timeoutMs?: number | undefined;
  /** Aborting tells the receiver to stop, and rejects with CALL_CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Of the call because of which it is sent. */
  readonly context?: CallContext | undefined;
}

/** Messages between plugins, each of which is answered: `host.messaging`. */
export interface Messaging {
  /**
   * Sends a message as `host`, and waits for the answer.
   *
   * @param to id of a plugin
   * @param message what JSON can say
   * @returns the answer, parsed
   * @throws AisopodError (as rejection) PLUGIN_NOT_FOUND, NO_INBOX, MESSAGE_INVALID, MESSAGE_CYCLE,
   *   CALL_TOO_DEEP, MIDDLEWARE_FAILED, NEXT_MISUSED, USAGE, PLUGIN_DISABLED, PLUGIN_NOT_ACTIVE,
   *   PLUGIN_STUCK, QUEUE_FULL, PAYLOAD_TOO_LARGE,
   *   CALL_CANCELLED, CALL_DEADLINE, CALL_GONE, NO_RESOURCES, HOST_CLOSED; what the receiver
   *   answers as an error, with the code of its status, REPLY_REFUSED or NOT_ANSWERED
   */
  send(to: string, message: unknown, options?: SendOptions): Promise<unknown>;
}
