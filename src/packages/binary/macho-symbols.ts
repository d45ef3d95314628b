import type { ByteReader } from './byte-reader.js';
import type { SymbolKind } from './library-info.js';
import { LIMITS } from './limits.js';
import { LC, N } from './macho-constants.js';
import { field, type LoadCommand, type MachoHeader } from './macho-header.js';

/** One entry of the symbol table, as far as anyone asks. */
interface MachoSymbol {
  readonly nameOffset: number;
  readonly kind: SymbolKind;
  readonly imported: boolean;
  readonly exported: boolean;
  readonly weak: boolean;
}

/** LC_SYMTAB. Nothing is read before it is asked for. Names begin with `_`. */
export class MachoSymbols {
  readonly #reader: ByteReader;
  readonly #header: MachoHeader;
  readonly #command: LoadCommand | undefined;

  constructor(reader: ByteReader, header: MachoHeader) {
    this.#reader = reader;
    this.#header = header;
    this.#command = header.commands.find(({ kind }) => kind === LC.SYMTAB);
  }

  /** The kind of the exported symbol of that name, or null. */
  find(name: string): SymbolKind | null {
    const bytes = Buffer.from(`${name}\0`);
    for (const symbol of this.#entries()) {
      if (symbol.exported && this.#reader.holds(symbol.nameOffset, bytes)) return symbol.kind;
    }
    return null;
  }

  *exports(): Generator<{ name: string; kind: SymbolKind }> {
    for (const symbol of this.#entries()) {
      if (symbol.exported) yield { name: this.#name(symbol), kind: symbol.kind };
    }
  }

  *imports(): Generator<{ name: string; weak: boolean }> {
    for (const symbol of this.#entries()) {
      if (symbol.imported) yield { name: this.#name(symbol), weak: symbol.weak };
    }
  }

  *#entries(): Generator<MachoSymbol> {
    const [reader, command] = [this.#reader, this.#command];
    if (command === undefined) return;
    const entrySize = reader.wide ? 16 : 12;
    const start = field(reader, command, 8);
    const count = field(reader, command, 12);
    const strings = field(reader, command, 16);
    if (start + count * entrySize > reader.size) {
      throw reader.malformed(`it claims ${count} symbols`, command.offset);
    }
    reader.limit(count, LIMITS.symbols, 'symbols', command.offset);
    for (let i = 0; i < count; i++) yield this.#at(start + i * entrySize, strings);
  }

  #at(at: number, strings: number): MachoSymbol {
    const reader = this.#reader;
    const info = reader.u8(at + 4);
    const type = info & N.TYPE;
    const outside = (info & N.STAB) === 0 && (info & N.EXT) !== 0;
    const defined = type !== N.UNDF && type !== N.PBUD;
    const section = this.#header.sections[reader.u8(at + 5) - 1];
    return {
      nameOffset: strings + reader.u32(at),
      kind: section?.kind ?? 'other',
      imported: outside && !defined,
      exported: outside && defined && (info & N.PEXT) === 0,
      weak: (reader.u16(at + 6) & N.WEAK_REF) !== 0,
    };
  }

  #name({ nameOffset }: MachoSymbol): string {
    const [reader, command] = [this.#reader, this.#command as LoadCommand];
    const end = field(reader, command, 16) + field(reader, command, 20);
    return reader.name(nameOffset, end);
  }
}
