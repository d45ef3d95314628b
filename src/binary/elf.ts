import { ByteReader } from './byte-reader.js';
import { DF_1_PIE, ET, machineName, OS_ABI, STB } from './elf-constants.js';
import { type Dynamic, readDynamic } from './elf-dynamic.js';
import { readElfHeader } from './elf-header.js';
import { SymbolTable } from './elf-symbols.js';
import type { ExportedSymbol, ImportedSymbol, LibraryInfo, SymbolKind } from './library-info.js';
import { cutShort, refusal } from './refusal.js';

const IDENT_BYTES = 16;

/** Why a file of each type is no library. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  [ET.REL]: 'an object file, which is not linked yet. Link it with -shared',
  [ET.EXEC]: 'an executable. Build it as a library, with -shared -fPIC',
  [ET.CORE]: 'a core dump',
};

/**
 * Reads an ELF library, 32 or 64 bit, either byte order.
 * @param what how messages name the file
 * @throws AisopodError LIBRARY_FORMAT
 */
export function readElf(bytes: Uint8Array, what: string): LibraryInfo {
  if (bytes.length < IDENT_BYTES) throw cutShort(what, bytes.length);
  const [bits, order] = [bytes[4], bytes[5]];
  if ((bits !== 1 && bits !== 2) || (order !== 1 && order !== 2)) {
    throw refusal(what, 'a damaged library: its class or byte order is unknown');
  }
  const reader = new ByteReader(bytes, what, order === 1, bits === 2);
  if (reader.size < (reader.wide ? 64 : 52)) throw cutShort(what, reader.size);
  const header = readElfHeader(reader);

  if (header.extent > reader.size) throw cutShort(what, reader.size, header.extent);
  if (header.type !== ET.DYN) {
    const reason = `not a shared library (ELF type ${header.type})`;
    throw refusal(what, OTHER_TYPES[header.type] ?? reason);
  }
  const dynamic = readDynamic(reader, header);
  if (dynamic === null) throw refusal(what, 'not a shared library: it has no dynamic segment');
  if ((dynamic.flags1 & DF_1_PIE) !== 0) throw refusal(what, OTHER_TYPES[ET.EXEC] as string);

  return new ElfLibrary(reader, dynamic, new SymbolTable(reader, header, dynamic), {
    machine: machineName(header.machine, reader.wide, reader.little),
    os: OS_ABI[header.osAbi] ?? null,
  });
}

class ElfLibrary implements LibraryInfo {
  readonly format = 'elf';
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
  readonly machine: string;
  readonly os: string | null;
  readonly #reader: ByteReader;
  readonly #dynamic: Dynamic;
  readonly #symbols: SymbolTable;
  #needed: readonly string[] | undefined;
  #exports: readonly ExportedSymbol[] | undefined;
  #imports: readonly ImportedSymbol[] | undefined;
  #unique: readonly string[] | undefined;

  constructor(
    reader: ByteReader,
    dynamic: Dynamic,
    symbols: SymbolTable,
    made: { machine: string; os: string | null },
  ) {
    this.bits = reader.wide ? 64 : 32;
    this.endian = reader.little ? 'little' : 'big';
    this.machine = made.machine;
    this.os = made.os;
    this.#reader = reader;
    this.#dynamic = dynamic;
    this.#symbols = symbols;
  }

  get slices(): readonly string[] {
    return [this.machine];
  }

  get soname(): string | null {
    return this.#dynamic.soname === null ? null : this.#name(this.#dynamic.soname);
  }

  get needed(): readonly string[] {
    this.#needed ??= this.#dynamic.needed.map((offset) => this.#name(offset));
    return this.#needed;
  }

  get rpath(): readonly string[] {
    return this.#directories(this.#dynamic.rpath);
  }

  get runpath(): readonly string[] {
    return this.#directories(this.#dynamic.runpath);
  }

  get exports(): readonly ExportedSymbol[] {
    this.#exports ??= [...this.#symbols]
      .filter((symbol) => symbol.exported)
      .map((symbol) => ({ name: this.#symbols.name(symbol), kind: symbol.kind }));
    return this.#exports;
  }

  get imports(): readonly ImportedSymbol[] {
    this.#imports ??= [...this.#symbols]
      .filter((symbol) => !symbol.defined && symbol.nameOffset !== 0)
      .map((symbol) => ({ name: this.#symbols.name(symbol), weak: symbol.binding === STB.WEAK }));
    return this.#imports;
  }

  get uniqueSymbols(): readonly string[] {
    this.#unique ??= [...this.#symbols]
      .filter((symbol) => symbol.defined && symbol.binding === STB.GNU_UNIQUE)
      .map((symbol) => this.#symbols.name(symbol));
    return this.#unique;
  }

  findExport(name: string): SymbolKind | null {
    return this.#symbols.find(name)?.kind ?? null;
  }

  #name(offset: number): string {
    const { offset: start, end } = this.#dynamic.strings;
    return this.#reader.name(start + offset, end);
  }

  #directories(offset: number | null): readonly string[] {
    return offset === null ? [] : this.#name(offset).split(':').filter(Boolean);
  }
}
