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
   */
  constructor(
    bytes: Uint8Array,
    what: string,
    readonly little: boolean,
    readonly wide: boolean,
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
    const limit = Math.min(end, this.size, offset + NAME_BYTES);
    const stop = offset < limit ? this.#bytes.indexOf(0, offset) : -1;
    if (stop < 0 || stop >= limit) throw this.malformed(`the name at ${offset} has no end`);
    this.#nameBudget -= stop - offset + 1;
    if (this.#nameBudget < 0) throw this.malformed('its names are over 64 MiB');
    return this.#bytes.toString('utf8', offset, stop);
  }

  /** Whether the NUL-terminated name at `offset` is `name`, which ends with its NUL. */
  isName(offset: number, name: Uint8Array): boolean {
    const end = offset + name.length;
    return end <= this.size && this.#bytes.compare(name, 0, name.length, offset, end) === 0;
  }

  /** The error for a file that contradicts itself. */
  malformed(reason: string): AisopodError {
    return new AisopodError(
      'LIBRARY_FORMAT',
      `${this.#what} is a damaged library: ${reason}. Build or download it again.`,
      { details: { path: this.#what, reason } },
    );
  }

  #within(offset: number, length: number): number {
    if (offset >= 0 && offset + length <= this.size) return offset;
    throw this.malformed(`it points at byte ${offset}, but has ${this.size}`);
  }
}
