import { ByteReader } from './byte-reader.js';
import type { ByteSource } from './byte-source.js';
import { DF_1_PIE, ET, machineName, OS_ABI, PF, PT, STB } from './elf-constants.js';
import { type Dynamic, readDynamic } from './elf-dynamic.js';
import { type ElfHeader, readElfHeader } from './elf-header.js';
import { type ElfSymbol, SymbolTable } from './elf-symbols.js';
import type {
  ExportedSymbol,
  ImportedSymbol,
  LibraryInfo,
  SymbolKind,
  UniqueSymbol,
} from './library-info.js';
import { LIMITS } from './limits.js';
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
export function readElf(source: ByteSource, what: string): LibraryInfo {
  if (source.size < IDENT_BYTES) throw cutShort(what, source.size);
  const ident = new ByteReader(source, what, true, false);
  const [bits, order] = [ident.u8(4), ident.u8(5)];
  if ((bits !== 1 && bits !== 2) || (order !== 1 && order !== 2)) {
    throw refusal(what, 'a damaged library: its class or byte order is unknown');
  }
  const reader = new ByteReader(source, what, order === 1, bits === 2);
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

  return new ElfLibrary(reader, header, dynamic);
}

class ElfLibrary implements LibraryInfo {
  readonly format = 'elf';
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
  readonly machine: string;
  readonly os: string | null;
  readonly #reader: ByteReader;
  readonly #header: ElfHeader;
  readonly #dynamic: Dynamic;
  readonly #symbols: SymbolTable;
  #needed: readonly string[] | undefined;
  #rpath: readonly string[] | undefined;
  #runpath: readonly string[] | undefined;
  #exports: readonly ExportedSymbol[] | undefined;
  #imports: readonly ImportedSymbol[] | undefined;
  #unique: readonly UniqueSymbol[] | undefined;

  constructor(reader: ByteReader, header: ElfHeader, dynamic: Dynamic) {
    this.bits = reader.wide ? 64 : 32;
    this.endian = reader.little ? 'little' : 'big';
    this.machine = machineName(header.machine, reader.wide, reader.little);
    this.os = OS_ABI[header.osAbi] ?? null;
    this.#reader = reader;
    this.#header = header;
    this.#dynamic = dynamic;
    this.#symbols = new SymbolTable(reader, header, dynamic);
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
    this.#rpath ??= this.#directories(this.#dynamic.rpath);
    return this.#rpath;
  }

  get runpath(): readonly string[] {
    this.#runpath ??= this.#directories(this.#dynamic.runpath);
    return this.#runpath;
  }

  get exports(): readonly ExportedSymbol[] {
    this.#exports ??= [...this.#select((symbol) => symbol.exported)].map((symbol) => ({
      name: this.#symbols.name(symbol),
      kind: symbol.kind,
    }));
    return this.#exports;
  }

  get imports(): readonly ImportedSymbol[] {
    this.#imports ??= [...this.#select((symbol) => !symbol.defined && symbol.nameOffset !== 0)].map(
      (symbol) => ({ name: this.#symbols.name(symbol), weak: symbol.binding === STB.WEAK }),
    );
    return this.#imports;
  }

  get uniqueSymbols(): readonly UniqueSymbol[] {
    if (this.#unique === undefined) {
      const unique: UniqueSymbol[] = [];
      for (const symbol of this.#symbols.bound(STB.GNU_UNIQUE)) {
        const { uniqueSymbols } = LIMITS;
        this.#reader.limit(unique.length + 1, uniqueSymbols, 'unique symbols', symbol.entry);
        unique.push(this.#uniqueSymbol(symbol));
      }
      this.#unique = unique;
    }
    return this.#unique;
  }

  get executableStack(): boolean | null {
    const asked = this.#header.segments.filter(({ type }) => type === PT.GNU_STACK);
    return asked.length === 0 ? null : asked.some(({ flags }) => (flags & PF.X) !== 0);
  }

  findExport(name: string): SymbolKind | null {
    return this.#symbols.find(name)?.kind ?? null;
  }

  firstImport(names: readonly string[]): string | null {
    return this.#symbols.firstImport(names);
  }

  /** One by one: the table may have a million entries, of which few are wanted. */
  *#select(wanted: (symbol: ElfSymbol) => boolean): Generator<ElfSymbol> {
    for (const symbol of this.#symbols) if (wanted(symbol)) yield symbol;
  }

  #uniqueSymbol(symbol: ElfSymbol): UniqueSymbol {
    const { address, size } = this.#symbols.extent(symbol);
    const name = this.#symbols.name(symbol);
    return { name, size, writable: symbol.kind === 'tls' || this.#isWritable(address) };
  }

  /** What the loader makes read-only once it has put addresses into it does not count. */
  #isWritable(address: number): boolean {
    const within = this.#header.segments.filter(
      (segment) => address >= segment.address && address < segment.address + segment.memorySize,
    );
    return (
      within.some(({ type, flags }) => type === PT.LOAD && (flags & PF.W) !== 0) &&
      !within.some(({ type }) => type === PT.GNU_RELRO)
    );
  }

  #name(offset: number): string {
    const { offset: start, end } = this.#dynamic.strings;
    return this.#reader.name(start + offset, end);
  }

  #directories(offset: number | null): readonly string[] {
    if (offset === null) return [];
    const directories = this.#name(offset).split(':').filter(Boolean);
    const at = this.#dynamic.strings.offset + offset;
    this.#reader.limit(directories.length, LIMITS.directories, 'directories in its run path', at);
    return directories;
  }
}
