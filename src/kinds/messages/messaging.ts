import { RegistrationFlag } from '../../abi/index.js';
import { AisopodError, ERROR_CODES, type ErrorCode } from '../../base/errors/index.js';
import { freezeDeep } from '../../base/json/index.js';
import { notFoundText, shortName } from '../../base/text/index.js';
import { CallBounds, type CallContext, type CallRoute, withinCall } from '../../instance/index.js';
import type { Entry, RegistrySnapshot } from '../../registry/index.js';
import type { Middleware } from '../middleware/index.js';
import { Inboxes } from './inboxes.js';
import { messageJson } from './message-json.js';
import { runMessageMiddleware } from './message-middleware.js';
import type { OnMessage, PluginMessaging } from './plugin-messaging.js';
import { chainOf, contextFor, refuseCycle } from './sender-chain.js';

/** Who sends what the embedder sends. No plugin can have this id. */
const HOST = 'host';

/** How long a message may take, whether somebody waits, and on whose behalf. */
export interface SendOptions {
  /** Milliseconds, a positive number or Infinity; default: the limit callMs of the receiver. */
  readonly timeoutMs?: number | undefined;
  /** Aborting tells the receiver to stop, and rejects with CALL_CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Of the call because of which it is sent. */
  readonly context?: CallContext | undefined;
}

/** What messaging needs from the host. */
export interface MessagingHost {
  /** The newest snapshot of the registry. */
  snapshot(): RegistrySnapshot;
  /** Whether there is a plugin of that id, running or not. */
  knows(pluginId: string): boolean;
  /** @throws AisopodError PLUGIN_DISABLED, PLUGIN_NOT_ACTIVE, HOST_CLOSED: why not */
  route(pluginId: string): CallRoute;
  readonly middleware: Pick<Middleware, 'current' | 'run'>;
}

/** Messages between plugins, each of which is answered: `host.messaging`. */
export class Messaging {
  readonly #host: MessagingHost;
  readonly #inboxes = new Inboxes();

  constructor(host: MessagingHost) {
    this.#host = host;
  }

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
  send(to: string, message: unknown, options: SendOptions = {}): Promise<unknown> {
    return this.#send(HOST, to, message, options);
  }

  /**
   * Messaging for one plugin: its id is the sender of what it sends.
   * @param pluginId from the host, never from what a plugin says
   */
  of(pluginId: string): PluginMessaging {
    return Object.freeze({
      send: (to: string, message: unknown, options: SendOptions = {}) =>
        this.#send(pluginId, to, message, options),
      onMessage: (fn: OnMessage) => this.#inboxes.open(pluginId, fn),
    });
  }

  /** The plugin has ended: it answers no more. */
  remove(pluginId: string): void {
    this.#inboxes.remove(pluginId);
  }

  async #send(from: string, to: string, message: unknown, options: SendOptions): Promise<unknown> {
    if (typeof to !== 'string' || !this.#host.knows(to)) throw notFound(to);
    const { callMs } = this.#host.route(to);
    const { timeoutMs = callMs, signal } = options;
    if (!(typeof timeoutMs === 'number' && timeoutMs > 0)) throw badTimeout(timeoutMs);
    const json = messageJson(to, message);
    const context = withinCall(options.context, `the message handler of ${to}`);
    const sending: Sending = {
      from,
      to,
      chain: chainOf(context, from),
      context,
      bounds: new CallBounds(`the message handler of ${to}`, timeoutMs, signal),
    };
    const { middleware } = this.#host;
    if (middleware.current.message === null) return this.#deliver(sending, json, signal);
    return runMessageMiddleware(
      middleware,
      { from, to, message: JSON.parse(json) },
      sending,
      // What middleware made of it is held to the same rules.
      async (changed, until) => this.#deliver(sending, messageJson(to, changed), until),
    );
  }

  async #deliver(
    { from, to, chain, context, bounds }: Sending,
    json: string,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    bounds.assertGoing();
    const { instance } = this.#host.route(to);
    const given = contextFor(context, chain, to);
    const handler = this.#inboxes.get(to);
    if (handler !== undefined) {
      const message = freezeDeep(JSON.parse(json));
      const answer = await untilOver(bounds, signal, (over) =>
        handler(message, { from, context: given, signal: over }),
      );
      return JSON.parse(messageJson(from, answer));
    }
    const entry = this.#host
      .snapshot()
      .entriesOf(to)
      .find(({ kind }) => kind === 'message');
    if (entry === undefined) throw noInbox(to);
    refuseCycle(chain, to, isReentrant(entry) || instance.direct?.(entry.token) !== undefined);
    const params = `{"from":${JSON.stringify(from)},"message":${json}}`;
    const call = { timeoutMs: bounds.remainingMs, signal, context: given };
    const answer = await instance.invoke(entry.token, 'invoke', params, call);
    if (answer.ok) return JSON.parse(answer.json);
    const code = Object.hasOwn(ERROR_CODES, answer.code) ? (answer.code as ErrorCode) : 'FAIL';
    throw new AisopodError(code, `${to} answers the message: ${answer.message}`, {
      details: answer.details,
    });
  }
}

/** What is known of a message besides what it says. */
interface Sending {
  readonly from: string;
  readonly to: string;
  readonly chain: readonly string[];
  readonly context: CallContext;
  readonly bounds: CallBounds;
}

/** Runs a handler in JavaScript; its signal is aborted when its answer is not waited for any more. */
async function untilOver(
  bounds: CallBounds,
  outer: AbortSignal | undefined,
  handler: (signal: AbortSignal) => unknown,
): Promise<unknown> {
  const over = new AbortController();
  const abort = () => over.abort(bounds.stopReason());
  outer?.addEventListener('abort', abort, { once: true });
  try {
    return await bounds.within(new Promise((answer) => answer(handler(over.signal))));
  } catch (error) {
    abort();
    throw error;
  } finally {
    outer?.removeEventListener('abort', abort);
  }
}

/** Whether the handler may run while another of the plugin waits. */
function isReentrant({ flags }: Entry): boolean {
  return (flags & (RegistrationFlag.PARALLEL | RegistrationFlag.INLINE)) !== 0;
}

function notFound(to: unknown): AisopodError {
  const plugin = shortName(to);
  const message = notFoundText('plugin', plugin, { list: 'aisopod plugins list' });
  return new AisopodError('PLUGIN_NOT_FOUND', message, { details: { plugin } });
}

function noInbox(to: string): AisopodError {
  return new AisopodError(
    'NO_INBOX',
    `Plugin ${to} takes no messages: it registers no "message" (aisopod_register_message).`,
    { details: { plugin: to } },
  );
}

function badTimeout(found: unknown): AisopodError {
  return new AisopodError(
    'USAGE',
    `timeoutMs of a message is ${String(found)}; it must be a number of milliseconds above 0, or ` +
      'Infinity.',
    { details: { option: 'timeoutMs' } },
  );
}
