import { Status } from '../../src/abi/index.js';
import { AisopodError } from '../../src/base/errors/index.js';
import type { Limits } from '../../src/config/index.js';
import {
  type Answer,
  type CallPort,
  type InvokeOptions,
  lostCall,
  PendingCall,
  UnreadChunks,
} from '../../src/instance/index.js';

/** One call that reached the plugin. */
export interface SeenCall {
  readonly registration: number;
  readonly method: string;
  readonly params: string;
  /** As the caller gave them. */
  readonly options: InvokeOptions;
}

/** What a handler receives. */
export interface FakeCall extends SeenCall {
  /** Aborted with the reason when nothing waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Sends a chunk. @returns when there is room for another one */
  chunk(value: unknown): Promise<void>;
  progress(fraction: number | null, note: string | null): void;
}

/** One call of the fake, which PendingCall settles as it does for the loaders. */
export class OpenCall implements FakeCall, CallPort {
  readonly plugin = 'fake';
  readonly registration: number;
  readonly method: string;
  readonly params: string;
  readonly options: InvokeOptions;
  readonly #limits: Limits;
  readonly #controller = new AbortController();
  readonly #unread: UnreadChunks;
  readonly #pending: PendingCall;
  #timer: NodeJS.Timeout | undefined;

  constructor(seen: SeenCall, limits: Limits) {
    this.registration = seen.registration;
    this.method = seen.method;
    this.params = seen.params;
    this.options = seen.options;
    this.#limits = limits;
    this.#unread = new UnreadChunks(limits);
    this.#pending = new PendingCall(0, this, seen.options, (answer) => answer);
    this.#pending.promise.catch(() => {}); // of a call that answers at once, nothing waits for it
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get promise(): Promise<Answer> {
    return this.#pending.promise;
  }

  async chunk(value: unknown): Promise<void> {
    this.signal.throwIfAborted();
    if (this.options.onChunk === undefined) return;
    const json = JSON.stringify(value);
    this.#unread.sent(json.length);
    this.#pending.chunk(json, json.length);
    await this.#unread.room();
  }

  progress(fraction: number | null, note: string | null): void {
    this.#pending.progress(fraction, note);
  }

  run(answer: Promise<Answer>): void {
    if (this.options.timeoutMs <= 2 ** 31 - 1) {
      const late = () => this.lose(Status.DEADLINE, 'there is no answer in time');
      this.#timer = setTimeout(late, this.options.timeoutMs);
    }
    answer
      .then(
        (given) => void this.answered(given),
        (error) => this.#pending.lost(error),
      )
      .finally(() => clearTimeout(this.#timer));
  }

  answered(given: Answer): Answer {
    const { payloadBytes } = this.#limits;
    const isTooLarge = given.ok && Buffer.byteLength(given.json) > payloadBytes;
    const answer: Answer = isTooLarge
      ? { ok: false, code: 'PAYLOAD_TOO_LARGE', message: 'the answer is too large' }
      : given;
    this.#pending.answered(answer);
    return answer;
  }

  lose(status: number, why: string): void {
    clearTimeout(this.#timer);
    const reason = lost(status, why);
    this.#pending.lost(reason);
    this.#stop(status);
  }

  cancel(_call: number, status: number): void {
    clearTimeout(this.#timer);
    this.#stop(status);
  }

  chunkRead(_call: number, bytes: number): void {
    this.#unread.read(bytes);
  }

  #stop(status: number): void {
    const name = Object.entries(Status).find(([, value]) => value === status)?.[0];
    const reason = new AisopodError(name as 'CANCELLED', 'the call has ended');
    this.#controller.abort(reason);
    this.#unread.end(reason);
  }
}

export function lost(status: number, why: string): AisopodError {
  return lostCall('fake', status, why);
}
