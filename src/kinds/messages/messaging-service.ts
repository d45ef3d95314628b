import { RegistrationFlag } from '../../abi/index.js';
import { AisopodError, ERROR_CODES, type ErrorCode, thrownText } from '../../base/errors/index.js';
import {
  checkSignal,
  checkTimeout,
  freezeDeep,
  jsonText,
  readJson,
  readMembers,
} from '../../base/json/index.js';
import { lazily } from '../../base/lazily.js';
import {
  CallBounds,
  type CallContext,
  type Generation,
  type Lease,
  type Maker,
  withinCall,
  withoutSecrets,
} from '../../instance/index.js';
import { type Dispatcher, type Entry, SnapshotView } from '../../registry/index.js';
import type { MiddlewareService } from '../middleware/index.js';
import { Inboxes } from './inboxes.js';
import { messageJson } from './message-json.js';
import type { Messaging, SendOptions } from './messaging.js';
import type { OnMessage, PluginMessaging } from './plugin-messaging.js';
import { chainOf, contextFor, refuseCycle } from './sender-chain.js';

const loadMiddleware = lazily(() => import('./message-middleware.js'));

/** Who sends what the embedder sends. No plugin can have this id. */
const HOST = 'host';

/** What messaging needs from the host. */
export interface MessagingHost {
  readonly dispatcher: Dispatcher;
  readonly middleware: Pick<MiddlewareService, 'current' | 'run'>;
}

/** What is behind `host.messaging`. */
export class MessagingService implements Messaging {
  readonly #host: MessagingHost;
  readonly #inboxes = new Inboxes();
  /** What plugins registered to answer messages with. */
  readonly #registered: SnapshotView<ReadonlyMap<Generation, Entry>>;

  constructor(host: MessagingHost) {
    this.#host = host;
    this.#registered = new SnapshotView(
      host.dispatcher,
      (snapshot) => new Map(snapshot.list('message').map((entry) => [entry.generation, entry])),
    );
  }

  send(to: string, message: unknown, options: SendOptions = {}): Promise<unknown> {
    return this.#send(null, to, message, options);
  }

  /**
   * Messaging for one plugin: its id is the sender of what it sends.
   * @param generation of it; what it answers ends with that
   */
  of(generation: Generation): PluginMessaging {
    generation.hold(() => this.#inboxes.remove(generation));
    return Object.freeze({
      send: (to: string, message: unknown, options: SendOptions = {}) =>
        this.sendAs(generation, to, message, options),
      onMessage: (fn: OnMessage) => this.#inboxes.open(generation, cleaned(generation, fn)),
    });
  }

  /** As send(). @param from the sender: from the host, never from what a plugin says */
  sendAs(from: Maker, to: string, message: unknown, options: SendOptions): Promise<unknown> {
    return this.#send(from, to, message, options);
  }

  /** @param by the sender; null: the embedder */
  async #send(
    by: Maker | null,
    to: string,
    message: unknown,
    given: SendOptions,
  ): Promise<unknown> {
    const from = by?.plugin ?? HOST;
    const what = 'messaging.send()';
    const options = readMembers(what, given, ['timeoutMs', 'signal', 'context']);
    checkSignal(what, options.signal);
    let receiver = this.#host.dispatcher.running(to);
    const { timeoutMs = receiver.limits.callMs, signal } = options;
    checkTimeout('a message', timeoutMs);
    const json = messageJson(to, message);
    const context = withinCall(options.context, `the message handler of ${to}`, by);
    const bounds = new CallBounds(`the message handler of ${to}`, timeoutMs, signal);
    const wait = () => receiver.waits('message', context);
    for (let waits = wait(); waits !== null; waits = wait()) {
      await bounds.within(waits);
      receiver = this.#host.dispatcher.running(to);
    }
    const sending = {
      from,
      to,
      receiver,
      entry: this.#registered.current.get(receiver),
      chain: chainOf(context, from),
      context,
      bounds,
    };
    const lease = receiver.enter();
    try {
      return await this.#pass({ ...sending, lease }, json, signal);
    } finally {
      lease.leave();
    }
  }

  /** Past the middleware to the receiver. */
  async #pass(sending: Sending, json: string, signal: AbortSignal | undefined): Promise<unknown> {
    const { middleware } = this.#host;
    if (middleware.current.message === null) return this.#deliver(sending, json, signal);
    const { from, to } = sending;
    const { runMessageMiddleware } = await loadMiddleware();
    return runMessageMiddleware(
      middleware,
      { from, to, message: readJson(json) },
      sending,
      // What middleware made of it is held to the same rules.
      async (changed, until) => this.#deliver(sending, messageJson(to, changed), until),
    );
  }

  async #deliver(
    { from, to, receiver, entry, lease, chain, context, bounds }: Sending,
    json: string,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    bounds.assertGoing();
    const { instance } = lease;
    const given = contextFor(context, chain, to);
    const handler = this.#inboxes.get(receiver);
    if (handler !== undefined) {
      const message = freezeDeep(readJson(json));
      const answer = await untilOver(bounds, signal, (over) =>
        handler(message, { from, context: given, signal: over }),
      ).catch((error: unknown) => {
        throw AisopodError.is(error)
          ? error
          : failed(to, 'FAIL', thrownText(error), { cause: error });
      });
      return readJson(messageJson(from, answer));
    }
    if (entry === undefined) throw noInbox(to);
    refuseCycle(chain, to, isReentrant(entry) || instance.direct?.(entry.token) !== undefined);
    const params = `{"from":${jsonText(from)},"message":${json}}`;
    const call = { timeoutMs: bounds.remainingMs, signal, context: given };
    const answer = await instance.invoke(entry.token, 'invoke', params, call);
    if (answer.ok) return readJson(answer.json);
    const code = Object.hasOwn(ERROR_CODES, answer.code) ? (answer.code as ErrorCode) : 'FAIL';
    throw failed(to, code, answer.message, {
      details: answer.details,
      ...(answer.cause !== undefined && { cause: answer.cause }),
    });
  }
}

/** What the receiver answers in place of a reply. */
function failed(to: string, code: ErrorCode, text: string, options: object): AisopodError {
  return new AisopodError(code, `${to} answers the message: ${text}`, options);
}

/** What it throws reaches the sender. */
function cleaned({ redactor }: Generation, fn: OnMessage): OnMessage {
  return typeof fn === 'function' ? withoutSecrets(redactor, fn) : fn; // open() says what is wrong
}

/** What is known of a message besides what it says. */
interface Sending {
  readonly from: string;
  readonly to: string;
  readonly receiver: Generation;
  /** What it registered to answer with. */
  readonly entry: Entry | undefined;
  readonly lease: Lease;
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

function noInbox(to: string): AisopodError {
  return new AisopodError(
    'NO_INBOX',
    `Plugin ${to} takes no messages: it registers no "message" (aisopod_register_message).`,
    { details: { plugin: to } },
  );
}
