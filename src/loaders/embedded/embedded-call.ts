import { randomBytes } from 'node:crypto';
import { Status, statusCode } from '../../abi/index.js';
import { AisopodError } from '../../base/errors/index.js';
import type { PluginLogger } from '../../base/logging/index.js';
import { isThenable, LONGEST_TIMER_MS } from '../../base/time/index.js';
import type { Limits } from '../../config/index.js';
import {
  type Answer,
  type CallContext,
  type CallPort,
  type InvokeOptions,
  isIssued,
  issue,
  lostCall,
  PendingCall,
  UnreadChunks,
} from '../../instance/index.js';
import { answerOf, bytesOf, failureOf, refused } from './answer.js';
import type { PluginCall } from './plugin-call.js';
import { isStream, sendAll } from './returned.js';

/** What a handler may take beyond its deadline before it is said to overstay it. */
const OVERSTAY_MS = 1_000;

/** Why there is nothing more to tell, as a status of the ABI. */
interface Ended {
  readonly status: number;
  readonly why: string;
}

const ANSWERED: Ended = { status: Status.GONE, why: 'the call was answered already' };

/** What a call tells the instance that it belongs to. */
export interface CallOwner {
  readonly plugin: string;
  readonly limits: Limits;
  /** A logger whose lines belong to a call with this context. */
  loggerFor(context: CallContext): PluginLogger;
  /** Nobody waits for the call any more, which may still run. */
  settled(call: EmbeddedCall): void;
  /** A handler overstays its deadline (true), or has returned at last. */
  overstays(call: EmbeddedCall, yes: boolean): void;
  /** The handler has returned. */
  returned(call: EmbeddedCall): void;
}

/**
 * One call of a handler in JavaScript. A handler that answers at once costs no promise and no timer;
 * PendingCall, which serves native calls too, takes over as soon as there is something to wait for.
 */
export class EmbeddedCall implements PluginCall, CallPort {
  readonly name: string;
  readonly method: string;
  readonly #owner: CallOwner;
  readonly #options: InvokeOptions;
  readonly #begun = performance.now();
  #context: PluginCall['context'] | undefined;
  #logger: PluginLogger | undefined;
  #controller: AbortController | undefined;
  #pending: PendingCall | undefined;
  /** How each further use of the call ends; null while the call is open. */
  #ended: Ended | null = null;
  #running = true;
  #timer: NodeJS.Timeout | undefined;
  #overstays = false;
  readonly #unread: UnreadChunks;

  constructor(owner: CallOwner, name: string, method: string, options: InvokeOptions) {
    this.#owner = owner;
    this.name = name;
    this.method = method;
    this.#options = options;
    this.#unread = new UnreadChunks(owner.limits);
  }

  get plugin(): string {
    return this.#owner.plugin;
  }

  get context(): PluginCall['context'] {
    this.#context ??= contextFor(this.#options.context);
    return this.#context;
  }

  /** Its handler has not returned. */
  get isRunning(): boolean {
    return this.#running;
  }

  get wantsChunks(): boolean {
    return this.#options.onChunk !== undefined;
  }

  get wantsProgress(): boolean {
    return this.#options.onProgress !== undefined;
  }

  get logger(): PluginLogger {
    this.#logger ??= this.#owner.loggerFor(this.context);
    return this.#logger;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#ended !== null && this.#ended !== ANSWERED) this.#controller.abort(this.#reason());
    }
    return this.#controller.signal;
  }

  get remainingMs(): number {
    if (this.#ended !== null) return 0;
    return Math.max(0, this.#begun + this.#options.timeoutMs - performance.now());
  }

  chunk(value: unknown): Promise<void> {
    const sent = this.#chunk(value);
    // A handler that does not wait for it learns of it by the signal.
    sent.catch(() => {});
    return sent;
  }

  progress(fraction: number | null, note?: string): void {
    const inRange = typeof fraction === 'number' && fraction >= 0 && fraction <= 1;
    if ((fraction !== null && !inRange) || (note !== undefined && typeof note !== 'string')) {
      const text = 'progress() takes a number from 0 to 1 or null, and a text or nothing';
      throw new AisopodError('INVALID', text);
    }
    if (this.#ended === null) this.#wait().progress(fraction, note ?? null);
  }

  /** The answer for what the handler returned at once, or for the end of what it began. */
  take(returned: unknown): Answer | Promise<Answer> {
    if (isThenable(returned) || isStream(returned)) return this.#run(returned);
    return this.#atOnce(answerOf(returned, this.#owner.limits.payloadBytes));
  }

  /** The answer for what the handler threw before it returned. */
  thrown(error: unknown): Answer | Promise<Answer> {
    return this.#atOnce(failureOf(error));
  }

  #atOnce(answer: Answer): Answer | Promise<Answer> {
    this.#running = false;
    this.#owner.returned(this);
    if (this.#pending === undefined) {
      this.#ended = ANSWERED;
      return answer;
    }
    // The caller reads what was sent before, first.
    this.#answer(answer, ANSWERED);
    return this.#pending.promise;
  }

  #run(work: unknown): Promise<Answer> {
    const pending = this.#wait();
    if (this.#options.timeoutMs <= LONGEST_TIMER_MS) {
      this.#timer = setTimeout(() => this.#late(), this.remainingMs);
    }
    void this.#finish(work);
    return pending.promise;
  }

  /** The host ends the call. */
  lose(status: number, why: string): void {
    clearTimeout(this.#timer);
    this.#pending?.lost(lostCall(this.plugin, status, why));
    this.#close({ status, why });
  }

  /** PendingCall: the caller wants no more. */
  cancel(_call: number, status: number): void {
    this.#close({ status, why: 'the caller cancelled the call' });
    // Without a deadline it overstays from now on.
    if (this.#timer !== undefined) this.#timer.unref();
    else this.#watchOverstay();
  }

  /** PendingCall: a chunk was read. */
  chunkRead(_call: number, bytes: number): void {
    this.#unread.read(bytes);
  }

  async #finish(work: unknown): Promise<void> {
    let answer: Answer;
    try {
      const value = isStream(work) ? await sendAll(work, this.#send) : await work;
      answer = answerOf(value, this.#owner.limits.payloadBytes);
    } catch (error) {
      answer = failureOf(error);
    }
    clearTimeout(this.#timer);
    this.#running = false;
    if (this.#overstays) this.#owner.overstays(this, false);
    this.#owner.returned(this);
    this.#answer(answer, ANSWERED);
  }

  readonly #send = async (value: unknown): Promise<boolean> => {
    if (this.#ended !== null) return false;
    await this.#chunk(value);
    return true;
  };

  async #chunk(value: unknown): Promise<void> {
    if (this.#ended !== null) throw this.#reason();
    if (this.#options.onChunk === undefined) return;
    const { payloadBytes } = this.#owner.limits;
    const written = answerOf(value, payloadBytes, 'a chunk');
    if (!written.ok) {
      const code = written.code === 'PAYLOAD_TOO_LARGE' ? 'TOO_LARGE' : 'INVALID';
      throw this.#refuse(code, written.message);
    }
    if (this.#unread.isFull) {
      const text = 'chunks were sent without waiting for chunk(), and the reader is behind';
      throw this.#refuse('TOO_LARGE', text);
    }
    const bytes = bytesOf(written.json, 0);
    this.#unread.sent(bytes);
    this.#wait().chunk(written.json, bytes);
    await this.#unread.room();
  }

  #wait(): PendingCall {
    this.#pending ??= this.#makePending();
    return this.#pending;
  }

  #makePending(): PendingCall {
    const pending = new PendingCall(0, this, this.#options, (answer) => answer);
    const settled = () => this.#owner.settled(this);
    pending.promise.then(settled, settled);
    return pending;
  }

  /** What was sent breaks a rule: that ends the call, whether or not the plugin looks. */
  #refuse(code: 'INVALID' | 'TOO_LARGE', why: string): AisopodError {
    const answer = refused(code === 'INVALID' ? 'REPLY_REFUSED' : 'PAYLOAD_TOO_LARGE', why);
    this.#answer(answer, { status: Status[code], why });
    return this.#reason();
  }

  #answer(answer: Answer, end: Ended): void {
    if (this.#ended !== null) return;
    this.#wait().answered(answer);
    this.#close(end);
  }

  #late(): void {
    const why = `${this.name} has not answered after ${this.#options.timeoutMs} ms`;
    this.lose(Status.DEADLINE, why);
    this.#watchOverstay();
  }

  #watchOverstay(): void {
    if (!this.#running) return;
    this.#timer = setTimeout(() => {
      this.#overstays = true;
      this.#owner.overstays(this, true);
    }, OVERSTAY_MS).unref();
  }

  #close(end: Ended): void {
    if (this.#ended !== null) return;
    this.#ended = end;
    if (end === ANSWERED) {
      this.#unread.end(null);
      return;
    }
    const reason = this.#reason();
    this.#unread.end(reason);
    this.#controller?.abort(reason);
  }

  #reason(): AisopodError {
    const { status, why } = this.#ended ?? ANSWERED;
    return new AisopodError(statusCode(status), why);
  }
}

/** What the plugin receives, and may pass on. */
function contextFor(given: CallContext | undefined): PluginCall['context'] {
  if (isIssued(given) && given?.traceId !== undefined) return given as PluginCall['context'];
  return issue({ ...given, traceId: given?.traceId ?? randomBytes(16).toString('hex') });
}
