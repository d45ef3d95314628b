import type { Readable } from 'node:stream';
import {
  INVALID_REQUEST,
  type JSONRPCMessage,
  PARSE_ERROR,
  parseJSONRPCMessage,
  type RequestId,
  type Transport,
} from '@modelcontextprotocol/server';
import { isObject } from '../base/json/index.js';
import { Lines } from './lines.js';
import { MESSAGE_BYTES, messageLine, readMessage } from './message-text.js';

/** How long answers may still take when the client has closed its end. */
const ANSWERS_MS = 5_000;

/** The streams of a client that has started this process, or stands at the other end of a pipe. */
export interface Pipes {
  readonly input: Readable;
  /** Writes all of the text; never rejects. */
  readonly write: (text: string) => Promise<void>;
  /** Aborted when nothing more can be written. */
  readonly gone: AbortSignal;
}

/**
 * Messages of the protocol, one a line. A line that is not one is answered with an error and changes nothing
 * else, however long it is. When the client closes its end, what it has asked for is still answered.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Resolves when the client has gone, or this end is closed. */
  readonly closed: Promise<void>;
  #resolveClosed = () => {};
  readonly #pipes: Pipes;
  readonly #lines = new Lines(MESSAGE_BYTES);
  readonly #unanswered = new Set<RequestId>();
  #waiting: string[] = [];
  #written: Promise<void> | null = null;
  #isClosed = false;
  #hasEnded = false;

  constructor(pipes: Pipes) {
    this.#pipes = pipes;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  async start(): Promise<void> {
    const { input, gone } = this.#pipes;
    const close = () => void this.close();
    input.on('data', (bytes: Uint8Array) => this.#take(bytes));
    input.on('end', () => this.#end());
    // A terminal that hangs up, or a socket that is reset, will bring no more either.
    input.on('error', close).on('close', () => this.#end());
    // It may have ended while the host was opened.
    if (input.readableEnded || input.destroyed) setImmediate(() => this.#end());
    if (gone.aborted) close();
    else gone.addEventListener('abort', close, { once: true });
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('The client has gone.'));
    this.#waiting.push(messageLine(message));
    // What is sent while something is written goes out together.
    this.#written ??= this.#write();
    if (!('method' in message) && message.id !== undefined) this.#settle(message.id);
    return this.#written;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pipes.input.destroy();
    this.onclose?.();
    this.#resolveClosed();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const text = this.#waiting.join('');
      this.#waiting = [];
      await this.#pipes.write(text);
    }
    this.#written = null;
  }

  #take(bytes: Uint8Array): void {
    for (const line of this.#lines.take(bytes)) this.#receive(line);
  }

  #receive(line: Uint8Array | null): void {
    if (line === null) {
      this.#refuse(null, INVALID_REQUEST, `A message may have ${MESSAGE_BYTES} bytes at most.`);
      return;
    }
    let value: unknown;
    try {
      value = readMessage(line);
    } catch (error) {
      this.#refuse(null, PARSE_ERROR, `This line is not JSON: ${(error as Error).message}`);
      return;
    }
    if (value === undefined) return;
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(value);
    } catch {
      const id = isObject(value) && isId(value.id) ? value.id : null;
      this.#refuse(id, INVALID_REQUEST, 'This line is JSON, but not a message of JSON-RPC 2.0.');
      return;
    }
    this.#note(message);
    this.onmessage?.(message);
  }

  /** Keeps in mind what has to be answered before the end. */
  #note(message: JSONRPCMessage): void {
    if (!('method' in message)) return;
    const { method, params } = message;
    // A subscription ends with the connection.
    if ('id' in message && method !== 'subscriptions/listen') this.#unanswered.add(message.id);
    else if (method === 'notifications/cancelled') {
      this.#settle((params as { requestId?: RequestId } | undefined)?.requestId);
    }
  }

  #settle(id: RequestId | undefined): void {
    if (id === undefined || !this.#unanswered.delete(id)) return;
    if (this.#hasEnded && this.#unanswered.size === 0) this.#closeWhenWritten();
  }

  #refuse(id: RequestId | null, code: number, message: string): void {
    this.#waiting.push(messageLine({ jsonrpc: '2.0', id, error: { code, message } }));
    this.#written ??= this.#write();
  }

  #end(): void {
    if (this.#hasEnded || this.#isClosed) return;
    this.#hasEnded = true;
    const rest = this.#lines.rest();
    if (rest !== undefined) this.#receive(rest);
    if (this.#unanswered.size === 0) this.#closeWhenWritten();
    else setTimeout(() => void this.close(), ANSWERS_MS).unref();
  }

  #closeWhenWritten(): void {
    void (this.#written ?? Promise.resolve()).then(() => this.close());
  }
}

function isId(value: unknown): value is RequestId {
  return typeof value === 'string' || typeof value === 'number';
}
