import { ByteReader } from './byte-reader.js';
import type { ByteSource } from './byte-source.js';
import { LIMITS } from './limits.js';
import { FAT, machineName } from './macho-constants.js';
import { cutShort } from './refusal.js';

/** A library for one machine inside of a universal file. */
export interface Slice {
  readonly machine: string;
  readonly offset: number;
  readonly size: number;
}

/**
 * Reads the table of a universal ("fat") file, with 32-bit or 64-bit offsets; it is big endian
 * whatever it holds.
 * @returns null when the file is no universal one
 * @throws AisopodError LIBRARY_FORMAT
 */
export function readUniversal(source: ByteSource, what: string): readonly Slice[] | null {
  const reader = new ByteReader(source, what, false, false);
  const magic = reader.u32(0);
  if (magic !== FAT.MAGIC && magic !== FAT.MAGIC_64) return null;

  const wide = magic === FAT.MAGIC_64;
  const entrySize = wide ? 32 : 20;
  const slices: Slice[] = [];
  const count = reader.u32(4);
  reader.limit(count, LIMITS.parts, 'parts', 4);
  for (let i = 0; i < count; i++) {
    const at = 8 + i * entrySize;
    const slice = {
      machine: machineName(reader.u32(at), reader.u32(at + 4)),
      offset: wide ? reader.u64(at + 8) : reader.u32(at + 8),
      size: wide ? reader.u64(at + 16) : reader.u32(at + 12),
    };
    const end = slice.offset + slice.size;
    if (end > reader.size) throw cutShort(what, reader.size, end);
    slices.push(slice);
  }
  if (slices.length === 0) throw reader.malformed('it is a universal file without any part', 4);
  return slices;
}
