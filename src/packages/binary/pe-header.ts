import { AddressMap } from './address-map.js';
import type { ByteReader } from './byte-reader.js';
import { LIMITS } from './limits.js';
import { CODE } from './pe-constants.js';

/** A piece of the file and where it lies in memory, counted from the start of the library. */
export interface Section {
  readonly address: number;
  readonly offset: number;
  /** Bytes in the file. */
  readonly size: number;
  readonly code: boolean;
}

/** A table, by its address in memory. */
export interface Directory {
  readonly address: number;
  readonly size: number;
}

export interface PeHeader {
  readonly machine: number;
  readonly characteristics: number;
  readonly subsystem: number;
  /** Where the library would like to lie in memory; old tables count with it. */
  readonly imageBase: number;
  readonly sections: AddressMap<Section>;
  readonly directories: readonly Directory[];
  /** Where the file must end at the earliest, by its own words. */
  readonly extent: number;
}

const SECTION_SIZE = 40;
/** Before the optional header: the signature and the file header. */
export const FILE_HEADER_SIZE = 24;

/**
 * Reads the file header, the optional header and the table of sections.
 * @param start where the signature `PE\0\0` stands
 * @throws AisopodError LIBRARY_FORMAT
 */
export function readPeHeader(reader: ByteReader, start: number): PeHeader {
  const wide = reader.wide;
  const optional = start + FILE_HEADER_SIZE;
  const optionalSize = reader.u16(start + 20);
  const fixedSize = wide ? 112 : 96;
  if (optionalSize < fixedSize) {
    throw reader.malformed(`its optional header has ${optionalSize} bytes`, start + 20);
  }
  const room = Math.floor((optionalSize - fixedSize) / 8);
  const claimed = reader.u32(optional + fixedSize - 4);
  const directories: Directory[] = [];
  for (let i = 0; i < Math.min(room, claimed, LIMITS.peDirectories); i++) {
    const at = optional + fixedSize + i * 8;
    directories.push({ address: reader.u32(at), size: reader.u32(at + 4) });
  }

  const sections = readSections(reader, start, optional + optionalSize);
  const ends = sections.map(({ offset, size }) => offset + size);
  return {
    machine: reader.u16(start + 4),
    characteristics: reader.u16(start + 22),
    subsystem: reader.u16(optional + 68),
    imageBase: wide ? reader.u64(optional + 24) : reader.u32(optional + 28),
    // The headers themselves lie in memory too, before everything else.
    sections: new AddressMap([
      ...sections,
      { address: 0, offset: 0, size: reader.u32(optional + 60), code: false },
    ]),
    directories,
    extent: Math.max(...ends, optional + optionalSize + sections.length * SECTION_SIZE),
  };
}

function readSections(reader: ByteReader, start: number, table: number): Section[] {
  const count = reader.u16(start + 6);
  reader.limit(count, LIMITS.peSections, 'sections', start + 6);
  const sections: Section[] = [];
  for (let i = 0; i < count; i++) {
    const at = table + i * SECTION_SIZE;
    const size = reader.u32(at + 16);
    sections.push({
      address: reader.u32(at + 12),
      // Without bytes in the file, as .bss, the offset says nothing.
      offset: size === 0 ? 0 : reader.u32(at + 20),
      size,
      code: (reader.u32(at + 36) & CODE) !== 0,
    });
  }
  return sections;
}

/** The directory, or null where the library has none. */
export function directory(header: PeHeader, index: number): Directory | null {
  const found = header.directories[index];
  return found === undefined || found.address === 0 ? null : found;
}

/** Whether machine code lies at an address. */
export function isCode(header: PeHeader, address: number): boolean {
  return header.sections.find(address)?.code ?? false;
}

/**
 * Where the byte that will lie at `address` stands in the file, and where its section ends there.
 * @throws AisopodError LIBRARY_FORMAT when the file has no such byte
 */
export function locate(
  reader: ByteReader,
  header: PeHeader,
  address: number,
): { offset: number; end: number } {
  const section = header.sections.find(address);
  if (section === undefined) {
    throw reader.malformed(`no section holds the address 0x${address.toString(16)}`);
  }
  const offset = section.offset + (address - section.address);
  return { offset, end: section.offset + section.size };
}

/** The name at an address. */
export function nameAt(reader: ByteReader, header: PeHeader, address: number): string {
  const { offset, end } = locate(reader, header, address);
  return reader.name(offset, end);
}
