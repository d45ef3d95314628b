import type { ByteReader } from './byte-reader.js';
import { hasWideHash, SHT, STB, STT, STV } from './elf-constants.js';
import type { Dynamic } from './elf-dynamic.js';
import { gnuHash, type SymbolHash, sysvHash } from './elf-hash.js';
import type { ElfHeader } from './elf-header.js';
import type { SymbolKind } from './library-info.js';
import { LIMITS } from './limits.js';

/** One entry of the dynamic symbol table, as far as anyone asks. */
export interface ElfSymbol {
  readonly nameOffset: number;
  readonly kind: SymbolKind;
  readonly binding: number;
  /** False for what the library expects from others. */
  readonly defined: boolean;
  /** Whether others can find it. */
  readonly exported: boolean;
  /** Where its entry stands in the file. */
  readonly entry: number;
}

/** The dynamic symbol table. Nothing is read before it is asked for. */
export class SymbolTable {
  readonly #reader: ByteReader;
  readonly #header: ElfHeader;
  readonly #dynamic: Dynamic;
  readonly #entrySize: number;
  #hash: SymbolHash | null | undefined;

  constructor(reader: ByteReader, header: ElfHeader, dynamic: Dynamic) {
    this.#reader = reader;
    this.#header = header;
    this.#dynamic = dynamic;
    this.#entrySize = reader.wide ? 24 : 16;
  }

  /** The exported symbol of that name, or null. */
  find(name: string): ElfSymbol | null {
    const hash = this.#hashTable();
    if (hash === null) return null;
    const bytes = Buffer.from(`${name}\0`);
    const { offset, end } = this.#dynamic.strings;
    const index = hash.find(bytes.subarray(0, -1), (candidate) => {
      const symbol = this.#at(candidate);
      const at = offset + symbol.nameOffset;
      return symbol.exported && at + bytes.length <= end && this.#reader.holds(at, bytes);
    });
    return index === 0 ? null : this.#at(index);
  }

  /** All entries but the empty first one. */
  *[Symbol.iterator](): Generator<ElfSymbol> {
    for (const entry of this.#entries()) yield this.#read(entry);
  }

  /** The first of `names` that the library expects from others, or null. */
  firstImport(names: readonly string[]): string | null {
    const reader = this.#reader;
    const { offset, end } = this.#dynamic.strings;
    const wanted = names.map((name) => ({ name, bytes: Buffer.from(`${name}\0`) }));
    for (const entry of this.#entries()) {
      if (this.#isDefined(entry)) continue;
      const at = offset + reader.u32(entry);
      for (const { name, bytes } of wanted) {
        if (at + bytes.length <= end && reader.holds(at, bytes)) return name;
      }
    }
    return null;
  }

  /** The defined symbols of that binding; no other is looked at closer. */
  *bound(binding: number): Generator<ElfSymbol> {
    const infoAt = this.#reader.wide ? 4 : 12;
    for (const entry of this.#entries()) {
      if (this.#reader.u8(entry + infoAt) >> 4 !== binding) continue;
      if (this.#isDefined(entry)) yield this.#read(entry);
    }
  }

  name(symbol: ElfSymbol): string {
    const { offset, end } = this.#dynamic.strings;
    return this.#reader.name(offset + symbol.nameOffset, end);
  }

  /** Where a symbol lies in memory (a thread-local one: in the block of a thread), and its bytes. */
  extent({ entry }: ElfSymbol): { readonly address: number; readonly size: number } {
    const reader = this.#reader;
    return {
      address: reader.word(entry + (reader.wide ? 8 : 4)),
      size: reader.word(entry + (reader.wide ? 16 : 8)),
    };
  }

  /** Where the entries stand in the file. */
  *#entries(): Generator<number> {
    const count = this.#count();
    const { symbols } = this.#dynamic;
    for (let index = 1; index < count; index++) yield symbols + index * this.#entrySize;
  }

  #at(index: number): ElfSymbol {
    const { symbols } = this.#dynamic;
    if (symbols < 0) throw this.#reader.malformed('its symbol table is missing');
    return this.#read(symbols + index * this.#entrySize);
  }

  #isDefined(entry: number): boolean {
    return this.#reader.u16(entry + (this.#reader.wide ? 6 : 14)) !== 0;
  }

  #read(at: number): ElfSymbol {
    const reader = this.#reader;
    const info = reader.u8(at + (reader.wide ? 4 : 12));
    const visibility = reader.u8(at + (reader.wide ? 5 : 13)) & 3;
    const defined = this.#isDefined(at);
    const binding = info >> 4;
    const type = info & 15;
    return {
      nameOffset: reader.u32(at),
      kind: kindOf(type),
      binding,
      defined,
      exported:
        defined &&
        (binding === STB.GLOBAL || binding === STB.WEAK || binding === STB.GNU_UNIQUE) &&
        (visibility === STV.DEFAULT || visibility === STV.PROTECTED) &&
        type !== STT.SECTION &&
        type !== STT.FILE,
      entry: at,
    };
  }

  #hashTable(): SymbolHash | null {
    if (this.#hash === undefined) {
      const { gnuHash: gnu, hash: sysv } = this.#dynamic;
      const wideHash = hasWideHash(this.#header.machine, this.#reader.wide);
      if (gnu >= 0) this.#hash = gnuHash(this.#reader, gnu);
      else if (sysv >= 0) this.#hash = sysvHash(this.#reader, sysv, wideHash ? 8 : 4);
      else this.#hash = null;
    }
    return this.#hash;
  }

  /**
   * DT_GNU_HASH of a library without exports does not tell how many symbols it needs; then the
   * section headers do, and without them the string table, which linkers place right behind.
   */
  #count(): number {
    const { symbols, strings } = this.#dynamic;
    if (symbols < 0) return 0;
    const counted = this.#hashTable()?.count() || this.#countBySections();
    const byDistance = Math.floor((strings.offset - symbols) / this.#entrySize);
    const count = counted || Math.max(byDistance, 0);
    const room = Math.floor((this.#reader.size - symbols) / this.#entrySize);
    if (count > room) throw this.#reader.malformed(`it claims ${count} symbols`);
    this.#reader.limit(count, LIMITS.symbols, 'symbols', symbols);
    return count;
  }

  #countBySections(): number {
    const reader = this.#reader;
    const { offset, count, entrySize } = this.#header.sections;
    reader.limit(count, LIMITS.sections, 'sections', offset);
    for (let i = 0; i < count; i++) {
      const at = offset + i * entrySize;
      if (reader.u32(at + 4) !== SHT.DYNSYM) continue;
      return Math.floor(reader.word(at + (reader.wide ? 32 : 20)) / this.#entrySize);
    }
    return 0;
  }
}

function kindOf(type: number): SymbolKind {
  switch (type) {
    case STT.FUNC:
    case STT.IFUNC:
      return 'function';
    case STT.OBJECT:
    case STT.COMMON:
      return 'object';
    case STT.TLS:
      return 'tls';
    default:
      return 'other';
  }
}
