import type { Store } from './store.js';

/** Changes of one turn of the event loop, which LMDB commits together. */
interface Batch {
  readonly changes: Promise<unknown>[];
  readonly rejects: ((error: Error) => void)[];
  pending: number;
}

/**
 * Gives LMDB one batch of changes after the other. When a commit has failed for good, LMDB never answers
 * the next one and keeps its lock, so none may be begun before it is known how the last one ended.
 */
export class WriteQueue {
  readonly #store: Store;
  #collected: Batch | null = null;
  #written: { readonly batch: Batch; readonly done: Promise<unknown> } | null = null;
  #isStuck = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether LMDB owes an answer that will not come: the store can't even be closed. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /**
   * Runs `work` in a transaction.
   * @param assertOpen is called when its turn has come; what it throws cancels the change
   */
  async write<T>(assertOpen: () => void, work: (store: Store) => T): Promise<T> {
    while (this.#written !== null) await this.#written.done;
    assertOpen();
    return this.#add(this.#collected ?? this.#collect(), work);
  }

  /** To be called when LMDB reports that a commit failed. */
  commitFailed(error: Error): void {
    const batch = this.#written?.batch ?? this.#collected;
    // LMDB rejects the changes of the commit itself, but for one that it could not even begin.
    setImmediate(() => {
      if (batch === null || batch.pending === 0) return;
      this.#isStuck = true;
      for (const reject of batch.rejects) reject(error);
    });
  }

  #collect(): Batch {
    const batch: Batch = { changes: [], rejects: [], pending: 0 };
    this.#collected = batch;
    setImmediate(() => {
      this.#collected = null;
      const done = Promise.allSettled(batch.changes).then(() => {
        this.#written = null;
      });
      this.#written = { batch, done };
    });
    return batch;
  }

  #add<T>(batch: Batch, work: (store: Store) => T): Promise<T> {
    const change = new Promise<T>((resolve, reject) => {
      batch.rejects.push(reject);
      this.#store.childTransaction(() => work(this.#store)).then(resolve, reject);
    });
    batch.changes.push(change);
    batch.pending += 1;
    return change.finally(() => {
      batch.pending -= 1;
    });
  }
}
