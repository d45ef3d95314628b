/** Work that has to be over before something else begins. */
export class InProgress {
  readonly #open = new Set<Promise<unknown>>();

  /** Counts `work` until it has settled. */
  track<T>(work: Promise<T>): Promise<T> {
    const done = () => this.#open.delete(work);
    this.#open.add(work);
    work.then(done, done);
    return work;
  }

  /** Resolves when nothing is open any more, however it came out. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.allSettled(this.#open);
  }
}
