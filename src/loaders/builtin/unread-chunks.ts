import type { Limits } from '../../config/index.js';
import type { AisopodError } from '../../errors/index.js';

/** How far a reader is behind with the chunks of one call; who sends more waits for it. */
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

  /** Resolves when there is room. One at a time waits. @throws the reason given to end() */
  async room(): Promise<void> {
    if (!this.isFull) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting = (reason) => (reason === null ? resolve() : reject(reason));
    });
  }

  /** Who waits need not wait any more; `reason`: why there will be no room. */
  end(reason: AisopodError | null): void {
    this.#waiting?.(reason);
  }
}
