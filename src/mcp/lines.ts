const NEWLINE = 0x0a;

/**
 * Takes the lines out of a stream of bytes, and passes over those that are too long without keeping them.
 */
export class Lines {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #size = 0;
  #isTooLong = false;

  /** @param limit bytes of a line */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Returns the lines that end in these bytes, without their ends; null stands for one that is too long. */
  take(bytes: Uint8Array): (Uint8Array | null)[] {
    const lines: (Uint8Array | null)[] = [];
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, from);
      this.#add(bytes.subarray(from, end < 0 ? bytes.length : end));
      if (end < 0) return lines;
      lines.push(this.#end());
      from = end + 1;
    }
  }

  /** Returns what no newline ended; undefined: nothing. */
  rest(): Uint8Array | null | undefined {
    return this.#size === 0 && !this.#isTooLong ? undefined : this.#end();
  }

  #add(part: Uint8Array): void {
    if (this.#isTooLong || part.length === 0) return;
    this.#size += part.length;
    if (this.#size > this.#limit) {
      this.#isTooLong = true;
      this.#parts = [];
    } else this.#parts.push(part);
  }

  #end(): Uint8Array | null {
    const line = this.#isTooLong ? null : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    this.#isTooLong = false;
    return line;
  }
}
