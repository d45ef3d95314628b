import type { ByteReader } from './byte-reader.js';
import { PT } from './elf-constants.js';
import { LIMITS } from './limits.js';

/** A program header: a piece of the file and where it lies in memory. */
export interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  /** Bytes in memory; what is more than in the file is zero. */
  readonly memorySize: number;
  /** PF bits. */
  readonly flags: number;
}

/** The table of section headers; absent (count 0) in a library that was stripped of it. */
export interface SectionTable {
  readonly offset: number;
  readonly count: number;
  readonly entrySize: number;
}

export interface ElfHeader {
  readonly osAbi: number;
  readonly type: number;
  readonly machine: number;
  readonly segments: readonly Segment[];
  readonly sections: SectionTable;
  /** Where the file must end at the earliest, by its own words. */
  readonly extent: number;
}

/** Reads the file header and the program headers. @throws AisopodError LIBRARY_FORMAT */
export function readElfHeader(reader: ByteReader): ElfHeader {
  const wide = reader.wide;
  // The sizes of the tables stand after three addresses and the flags.
  const counts = wide ? 54 : 42;
  const segmentTable = reader.word(wide ? 32 : 28);
  const segmentSize = reader.u16(counts);
  const segmentCount = reader.u16(counts + 2);
  const sections = {
    offset: reader.word(wide ? 40 : 32),
    entrySize: reader.u16(counts + 4),
    count: reader.u16(counts + 6),
  };

  if (segmentCount > 0 && segmentSize !== (wide ? 56 : 32)) {
    throw reader.malformed(`its program headers have ${segmentSize} bytes each`);
  }
  reader.limit(segmentCount, LIMITS.segments, 'program headers', counts + 2);
  const segments: Segment[] = [];
  for (let i = 0; i < segmentCount; i++) {
    const at = segmentTable + i * segmentSize;
    // A table cut off by the end of the file is a short file, which the extent will tell.
    if (at + segmentSize > reader.size) break;
    segments.push(readSegment(reader, at));
  }

  refuseOverlap(reader, segments);
  let extent = segmentTable + segmentCount * segmentSize;
  for (const segment of segments) {
    if (segment.type === PT.LOAD) extent = Math.max(extent, segment.offset + segment.fileSize);
  }
  extent = Math.max(extent, sections.offset + sections.count * sections.entrySize);
  return {
    osAbi: reader.u8(7),
    type: reader.u16(16),
    machine: reader.u16(18),
    segments,
    sections,
    extent,
  };
}

function readSegment(reader: ByteReader, at: number): Segment {
  const wide = reader.wide;
  return {
    type: reader.u32(at),
    offset: reader.word(at + (wide ? 8 : 4)),
    address: reader.word(at + (wide ? 16 : 8)),
    fileSize: reader.word(at + (wide ? 32 : 16)),
    memorySize: reader.word(at + (wide ? 40 : 20)),
    flags: reader.u32(at + (wide ? 4 : 24)),
  };
}

/** Where two segments lie in memory at once, the file doesn't say which bytes are found there. */
function refuseOverlap(reader: ByteReader, segments: readonly Segment[]): void {
  const loaded = segments.filter(({ type }) => type === PT.LOAD);
  loaded.sort((a, b) => a.address - b.address);
  let end = 0;
  for (const { address, fileSize, memorySize } of loaded) {
    const size = Math.max(fileSize, memorySize);
    if (size > 0 && address < end) {
      const at = `0x${address.toString(16)}`;
      throw reader.malformed(`two of its segments (PT_LOAD) lie at the address ${at} in memory`);
    }
    end = Math.max(end, address + size);
  }
}

/** Where the byte that will lie at `address` stands in the file, or -1. */
export function fileOffset(header: ElfHeader, address: number): number {
  for (const { type, offset, address: start, fileSize } of header.segments) {
    if (type === PT.LOAD && address >= start && address < start + fileSize) {
      return offset + (address - start);
    }
  }
  return -1;
}
