/** A piece of memory that a file describes. */
interface Range {
  readonly address: number;
  readonly size: number;
}

/**
 * Finds the range that holds an address by halves: a table of a million symbols may ask for each.
 * Where ranges overlap, which no linker makes, the one that begins last before the address counts.
 */
export class AddressMap<T extends Range> {
  readonly #sorted: readonly T[];

  constructor(ranges: readonly T[]) {
    const filled = ranges.filter(({ size }) => size > 0);
    this.#sorted = filled.sort((a, b) => a.address - b.address);
  }

  find(address: number): T | undefined {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] as T).address <= address) low = middle + 1;
      else high = middle;
    }
    const last = this.#sorted[low - 1];
    return last !== undefined && address < last.address + last.size ? last : undefined;
  }
}
