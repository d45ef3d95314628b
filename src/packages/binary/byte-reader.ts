import { AisopodError } from '../../base/errors/index.js';
import type { ByteSource, Window } from './byte-source.js';
import { LIMITS } from './limits.js';

/** Bytes that are searched or compared at the cost of one number. */
const BYTES_A_STEP = 16;

const NOTHING: Window = {
  start: 0,
  bytes: Buffer.alloc(0),
  view: new DataView(new ArrayBuffer(0)),
};

/**
 * Reads numbers and names out of a file that may lie about itself. No read leaves the file, or the
 * part of it that is read: one that would throws LIBRARY_FORMAT. Each read counts, and so do the
 * bytes of names, so that all work on a library is bounded whatever its tables say.
 */
export class ByteReader {
  readonly size: number;
  /** Bytes of an address: 4 or 8. */
  readonly wordSize: number;
  readonly #source: ByteSource;
  readonly #what: string;
  #window: Window = NOTHING;
  /** The one before: a table of symbols and the names that it points to take turns. */
  #other: Window = NOTHING;
  #nameBudget: number = LIMITS.allNameBytes;
  #steps = 0;

  /**
   * @param source the whole file
   * @param what how messages name the file
   * @param little byte order of its numbers
   * @param wide whether its addresses have 8 bytes
   * @param base where in the file the part begins that is read; offsets count from there
   * @param size bytes of that part, which lies within the file
   */
  constructor(
    source: ByteSource,
    what: string,
    readonly little: boolean,
    readonly wide: boolean,
    readonly base = 0,
    size = source.size - base,
  ) {
    this.#source = source;
    this.#what = what;
    this.size = size;
    this.wordSize = wide ? 8 : 4;
  }

  u8(offset: number): number {
    return this.#view(offset, 1).getUint8(this.base + offset - this.#window.start);
  }

  u16(offset: number): number {
    return this.#view(offset, 2).getUint16(this.base + offset - this.#window.start, this.little);
  }

  u32(offset: number): number {
    return this.#view(offset, 4).getUint32(this.base + offset - this.#window.start, this.little);
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
    const limit = Math.min(end, this.size, offset + LIMITS.nameBytes);
    for (let from = offset; from >= 0 && from < limit; ) {
      const piece = this.#piece(from, limit);
      const found = piece.indexOf(0);
      this.#step((found < 0 ? piece.length : found) / BYTES_A_STEP);
      if (found >= 0) return from + found;
      from += piece.length;
    }
    const why = offset + LIMITS.nameBytes === limit ? ` within ${LIMITS.nameBytes} bytes` : '';
    throw this.malformed(`the name at ${this.base + offset} has no end${why}`, offset);
  }

  /** The bytes from `start` to `end`, which lie within the file. */
  text(start: number, end: number, encoding: 'utf8' | 'latin1'): string {
    this.spend(end - start + 1);
    const { start: from, bytes } = this.#window;
    const at = this.base + start - from;
    const length = end - start;
    if (at >= 0 && at + length <= bytes.length) return bytes.toString(encoding, at, at + length);
    return this.#range(start, end).toString(encoding);
  }

  /** Takes a name of `length` bytes from the budget. */
  spend(length: number): void {
    this.#nameBudget -= length;
    if (length > LIMITS.nameBytes) throw this.malformed('it has a name of over 64 KiB');
    if (this.#nameBudget < 0) throw this.malformed('its names are over 64 MiB');
  }

  /** Whether `bytes` stand at `offset`; for a whole name, they end with its NUL. */
  holds(offset: number, bytes: Uint8Array): boolean {
    const end = offset + bytes.length;
    if (offset < 0 || end > this.size) return false;
    // Most names differ in their first byte, which is faster to see than to compare them.
    if (bytes.length > 0 && this.u8(offset) !== bytes[0]) return false;
    this.#step(bytes.length / BYTES_A_STEP);
    const { start, bytes: window } = this.#window;
    const at = this.base + offset - start;
    if (at + bytes.length <= window.length) {
      return window.compare(bytes, 0, bytes.length, at, at + bytes.length) === 0;
    }
    return this.#range(offset, end).equals(bytes);
  }

  /**
   * Throws when the file has more of something than is read.
   * @param found how many it has, or claims to have
   * @param limit of LIMITS
   * @param things what is counted
   * @param offset where the file says so
   */
  limit(found: number, limit: number, things: string, offset?: number): void {
    if (found <= limit) return;
    throw this.#tooMuch(`it claims ${found} ${things}, and ${limit} are allowed`, {
      ...(offset === undefined ? {} : { offset: this.base + offset }),
      found,
      limit,
    });
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

  #tooMuch(reason: string, details: { offset?: number; limit: number; found?: number }) {
    const at = details.offset === undefined ? '' : ` at byte ${details.offset},`;
    return new AisopodError(
      'LIBRARY_FORMAT',
      `${this.#what} is over a limit for libraries:${at} ${reason}. Build it again; a linker does ` +
        'not write such a library.',
      { details: { path: this.#what, reason, ...details } },
    );
  }

  /** The view of the window that holds a number of `length` bytes. */
  #view(offset: number, length: number): DataView {
    if (!(offset >= 0 && offset + length <= this.size)) {
      const [at, end] = [this.base + offset, this.base + this.size];
      throw this.malformed(`it points at byte ${at}, but ends at ${end}`, offset);
    }
    this.#step(1);
    const at = this.base + offset;
    const { start, bytes } = this.#window;
    if (at < start || at + length > start + bytes.length) this.#turnTo(at, length);
    return this.#window.view;
  }

  /** The bytes from `start`, up to `end` at the most, that lie in one window. */
  #piece(start: number, end: number): Buffer {
    const at = this.base + start;
    const current = this.#window;
    if (at < current.start || at >= current.start + current.bytes.length) this.#turnTo(at, 1);
    const { start: from, bytes } = this.#window;
    return bytes.subarray(at - from, Math.min(bytes.length, this.base + end - from));
  }

  #turnTo(at: number, length: number): void {
    const other = this.#other;
    const isThere = at >= other.start && at + length <= other.start + other.bytes.length;
    this.#other = this.#window;
    this.#window = isThere ? other : this.#source.window(at);
  }

  #range(start: number, end: number): Buffer {
    const first = this.#piece(start, end);
    if (first.length === end - start) return first;
    const pieces = [first];
    for (let from = start + first.length; from < end; ) {
      const piece = this.#piece(from, end);
      pieces.push(piece);
      from += piece.length;
    }
    return Buffer.concat(pieces);
  }

  #step(count: number): void {
    this.#steps += count;
    if (this.#steps > LIMITS.steps) {
      throw this.#tooMuch(`reading it takes more than ${LIMITS.steps} steps`, {
        limit: LIMITS.steps,
      });
    }
  }
}
