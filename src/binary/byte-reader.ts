import { AisopodError } from '../errors/index.js';

/** The longest name that is read; C++ mangles into names of several kilobytes. */
const NAME_BYTES = 64 * 1024;

/**
 * Reads numbers and names out of a file that may lie about itself. No read leaves the buffer: one
 * that would throws LIBRARY_FORMAT. Names share a budget, since a hostile table can point a million
 * times at the same long name.
 */
export class ByteReader {
  readonly size: number;
  /** Bytes of an address: 4 or 8. */
  readonly wordSize: number;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #what: string;
  #nameBudget = 64 * 1024 * 1024;

  /**
   * @param bytes the whole file
   * @param what how messages name the file
   * @param little byte order of its numbers
   * @param wide whether its addresses have 8 bytes
   * @param base where in the file `bytes` begin, for messages
   */
  constructor(
    bytes: Uint8Array,
    what: string,
    readonly little: boolean,
    readonly wide: boolean,
    readonly base = 0,
  ) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    this.size = bytes.byteLength;
    this.wordSize = wide ? 8 : 4;
  }

  u8(offset: number): number {
    return this.#view.getUint8(this.#within(offset, 1));
  }

  u16(offset: number): number {
    return this.#view.getUint16(this.#within(offset, 2), this.little);
  }

  u32(offset: number): number {
    return this.#view.getUint32(this.#within(offset, 4), this.little);
  }

  /** Exact below 2^53; what is larger is outside of any file and fails when it is used. */
  u64(offset: number): number {
    const first = this.u32(offset);
    const second = this.u32(offset + 4);
    return this.little ? second * 2 ** 32 + first : first * 2 ** 32 + second;
  }

  /** A number as wide as an address. */
  word(offset: number): number {
    return this.wide ? this.u64(offset) : this.u32(offset);
  }

  /** The NUL-terminated name at `offset`, which must end before `end`. */
  name(offset: number, end: number): string {
    return this.text(offset, this.nameEnd(offset, end), 'utf8');
  }

  /** Where the NUL of the name at `offset` stands, which must be before `end`. */
  nameEnd(offset: number, end: number): number {
    const limit = Math.min(end, this.size, offset + NAME_BYTES);
    const found = offset >= 0 && offset < limit;
    const length = found ? this.#bytes.subarray(offset, limit).indexOf(0) : -1;
    if (length >= 0) return offset + length;
    throw this.malformed(`the name at ${this.base + offset} has no end`, offset);
  }

  /** The bytes from `start` to `end`, which lie within the file. */
  text(start: number, end: number, encoding: 'utf8' | 'latin1'): string {
    this.spend(end - start + 1);
    return this.#bytes.toString(encoding, start, end);
  }

  /** Takes a name of `length` bytes from the budget. */
  spend(length: number): void {
    this.#nameBudget -= length;
    if (length > NAME_BYTES) throw this.malformed('it has a name of over 64 KiB');
    if (this.#nameBudget < 0) throw this.malformed('its names are over 64 MiB');
  }

  /** Whether `bytes` stand at `offset`; for a whole name, they end with its NUL. */
  holds(offset: number, bytes: Uint8Array): boolean {
    const end = offset + bytes.length;
    if (offset < 0 || end > this.size) return false;
    return this.#bytes.compare(bytes, 0, bytes.length, offset, end) === 0;
  }

  /** The error for a file that contradicts itself, at byte `offset` of what is read here. */
  malformed(reason: string, offset?: number): AisopodError {
    const where = offset === undefined ? {} : { offset: this.base + offset };
    return new AisopodError(
      'LIBRARY_FORMAT',
      `${this.#what} is a damaged library: ${reason}. Build or download it again.`,
      { details: { path: this.#what, reason, ...where } },
    );
  }

  #within(offset: number, length: number): number {
    if (offset >= 0 && offset + length <= this.size) return offset;
    const [at, end] = [this.base + offset, this.base + this.size];
    throw this.malformed(`it points at byte ${at}, but ends at ${end}`, offset);
  }
}
