import { ByteReader } from './byte-reader.js';
import type { ByteSource } from './byte-source.js';
import { firstImportOf } from './first-import.js';
import type {
  ExportedSymbol,
  ImportedSymbol,
  LibraryInfo,
  SymbolKind,
  UniqueSymbol,
} from './library-info.js';
import {
  DIRECTORY,
  IL_ONLY,
  IS_DLL,
  machineName,
  PE32,
  PE32_PLUS,
  SUBSYSTEM,
} from './pe-constants.js';
import { PeExports } from './pe-exports.js';
import { directory, FILE_HEADER_SIZE, locate, type PeHeader, readPeHeader } from './pe-header.js';
import { type ImportedLibrary, importedLibraries, importedSymbols } from './pe-imports.js';
import { cutShort, refusal } from './refusal.js';

/** Where the header of DOS names that of Windows. */
const POINTER = 0x3c;
const SIGNATURE = 0x0000_4550;

/**
 * Reads a DLL, PE32 or PE32+.
 * @param what how messages name the file
 * @throws AisopodError LIBRARY_FORMAT
 */
export function readPe(source: ByteSource, what: string): LibraryInfo {
  const narrow = new ByteReader(source, what, true, false);
  if (narrow.size < POINTER + 4) throw cutShort(what, narrow.size);
  const start = narrow.u32(POINTER);
  const optional = start + FILE_HEADER_SIZE;
  if (optional + 2 > narrow.size) throw cutShort(what, narrow.size, optional + 2);
  if (narrow.u32(start) !== SIGNATURE) throw refusal(what, 'a program for DOS, not a Windows DLL');
  const kind = narrow.u16(optional);
  if (kind !== PE32 && kind !== PE32_PLUS) {
    throw narrow.malformed(`its optional header is of the unknown kind ${kind}`, optional);
  }
  const reader = new ByteReader(source, what, true, kind === PE32_PLUS);
  const header = readPeHeader(reader, start);

  if (header.extent > reader.size) throw cutShort(what, reader.size, header.extent);
  if ((header.characteristics & IS_DLL) === 0) {
    throw refusal(what, 'an executable of Windows. Build it as a DLL, with -shared or /DLL');
  }
  if (isManaged(reader, header)) {
    throw refusal(what, 'a .NET assembly, which has no machine code. Build a native DLL');
  }
  return new PeLibrary(reader, header);
}

class PeLibrary implements LibraryInfo {
  readonly format = 'pe';
  readonly endian = 'little';
  readonly bits: 32 | 64;
  readonly machine: string;
  readonly os: string | null;
  /** Windows knows a library by the name of its file. */
  readonly soname = null;
  readonly rpath: readonly string[] = [];
  readonly runpath: readonly string[] = [];
  readonly uniqueSymbols: readonly UniqueSymbol[] = [];
  readonly executableStack = false;
  readonly #reader: ByteReader;
  readonly #header: PeHeader;
  readonly #exportTable: PeExports;
  #libraries: readonly ImportedLibrary[] | undefined;
  #needed: readonly string[] | undefined;
  #exports: readonly ExportedSymbol[] | undefined;
  #imports: readonly ImportedSymbol[] | undefined;

  constructor(reader: ByteReader, header: PeHeader) {
    this.bits = reader.wide ? 64 : 32;
    this.machine = machineName(header.machine);
    this.os = SUBSYSTEM[header.subsystem] ?? null;
    this.#reader = reader;
    this.#header = header;
    this.#exportTable = new PeExports(reader, header);
  }

  get slices(): readonly string[] {
    return [this.machine];
  }

  get needed(): readonly string[] {
    if (this.#needed === undefined) {
      const now = this.#importedLibraries().filter(({ delayed }) => !delayed);
      this.#needed = [...new Set(now.map(({ name }) => name))];
    }
    return this.#needed;
  }

  get exports(): readonly ExportedSymbol[] {
    this.#exports ??= [...this.#exportTable];
    return this.#exports;
  }

  get imports(): readonly ImportedSymbol[] {
    if (this.#imports === undefined) {
      const libraries = this.#importedLibraries();
      this.#imports = [...importedSymbols(this.#reader, this.#header, libraries)];
    }
    return this.#imports;
  }

  findExport(name: string): SymbolKind | null {
    return this.#exportTable.find(name);
  }

  firstImport(names: readonly string[]): string | null {
    return firstImportOf(this.imports, names);
  }

  #importedLibraries(): readonly ImportedLibrary[] {
    this.#libraries ??= importedLibraries(this.#reader, this.#header);
    return this.#libraries;
  }
}

function isManaged(reader: ByteReader, header: PeHeader): boolean {
  const clr = directory(header, DIRECTORY.CLR);
  if (clr === null) return false;
  return (reader.u32(locate(reader, header, clr.address).offset + 16) & IL_ONLY) !== 0;
}
