import type { ByteReader } from './byte-reader.js';
import { DT, PT } from './elf-constants.js';
import { type ElfHeader, fileOffset } from './elf-header.js';

/** What the dynamic segment says; names are offsets into `strings`, tables are file offsets or -1. */
export interface Dynamic {
  readonly strings: { readonly offset: number; readonly end: number };
  readonly needed: readonly number[];
  readonly soname: number | null;
  readonly rpath: number | null;
  readonly runpath: number | null;
  readonly symbols: number;
  readonly hash: number;
  readonly gnuHash: number;
  readonly flags1: number;
}

/**
 * Reads the table that the loader of the operating system goes by; stripping leaves it alone.
 * @returns null when the file has none, so that it is no shared library
 * @throws AisopodError LIBRARY_FORMAT
 */
export function readDynamic(reader: ByteReader, header: ElfHeader): Dynamic | null {
  const segment = header.segments.find(({ type, fileSize }) => type === PT.DYNAMIC && fileSize > 0);
  if (segment === undefined) return null;

  const needed: number[] = [];
  const single = new Map<number, number>();
  const word = reader.wordSize;
  const end = segment.offset + segment.fileSize;
  for (let at = segment.offset; at + 2 * word <= end; at += 2 * word) {
    const tag = reader.word(at);
    if (tag === DT.NULL) break;
    const value = reader.word(at + word);
    if (tag === DT.NEEDED) needed.push(value);
    else single.set(tag, value);
  }

  const table = (tag: number) => {
    const address = single.get(tag);
    return address === undefined ? -1 : fileOffset(header, address);
  };
  const strings = table(DT.STRTAB);
  if (strings < 0) throw reader.malformed('its dynamic segment names no string table');
  return {
    strings: { offset: strings, end: strings + (single.get(DT.STRSZ) ?? 0) },
    needed,
    soname: single.get(DT.SONAME) ?? null,
    rpath: single.get(DT.RPATH) ?? null,
    runpath: single.get(DT.RUNPATH) ?? null,
    symbols: table(DT.SYMTAB),
    hash: table(DT.HASH),
    gnuHash: table(DT.GNU_HASH),
    flags1: single.get(DT.FLAGS_1) ?? 0,
  };
}
