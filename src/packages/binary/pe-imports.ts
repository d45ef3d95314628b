import type { ByteReader } from './byte-reader.js';
import type { ImportedSymbol } from './library-info.js';
import { LIMITS } from './limits.js';
import { DIRECTORY } from './pe-constants.js';
import { directory, locate, nameAt, type PeHeader } from './pe-header.js';

/** A DLL out of which something is imported. */
export interface ImportedLibrary {
  readonly name: string;
  /** Address of the list of what is imported. */
  readonly list: number;
  /** What is taken off addresses in the list; only old delay tables have them with a base. */
  readonly base: number;
  /** Looked for when one of its functions is first called, not when the library is opened. */
  readonly delayed: boolean;
}

const ENTRY_SIZE = 20;
const DELAYED_ENTRY_SIZE = 32;
/** Bit of a delay entry: its addresses count from the start of the library. */
const RELATIVE = 1;

/** The DLLs of the import table, in order, then those that are loaded late. */
export function importedLibraries(reader: ByteReader, header: PeHeader): ImportedLibrary[] {
  const libraries: ImportedLibrary[] = [];
  for (const list of [imported(reader, header), delayed(reader, header)]) {
    for (const library of list) {
      libraries.push(library);
      reader.limit(libraries.length, LIMITS.needed, 'DLLs that it imports from');
    }
  }
  return libraries;
}

/**
 * What is imported out of these DLLs.
 * @throws AisopodError LIBRARY_FORMAT; also when lists share their bytes, so that a short file could
 *   claim endless imports
 */
export function* importedSymbols(
  reader: ByteReader,
  header: PeHeader,
  libraries: readonly ImportedLibrary[],
): Generator<ImportedSymbol> {
  let count = 0;
  let room = Math.floor(reader.size / reader.wordSize);
  for (const { name, list, base, delayed } of libraries) {
    let { offset } = locate(reader, header, list);
    for (; ; offset += reader.wordSize) {
      const value = reader.word(offset);
      if (value === 0) break;
      if (--room < 0) throw reader.malformed('its import lists overlap', offset);
      reader.limit(++count, LIMITS.symbols, 'imports', offset);
      const byNumber = value >= 2 ** (reader.wide ? 63 : 31);
      // Before the name stands a number of two bytes, where Windows looks first.
      const symbol = byNumber
        ? `${name}#${reader.u16(offset)}`
        : nameAt(reader, header, value - base + 2);
      yield { name: symbol, weak: delayed };
    }
  }
}

function* imported(reader: ByteReader, header: PeHeader): Generator<ImportedLibrary> {
  const table = directory(header, DIRECTORY.IMPORT);
  if (table === null) return;
  for (let { offset } = locate(reader, header, table.address); ; offset += ENTRY_SIZE) {
    const name = reader.u32(offset + 12);
    if (name === 0) return;
    // Old linkers leave out the first list; the second holds the same until the library is opened.
    const list = reader.u32(offset) || reader.u32(offset + 16);
    yield { name: nameAt(reader, header, name), list, base: 0, delayed: false };
  }
}

function* delayed(reader: ByteReader, header: PeHeader): Generator<ImportedLibrary> {
  const table = directory(header, DIRECTORY.DELAY_IMPORT);
  if (table === null) return;
  for (let { offset } = locate(reader, header, table.address); ; offset += DELAYED_ENTRY_SIZE) {
    const name = reader.u32(offset + 4);
    if (name === 0) return;
    const base = (reader.u32(offset) & RELATIVE) === 0 ? header.imageBase : 0;
    const list = reader.u32(offset + 16) - base;
    yield { name: nameAt(reader, header, name - base), list, base, delayed: true };
  }
}
