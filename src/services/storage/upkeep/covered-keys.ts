interface Interval {
  readonly first: Buffer;
  readonly last: Buffer;
}

/**
 * Keys of leaves that were read already: the newest leaf that covers a key says what it holds, or that it is
 * gone.
 */
export class CoveredKeys {
  /** In order, and apart from each other. */
  readonly #intervals: Interval[] = [];

  /** Adds all keys from `first` to `last`, both included. */
  add(first: Buffer | undefined, last: Buffer | undefined): void {
    if (first === undefined || last === undefined) return;
    let at = this.#after(first);
    let from = first;
    let to = last;
    const before = this.#intervals[at - 1];
    if (before !== undefined && Buffer.compare(before.last, first) >= 0) {
      at -= 1;
      from = before.first;
    }
    let end = at;
    for (let next = this.#intervals[end]; next !== undefined; next = this.#intervals[++end]) {
      if (Buffer.compare(next.first, to) > 0) break;
      if (Buffer.compare(next.last, to) > 0) to = next.last;
    }
    this.#intervals.splice(at, end - at, { first: from, last: to });
  }

  has(key: Buffer): boolean {
    const interval = this.#intervals[this.#after(key) - 1];
    return interval !== undefined && Buffer.compare(interval.last, key) >= 0;
  }

  /** The index of the first interval that begins after a key. */
  #after(key: Buffer): number {
    let [low, high] = [0, this.#intervals.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { first } = this.#intervals[middle] as Interval;
      if (Buffer.compare(first, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
