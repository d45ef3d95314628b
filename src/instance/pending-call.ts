import { Status } from '../abi/index.js';
import type { AisopodError } from '../base/errors/index.js';
import { readJson } from '../base/json/index.js';
import { timerMs } from '../base/time/index.js';
import { lostCall } from './lost-call.js';
import type { Answer, CallContext, InvokeOptions } from './plugin-instance.js';

/** What a pending call needs from the instance that made it. */
export interface CallPort {
  readonly plugin: string;
  cancel(call: number, status: number): void;
  chunkRead(call: number, bytes: number): void;
}

interface Chunk {
  readonly json: string;
  readonly bytes: number;
}

/**
 * A call that the plugin has not answered yet. The caller's promise settles once: by the plugin's
 * answer, after every chunk before it was read, or at once when the call is lost or cancelled.
 */
export class PendingCall<T = Answer> {
  readonly promise: Promise<T>;
  readonly context: CallContext | undefined;
  readonly token: number;
  readonly #port: CallPort;
  readonly #onChunk: InvokeOptions['onChunk'];
  readonly #onProgress: InvokeOptions['onProgress'];
  // What most calls don't need is not made for them.
  readonly #signal: AbortSignal | undefined;
  readonly #abort: (() => void) | undefined;
  readonly #deadline: number;
  #chunks: Chunk[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #finish: (answer: Answer) => unknown;
  #resolve!: (result: unknown) => void;
  #reject!: (reason: unknown) => void;
  #answer: Answer | undefined;
  #reading = false;
  #settled = false;

  /** @param finish makes of the answer what the promise resolves with */
  constructor(
    token: number,
    port: CallPort,
    options: InvokeOptions,
    finish: (answer: Answer) => T,
  ) {
    this.token = token;
    this.#port = port;
    this.#finish = finish;
    this.context = options.context;
    this.#onChunk = options.onChunk;
    this.#onProgress = options.onProgress;
    this.#deadline = options.onChunk === undefined ? 0 : performance.now() + options.timeoutMs;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve as (result: unknown) => void;
      this.#reject = reject;
    });
    if (options.signal === undefined) return;
    this.#signal = options.signal;
    this.#abort = () => {
      this.#stop(lostCall(port.plugin, Status.CANCELLED, 'the caller cancelled the call'));
    };
    this.#signal.addEventListener('abort', this.#abort, { once: true });
  }

  /** The plugin has answered: no chunk comes after this. */
  answered(answer: Answer): void {
    this.#answer = answer;
    if (this.#reading) this.#watchReader();
    else this.#settle(answer);
  }

  /** The host has ended the call. */
  lost(reason: AisopodError): void {
    this.#fail(reason);
  }

  chunk(json: string, bytes: number): void {
    if (this.#settled) return;
    this.#chunks ??= [];
    this.#chunks.push({ json, bytes });
    if (!this.#reading) void this.#read(this.#chunks);
  }

  progress(fraction: number | null, note: string | null): void {
    if (this.#settled) return;
    try {
      this.#onProgress?.(fraction, note);
    } catch (error) {
      this.#stop(error);
    }
  }

  /** One chunk at a time: the next is handed over when the reader's promise has settled. */
  async #read(chunks: Chunk[]): Promise<void> {
    this.#reading = true;
    for (let next = chunks.shift(); next !== undefined; next = chunks.shift()) {
      try {
        await this.#onChunk?.(readJson(next.json));
      } catch (error) {
        this.#stop(error);
      }
      if (this.#settled) return;
      this.#port.chunkRead(this.token, next.bytes);
    }
    this.#reading = false;
    if (this.#answer !== undefined) this.#settle(this.#answer);
  }

  /** The core watches the plugin; a reader that never settles would hold the answer for ever. */
  #watchReader(): void {
    const left = this.#deadline - performance.now();
    if (left === Number.POSITIVE_INFINITY) return;
    const late = lostCall(
      this.#port.plugin,
      Status.DEADLINE,
      'the plugin answered, but its chunks were not read before the deadline',
    );
    this.#timer = setTimeout(() => this.#fail(late), timerMs(left));
  }

  /** The caller no longer waits: cancels the call for the plugin too, without waiting for that. */
  #stop(reason: unknown): void {
    if (this.#settled) return;
    this.#port.cancel(this.token, Status.CANCELLED);
    this.#fail(reason);
  }

  #fail(reason: unknown): void {
    if (this.#settled) return;
    this.#end();
    this.#reject(reason);
  }

  #settle(answer: Answer): void {
    if (this.#settled) return;
    this.#end();
    try {
      this.#resolve(this.#finish(answer));
    } catch (error) {
      this.#reject(error);
    }
  }

  #end(): void {
    this.#settled = true;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    if (this.#chunks !== undefined) this.#chunks.length = 0;
    if (this.#abort !== undefined) this.#signal?.removeEventListener('abort', this.#abort);
  }
}
