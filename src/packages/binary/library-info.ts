/** What a symbol stands for, as far as the file says it. */
export type SymbolKind = 'function' | 'object' | 'tls' | 'other';

/** A name that a library offers to others, as C writes it: without the `_` that macOS prefixes. */
export interface ExportedSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
}

/** A name that a library expects to find elsewhere when it is opened. */
export interface ImportedSymbol {
  /** As C writes it; what Windows imports by number is `KERNEL32.dll#7`. */
  readonly name: string;
  /** A weak one may stay missing; the library finds NULL, or fails when it first uses it. */
  readonly weak: boolean;
}

/** A symbol that a process keeps once, whichever libraries define it (STB_GNU_UNIQUE of ELF). */
export interface UniqueSymbol {
  readonly name: string;
  /** Bytes of what it stands for. */
  readonly size: number;
  /** Whether code may write to it once the library is open. */
  readonly writable: boolean;
}

/**
 * What can be known of a shared library without opening it (opening runs its code). The same for
 * every format; what costs time is worked out when it is first asked for, and may then throw
 * LIBRARY_FORMAT, because a file can be damaged anywhere.
 */
export interface LibraryInfo {
  readonly format: 'elf' | 'macho' | 'pe';
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
  /** In the words of `process.arch` where Node has one, else the number in the file. */
  readonly machine: string;
  /** Every machine that the file has code for; more than one in a universal file of macOS alone. */
  readonly slices: readonly string[];
  /** In the words of `process.platform`; null when the file leaves it open. */
  readonly os: string | null;
  /** The name under which the loader knows it once it is open; null: that of its file. */
  readonly soname: string | null;
  /** Names of the libraries that must be there when it is opened, in order. */
  readonly needed: readonly string[];
  /**
   * Directories in which its needed libraries, and those of these, are looked up: DT_RPATH of ELF,
   * LC_RPATH of Mach-O.
   */
  readonly rpath: readonly string[];
  /** Directories in which only its own needed libraries are looked up. */
  readonly runpath: readonly string[];
  readonly exports: readonly ExportedSymbol[];
  readonly imports: readonly ImportedSymbol[];
  /** What a process keeps one copy of for good: such a library cannot be reloaded. */
  readonly uniqueSymbols: readonly UniqueSymbol[];
  /**
   * Whether the library asks for stacks whose memory can be executed. null: it does not say so (an
   * ELF library without PT_GNU_STACK), and the system decides.
   */
  readonly executableStack: boolean | null;

  /** What `name` is among the exports, or null. Found without making a list of the other names. */
  findExport(name: string): SymbolKind | null;
  /** The first of `names` that is among the imports, or null. Makes no list of the others. */
  firstImport(names: readonly string[]): string | null;
}
