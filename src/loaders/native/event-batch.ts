/** Events for one instance that are handed to native code together; see NativeInstance.deliver. */
type Batch = (readonly number[] | string)[];

// Whoever publishes without ever letting go of the thread must not fill the memory.
const LONGEST = 4 * 256;

/** Collects the events of a turn, since one crossing for all is cheaper than one for each. */
export class EventBatch {
  readonly #deliver: (batch: Batch) => void;
  #batch: Batch = [];
  readonly #flush = () => {
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length > 0) this.#deliver(batch);
  };

  constructor(deliver: (batch: Batch) => void) {
    this.#deliver = deliver;
  }

  add(tokens: readonly number[], topic: string, source: string, json: string): void {
    if (this.#batch.length === 0) queueMicrotask(this.#flush);
    this.#batch.push(tokens, topic, source, json);
    if (this.#batch.length >= LONGEST) this.#flush();
  }
}
