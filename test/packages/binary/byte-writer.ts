/** Writes numbers and names one behind the other, for the files that tests make. */
export class ByteWriter {
  readonly #parts: Buffer[] = [];
  #length = 0;

  constructor(
    readonly little: boolean,
    readonly wide: boolean,
  ) {}

  get length(): number {
    return this.#length;
  }

  u8(...values: number[]): this {
    return this.bytes(Buffer.from(values));
  }

  u16(...values: number[]): this {
    return this.#numbers(2, values);
  }

  u32(...values: number[]): this {
    return this.#numbers(4, values);
  }

  /** Numbers as wide as an address. */
  word(...values: number[]): this {
    for (const value of values) {
      if (!this.wide) this.u32(value);
      else if (this.little) this.u32(value, 0);
      else this.u32(0, value);
    }
    return this;
  }

  /** A name with its NUL, or padded with NULs to `size`. */
  name(text: string, size = 0): this {
    const bytes = Buffer.from(`${text}\0`);
    return this.bytes(bytes).bytes(Buffer.alloc(Math.max(0, size - bytes.length)));
  }

  bytes(bytes: Uint8Array): this {
    this.#parts.push(Buffer.from(bytes));
    this.#length += bytes.length;
    return this;
  }

  /** NULs up to the next multiple of `size`. */
  align(size: number): this {
    return this.bytes(Buffer.alloc((size - (this.#length % size)) % size));
  }

  done(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #numbers(size: number, values: number[]): this {
    for (const value of values) {
      const bytes = Buffer.alloc(size);
      if (this.little) bytes.writeUIntLE(value, 0, size);
      else bytes.writeUIntBE(value, 0, size);
      this.bytes(bytes);
    }
    return this;
  }
}
