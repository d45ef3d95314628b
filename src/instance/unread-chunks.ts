import type { AisopodError } from '../base/errors/index.js';
import type { Limits } from '../config/index.js';

/**
 * How far a reader is behind with the chunks of one call, or with the partial responses of one
 * request. The sender waits for room before it sends another one.
 */
export class UnreadChunks {
  readonly #limits: Limits;
  #count = 0;
  #bytes = 0;
  #waiting: ((reason: AisopodError | null) => void) | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    const { chunksUnread, chunkBytesUnread } = this.#limits;
    return this.#count >= chunksUnread || this.#bytes >= chunkBytesUnread;
  }

  sent(bytes: number): void {
    this.#count += 1;
    this.#bytes += bytes;
  }

  read(bytes: number): void {
    this.#count -= 1;
    this.#bytes -= bytes;
    if (!this.isFull) this.end(null);
  }

  /** Resolves when there is room. One sender waits at a time. @throws the reason given to end() */
  async room(): Promise<void> {
    if (!this.isFull) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting = (reason) => (reason === null ? resolve() : reject(reason));
    });
  }

  /** Ends the wait for room; `reason`: why there will be none. */
  end(reason: AisopodError | null): void {
    this.#waiting?.(reason);
  }
}
