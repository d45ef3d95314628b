import type { ByteReader } from './byte-reader.js';
import type { SymbolKind } from './library-info.js';
import { LIMITS } from './limits.js';
import { DIRECTORY } from './pe-constants.js';
import { type Directory, directory, isCode, locate, nameAt, type PeHeader } from './pe-header.js';

/** The tables of the export directory, as file offsets. */
interface Tables {
  readonly functions: number;
  readonly functionCount: number;
  readonly names: number;
  readonly ordinals: number;
  readonly nameCount: number;
}

/** The export directory. What is exported by number alone has no name, and is not listed. */
export class PeExports {
  readonly #reader: ByteReader;
  readonly #header: PeHeader;
  readonly #directory: Directory | null;
  #tables: Tables | undefined;

  constructor(reader: ByteReader, header: PeHeader) {
    this.#reader = reader;
    this.#header = header;
    this.#directory = directory(header, DIRECTORY.EXPORT);
  }

  /** The kind of that export, or null. Names are sorted, and Windows searches them by halves too. */
  find(name: string): SymbolKind | null {
    if (this.#directory === null) return null;
    const wanted = Buffer.from(name);
    let low = 0;
    let high = this.#table(this.#directory).nameCount - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = Buffer.compare(wanted, Buffer.from(this.#name(middle)));
      if (order === 0) return this.#kind(middle, this.#directory);
      if (order < 0) high = middle - 1;
      else low = middle + 1;
    }
    return null;
  }

  *[Symbol.iterator](): Generator<{ name: string; kind: SymbolKind }> {
    if (this.#directory === null) return;
    const { nameCount } = this.#table(this.#directory);
    for (let i = 0; i < nameCount; i++) {
      yield { name: this.#name(i), kind: this.#kind(i, this.#directory) };
    }
  }

  #name(index: number): string {
    const { names } = this.#tables as Tables;
    return nameAt(this.#reader, this.#header, this.#reader.u32(names + index * 4));
  }

  /** An address within the directory itself is the name of a function in another DLL. */
  #kind(index: number, { address: start, size }: Directory): SymbolKind {
    const reader = this.#reader;
    const { functions, functionCount, ordinals } = this.#tables as Tables;
    const at = ordinals + index * 2;
    const ordinal = reader.u16(at);
    if (ordinal >= functionCount) throw reader.malformed(`it has no export ${ordinal}`, at);
    const address = reader.u32(functions + ordinal * 4);
    if (address >= start && address < start + size) return 'other';
    return isCode(this.#header, address) ? 'function' : 'object';
  }

  #table({ address }: Directory): Tables {
    if (this.#tables !== undefined) return this.#tables;
    const [reader, header] = [this.#reader, this.#header];
    const { offset } = locate(reader, header, address);
    const functionCount = reader.u32(offset + 20);
    const nameCount = reader.u32(offset + 24);
    const table = (at: number, count: number, entrySize: number) => {
      if (count === 0) return 0;
      const { offset: start, end } = locate(reader, header, reader.u32(at));
      if (start + count * entrySize <= end) return start;
      throw reader.malformed(`it claims ${count} exports`, offset);
    };
    const tables = {
      functionCount,
      nameCount,
      functions: table(offset + 28, functionCount, 4),
      names: table(offset + 32, nameCount, 4),
      ordinals: table(offset + 36, nameCount, 2),
    };
    reader.limit(functionCount, LIMITS.peExports, 'exports', offset + 20);
    reader.limit(nameCount, LIMITS.peExports, 'names of exports', offset + 24);
    this.#tables = tables;
    return tables;
  }
}
