import type { ToolResult } from '../../instance/index.js';
import type { ToolCallStream } from './tool-call-stream.js';

interface Waiter {
  resolve(step: IteratorResult<unknown>): void;
  reject(error: unknown): void;
}

/** Starts the call of a stream. */
export type StartCall = (
  onChunk: (chunk: unknown) => Promise<void>,
  signal: AbortSignal,
) => Promise<ToolResult>;

/** A stream between the plugin, which waits for the reader, and one `for await`. */
export class ChunkStream implements ToolCallStream {
  readonly result: Promise<ToolResult>;

  readonly #cancel = new AbortController();
  readonly #waiters: Waiter[] = [];
  readonly #arrived: { chunk: unknown; read: () => void }[] = [];
  /** Says that the chunk handed out last was read. */
  #read: (() => void) | null = null;
  #error: { reason: unknown } | null = null;
  #ended = false;

  /**
   * @param start begins the call at once; its failure is in the stream, never thrown here
   * @param signal of the caller
   */
  constructor(start: StartCall, signal?: AbortSignal) {
    const abort = () => this.#cancel.abort(signal?.reason);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    this.result = start((chunk) => this.#take(chunk), this.#cancel.signal);
    this.result
      .then(
        () => this.#end(null),
        (reason: unknown) => this.#end({ reason }),
      )
      .finally(() => signal?.removeEventListener('abort', abort));
  }

  next(): Promise<IteratorResult<unknown>> {
    this.#read?.();
    this.#read = null;
    const arrived = this.#arrived.shift();
    if (arrived) {
      this.#read = arrived.read;
      return Promise.resolve({ done: false, value: arrived.chunk });
    }
    if (!this.#ended) {
      return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
    }
    const error = this.#error;
    this.#error = null;
    return error ? Promise.reject(error.reason) : Promise.resolve({ done: true, value: undefined });
  }

  return(): Promise<IteratorResult<unknown>> {
    if (!this.#ended) {
      this.#end(null);
      this.#cancel.abort();
    }
    for (const { read } of this.#arrived.splice(0)) read();
    this.#read?.();
    this.#read = null;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Takes a chunk from the plugin; settles when it was read. */
  #take(chunk: unknown): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((read) => {
      const waiter = this.#waiters.shift();
      if (!waiter) {
        this.#arrived.push({ chunk, read });
        return;
      }
      // Somebody asks for the one after this already, so this one counts as read.
      if (this.#waiters.length > 0) read();
      else this.#read = read;
      waiter.resolve({ done: false, value: chunk });
    });
  }

  #end(error: { reason: unknown } | null): void {
    if (this.#ended) return;
    this.#ended = true;
    const first = this.#waiters.shift();
    if (!first) this.#error = error;
    else if (error) first.reject(error.reason);
    else first.resolve({ done: true, value: undefined });
    for (const waiter of this.#waiters.splice(0)) waiter.resolve({ done: true, value: undefined });
  }
}
