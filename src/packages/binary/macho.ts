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
import { LIMITS } from './limits.js';
import { LC, MH, machoShape, PLATFORM } from './macho-constants.js';
import { chainedImports } from './macho-fixups.js';
import {
  field,
  headerSize,
  type LoadCommand,
  type MachoHeader,
  readMachoHeader,
  text,
} from './macho-header.js';
import { MachoSymbols } from './macho-symbols.js';
import { ExportTrie } from './macho-trie.js';
import { readUniversal, type Slice } from './macho-universal.js';
import { cutShort, refusal } from './refusal.js';

/** Why a file of each type is no library. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  [MH.OBJECT]: 'an object file, which is not linked yet. Link it with -dynamiclib',
  [MH.EXECUTE]: 'an executable. Build it as a library, with -dynamiclib',
  [MH.CORE]: 'a core dump',
  [MH.DYLINKER]: 'the loader of macOS',
  [MH.DYLIB_STUB]: 'a stub to link with, which has no code',
  [MH.DSYM]: 'a file of debug symbols (dSYM). Take the library that it belongs to',
};

/** What must be there when the library is opened; weak and lazy ones need not. */
const NEEDED: ReadonlySet<number> = new Set([
  LC.LOAD_DYLIB,
  LC.REEXPORT_DYLIB,
  LC.LOAD_UPWARD_DYLIB,
]);

/**
 * Reads a Mach-O library or bundle, 32 or 64 bit, either byte order, alone or in a universal file.
 * @param what how messages name the file
 * @param arch as `process.arch`: the part of a universal file that is read; its first if it has none
 * @throws AisopodError LIBRARY_FORMAT
 */
export function readMacho(source: ByteSource, what: string, arch: string): LibraryInfo {
  const slices = readUniversal(source, what);
  if (slices === null) return readThin(source, what);
  const [slice = slices[0] as Slice, second] = slices.filter(({ machine }) => machine === arch);
  if (second !== undefined) {
    // Nothing says which of them the loader of the operating system would open.
    throw refusal(what, `a universal file with two parts for ${arch}`);
  }
  return readThin(source, what, slice, [...new Set(slices.map(({ machine }) => machine))]);
}

/** Reads a library for one machine; in a universal file, with its slice and all machines. */
function readThin(
  source: ByteSource,
  what: string,
  slice?: Slice,
  machines?: readonly string[],
): LibraryInfo {
  const { offset: base, size } = slice ?? { offset: 0, size: source.size };
  const head = new ByteReader(source, what, false, false, base, size);
  const shape = machoShape(size < 4 ? 0 : head.u32(0));
  if (shape === null) {
    throw refusal(what, `a universal file, but its part for ${slice?.machine} is not a library`);
  }
  const reader = new ByteReader(source, what, shape.little, shape.wide, base, size);
  if (reader.size < headerSize(reader.wide)) throw cutShort(what, base + reader.size);
  const header = readMachoHeader(reader);

  if (header.extent > reader.size) {
    throw cutShort(what, base + reader.size, base + header.extent);
  }
  if (header.type !== MH.DYLIB && header.type !== MH.BUNDLE) {
    const reason = `not a shared library (Mach-O type ${header.type})`;
    throw refusal(what, OTHER_TYPES[header.type] ?? reason);
  }
  if (slice !== undefined && slice.machine !== header.machine) {
    throw reader.malformed(`its part for ${slice.machine} is one for ${header.machine}`, 4);
  }
  return new MachoLibrary(reader, header, machines ?? [header.machine]);
}

class MachoLibrary implements LibraryInfo {
  readonly format = 'macho';
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
  readonly machine: string;
  readonly os: string | null;
  readonly runpath: readonly string[] = [];
  readonly uniqueSymbols: readonly UniqueSymbol[] = [];
  readonly executableStack = false;
  readonly #reader: ByteReader;
  readonly #header: MachoHeader;
  readonly #symbols: MachoSymbols;
  #trie: ExportTrie | null | undefined;
  #needed: readonly string[] | undefined;
  #rpath: readonly string[] | undefined;
  #exports: readonly ExportedSymbol[] | undefined;
  #imports: readonly ImportedSymbol[] | undefined;

  constructor(
    reader: ByteReader,
    header: MachoHeader,
    readonly slices: readonly string[],
  ) {
    this.bits = reader.wide ? 64 : 32;
    this.endian = reader.little ? 'little' : 'big';
    this.machine = header.machine;
    this.os = systemOf(reader, header);
    this.#reader = reader;
    this.#header = header;
    this.#symbols = new MachoSymbols(reader, header);
  }

  get soname(): string | null {
    return this.#texts((kind) => kind === LC.ID_DYLIB)[0] ?? null;
  }

  get needed(): readonly string[] {
    this.#needed ??= this.#texts((kind) => NEEDED.has(kind));
    this.#reader.limit(this.#needed.length, LIMITS.needed, 'needed libraries');
    return this.#needed;
  }

  get rpath(): readonly string[] {
    this.#rpath ??= this.#texts((kind) => kind === LC.RPATH);
    this.#reader.limit(this.#rpath.length, LIMITS.directories, 'run paths (LC_RPATH)');
    return this.#rpath;
  }

  get exports(): readonly ExportedSymbol[] {
    this.#exports ??= Array.from(this.#exportTrie() ?? this.#symbols.exports(), (symbol) => ({
      name: inC(symbol.name),
      kind: symbol.kind,
    }));
    return this.#exports;
  }

  /** Both lists are read, since a stripped library keeps only one of them. */
  get imports(): readonly ImportedSymbol[] {
    if (this.#imports === undefined) {
      const weak = new Map<string, boolean>();
      const lists = [chainedImports(this.#reader, this.#header), this.#symbols.imports()];
      for (const list of lists) {
        for (const symbol of list) if (!weak.has(symbol.name)) weak.set(symbol.name, symbol.weak);
      }
      this.#imports = Array.from(weak, ([name, weak]) => ({ name: inC(name), weak }));
    }
    return this.#imports;
  }

  findExport(name: string): SymbolKind | null {
    return (this.#exportTrie() ?? this.#symbols).find(`_${name}`);
  }

  firstImport(names: readonly string[]): string | null {
    return firstImportOf(this.imports, names);
  }

  #exportTrie(): ExportTrie | null {
    if (this.#trie === undefined) this.#trie = ExportTrie.of(this.#reader, this.#header);
    return this.#trie;
  }

  #texts(wanted: (kind: number) => boolean): readonly string[] {
    const named = this.#header.commands.filter(({ kind }) => wanted(kind));
    return named.map((command: LoadCommand) => text(this.#reader, command));
  }
}

/** A library can be for several systems at once; macOS is the one that matters then. */
function systemOf(reader: ByteReader, { commands }: MachoHeader): string | null {
  const systems = commands.flatMap((command) => {
    if (command.kind === LC.VERSION_MIN_MACOSX) return ['darwin'];
    if (command.kind === LC.VERSION_MIN_IPHONEOS) return ['ios'];
    if (command.kind !== LC.BUILD_VERSION) return [];
    const platform = field(reader, command, 8);
    return [PLATFORM[platform] ?? `Apple platform ${platform}`];
  });
  return systems.find((system) => system === 'darwin') ?? systems[0] ?? null;
}

/** The compiler puts `_` before every name of C. */
function inC(name: string): string {
  return name.startsWith('_') ? name.slice(1) : name;
}
