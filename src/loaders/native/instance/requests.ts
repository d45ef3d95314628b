import { Status } from '../../../abi/index.js';
import { RequestFlag } from '../../../abi/messages.js';
import { AisopodError } from '../../../base/errors/index.js';
import { readJson, writeJson } from '../../../base/json/index.js';
import type { Limits } from '../../../config/index.js';
import {
  type CallContext,
  type Maker,
  type RequestHandlers,
  requestOf,
  UnreadChunks,
} from '../../../instance/index.js';
import { detailsFor, statusFor } from './request-status.js';

/** How a response goes back; see NativeInstance.respond. */
type Respond = (
  request: number,
  status: number,
  json: string,
  message: string,
  details: string,
  more: boolean,
) => void;

/** A request without its last response. */
class OpenRequest {
  readonly controller = new AbortController();
  readonly #unread: UnreadChunks;
  /** Bytes of the partial responses that the plugin has not read, the oldest first. */
  readonly #sizes: number[] = [];

  constructor(limits: Limits) {
    this.#unread = new UnreadChunks(limits);
  }

  get isOver(): boolean {
    return this.controller.signal.aborted;
  }

  /** Resolves when another partial response may be sent, or when the request is over. */
  room(): Promise<void> {
    return this.#unread.room();
  }

  sent(json: string): void {
    const bytes = Buffer.byteLength(json);
    this.#sizes.push(bytes);
    this.#unread.sent(bytes);
  }

  read(): void {
    const bytes = this.#sizes.shift();
    if (bytes !== undefined) this.#unread.read(bytes);
  }

  end(): void {
    this.controller.abort();
    this.#unread.end(null);
  }
}

/** Answers the requests of one instance. */
export class Requests {
  /** Made for the first request. */
  #open: Map<number, OpenRequest> | undefined;

  constructor(
    private readonly maker: Maker,
    private readonly handlers: RequestHandlers,
    /** A sender of partial responses waits beyond chunksUnread or chunkBytesUnread unread ones. */
    private readonly limits: Limits,
    private readonly respond: Respond,
  ) {}

  /**
   * Answers one request, however long that takes. Never rejects.
   * @param flags RequestFlag bits
   * @param timeoutMs milliseconds, or Infinity
   * @param parent the token of the call on whose behalf it was sent; 0: none
   */
  async answer(
    token: number,
    method: string,
    params: string,
    flags: number,
    timeoutMs: number,
    context: CallContext | undefined,
    parent = 0,
  ): Promise<void> {
    const handler = this.handlers.get(method);
    if (handler === undefined) {
      const text = `this host does not answer the request "${method}"`;
      this.respond(token, Status.UNSUPPORTED, '', text, '', false);
      return;
    }
    const open = new OpenRequest(this.limits);
    this.#open ??= new Map();
    this.#open.set(token, open);
    try {
      const { signal } = open.controller;
      const stream = (flags & RequestFlag.STREAM) !== 0;
      const { plugin } = this.maker;
      const sent = { plugin, signal, timeoutMs, stream, context };
      const info = requestOf(sent, this.maker, parent);
      let result = await handler(readJson(params), info);
      if (isAsyncIterable(result)) result = await this.#stream(token, open, stream, result);
      this.respond(token, Status.OK, toJson(result), '', '', false);
    } catch (cause) {
      const error = AisopodError.from(cause, 'FAIL');
      this.respond(token, statusFor(error), '', error.message, detailsOf(error), false);
    } finally {
      this.#open?.delete(token);
    }
  }

  /** The plugin no longer waits for the response. */
  ended(token: number): void {
    this.#open?.get(token)?.end();
  }

  /** The plugin has read a partial response. */
  read(token: number): void {
    this.#open?.get(token)?.read();
  }

  async #stream(
    token: number,
    open: OpenRequest,
    wanted: boolean,
    parts: AsyncIterable<unknown>,
  ): Promise<unknown> {
    const iterator = parts[Symbol.asyncIterator]();
    for (;;) {
      await open.room();
      if (open.isOver) return await iterator.return?.();
      const next = await iterator.next();
      if (next.done === true) return next.value;
      if (!wanted || open.isOver) continue;
      const json = toJson(next.value);
      open.sent(json);
      this.respond(token, Status.OK, json, '', '', true);
    }
  }
}

/** The details as JSON; those that cannot be written as JSON are left out of the response. */
function detailsOf(error: AisopodError): string {
  try {
    const details = detailsFor(error);
    return details === undefined ? '' : toJson(details);
  } catch {
    return '';
  }
}

function toJson(value: unknown): string {
  if (value === undefined) return 'null';
  try {
    return writeJson(value);
  } catch (cause) {
    throw new AisopodError('FAIL', `the answer ${(cause as Error).message}`, { cause });
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
