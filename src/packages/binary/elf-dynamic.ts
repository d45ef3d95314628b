import type { ByteReader } from './byte-reader.js';
import { DT, PT } from './elf-constants.js';
import { type ElfHeader, fileOffset, type Segment } from './elf-header.js';
import { LIMITS } from './limits.js';

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
  const segment = dynamicSegment(reader, header);
  if (segment === null) return null;

  const needed: number[] = [];
  const single = new Map<number, number>();
  const word = reader.wordSize;
  const end = segment.offset + segment.fileSize;
  let count = 0;
  for (let at = segment.offset; at + 2 * word <= end; at += 2 * word) {
    const tag = reader.word(at);
    if (tag === DT.NULL) break;
    reader.limit(++count, LIMITS.dynamicEntries, 'entries in its dynamic segment', at);
    const value = reader.word(at + word);
    if (tag === DT.NEEDED) needed.push(value);
    else single.set(tag, value);
    reader.limit(needed.length, LIMITS.needed, 'needed libraries (DT_NEEDED)', at);
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

/**
 * The one dynamic segment. Loaders go by its address, and this reader by its place in the file, so
 * both must mean the same bytes: else one library would be judged and another one opened.
 */
function dynamicSegment(reader: ByteReader, header: ElfHeader): Segment | null {
  const [segment, ...more] = header.segments.filter(({ type }) => type === PT.DYNAMIC);
  if (segment === undefined || (segment.fileSize === 0 && more.length === 0)) return null;
  if (more.length > 0) {
    const count = more.length + 1;
    throw reader.malformed(`it has ${count} dynamic segments (PT_DYNAMIC), and one is expected`);
  }
  const { offset, address, fileSize } = segment;
  const [first, last] = [fileOffset(header, address), fileOffset(header, address + fileSize - 1)];
  if (first !== offset || last !== offset + fileSize - 1) {
    const place = first < 0 ? 'is not in the file' : `is at byte ${first}`;
    throw reader.malformed(
      `its dynamic segment is at byte ${offset}, but what a loader finds at its address ` +
        `0x${address.toString(16)} ${first === offset ? 'ends before it' : place}`,
      offset,
    );
  }
  return segment;
}
