/** Events for one instance that are handed to native code together; see NativeInstance.deliver. */
type Batch = (readonly number[] | string)[];

/** Elements of a batch: 256 events. A publisher that never yields must not fill the memory. */
const LONGEST = 5 * 256;

/** Characters of JSON in a batch, for the same reason. */
const LARGEST = 1024 * 1024;

/** Collects the events of a turn, since one crossing for all is cheaper than one for each. */
export class EventBatch {
  readonly #deliver: (batch: Batch) => void;
  #batch: Batch = [];
  #characters = 0;
  /** Hands over what was collected. */
  readonly flush = () => {
    const batch = this.#batch;
    this.#batch = [];
    this.#characters = 0;
    if (batch.length > 0) this.#deliver(batch);
  };

  constructor(deliver: (batch: Batch) => void) {
    this.#deliver = deliver;
  }

  add(tokens: readonly number[], topic: string, source: string, json: string, meta: string): void {
    if (this.#batch.length === 0) queueMicrotask(this.flush);
    this.#batch.push(tokens, topic, source, json, meta);
    this.#characters += json.length;
    if (this.#batch.length >= LONGEST || this.#characters >= LARGEST) this.flush();
  }
}
