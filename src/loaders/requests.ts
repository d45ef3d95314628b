import { Status } from '../abi/index.js';
import { AskFlag } from '../abi/messages.js';
import { AisopodError } from '../errors/index.js';
import { writeJson } from '../json/index.js';
import type { CallContext } from './plugin-instance.js';
import { detailsFor, statusFor } from './request-status.js';

/** What a request handler is told besides the parameters. */
export interface RequestInfo {
  /** The plugin that asks. Comes from the host; nothing a plugin sends can change it. */
  readonly plugin: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Milliseconds left. */
  readonly timeoutMs: number;
  /** The plugin wants partial answers too, where there are any. */
  readonly stream: boolean;
  /** Of the call on whose behalf the plugin asks; undefined: the plugin's own request. */
  readonly context: CallContext | undefined;
}

/**
 * Answers a method of the ABI's request(). The result is sent as JSON. An async iterable streams:
 * each value is a partial answer if the plugin asked for a stream, and what the iterable returns is
 * the last. A thrown AisopodError answers the status of the ABI that is nearest to its code, any
 * other error FAIL.
 */
export type RequestHandler = (params: unknown, info: RequestInfo) => unknown;

/** The methods that plugins may ask for. */
export type RequestHandlers = ReadonlyMap<string, RequestHandler>;

/** How an answer goes back; see NativeInstance.respond. */
type Respond = (
  ask: number,
  status: number,
  json: string,
  message: string,
  details: string,
  more: boolean,
) => void;

interface OpenAsk {
  readonly controller: AbortController;
  resume: (() => void) | undefined;
}

/** Answers the requests of one instance. */
export class Requests {
  readonly #open = new Map<number, OpenAsk>();

  constructor(
    private readonly plugin: string,
    private readonly handlers: RequestHandlers,
    private readonly respond: Respond,
  ) {}

  async ask(
    token: number,
    method: string,
    params: string,
    flags: number,
    timeoutMs: number,
    context: CallContext | undefined,
  ): Promise<void> {
    const handler = this.handlers.get(method);
    if (handler === undefined) {
      const text = `this host does not answer the request "${method}"`;
      this.respond(token, Status.UNSUPPORTED, '', text, '', false);
      return;
    }
    const open: OpenAsk = { controller: new AbortController(), resume: undefined };
    this.#open.set(token, open);
    try {
      const { signal } = open.controller;
      const stream = (flags & AskFlag.STREAM) !== 0;
      const info = { plugin: this.plugin, signal, timeoutMs, stream, context };
      let result = await handler(JSON.parse(params), info);
      if (isAsyncIterable(result)) result = await this.#stream(token, open, stream, result);
      this.respond(token, Status.OK, toJson(result), '', '', false);
    } catch (cause) {
      const error = AisopodError.from(cause, 'FAIL');
      this.respond(token, statusFor(error), '', error.message, detailsOf(error), false);
    } finally {
      this.#open.delete(token);
    }
  }

  /** Nobody waits for this answer any more. */
  ended(token: number): void {
    const open = this.#open.get(token);
    open?.controller.abort();
    open?.resume?.();
  }

  /** The plugin has read a partial answer. */
  read(token: number): void {
    this.#open.get(token)?.resume?.();
  }

  async #stream(
    token: number,
    open: OpenAsk,
    wanted: boolean,
    parts: AsyncIterable<unknown>,
  ): Promise<unknown> {
    const iterator = parts[Symbol.asyncIterator]();
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return next.value;
      if (open.controller.signal.aborted) return await iterator.return?.();
      if (!wanted) continue;
      // One at a time: the next is asked for when the plugin has read this one.
      const read = new Promise<void>((resolve) => {
        open.resume = resolve;
      });
      this.respond(token, Status.OK, toJson(next.value), '', '', true);
      await read;
    }
  }
}

/** Details that are no JSON must not cost the plugin its answer. */
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
