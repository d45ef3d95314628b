import type { CallContext } from '../../instance/index.js';
import type { SendOptions } from './messaging.js';

/** What a handler in JavaScript is told besides the message. */
export interface MessageCall {
  /** The id of the plugin that sends, or `host`. Comes from the host. */
  readonly from: string;
  /** On whose behalf. Give it to what is sent because of this message, so that circles are seen. */
  readonly context: CallContext;
  /** Aborted when no caller waits for the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * Answers messages: what it returns, or the promise of that, is the answer, as far as JSON can say
 * it; what it throws is the sender's error.
 */
export type OnMessage = (message: unknown, call: MessageCall) => unknown;

/** Messaging as one plugin sees it: what it sends carries its id, whatever it says. */
export interface PluginMessaging {
  /** See Messaging.send(). */
  send(to: string, message: unknown, options?: SendOptions): Promise<unknown>;
  /**
   * Answers the messages to this plugin, until the returned function is called.
   * @throws AisopodError INBOX_TAKEN when it answers them already
   */
  onMessage(fn: OnMessage): () => void;
}
