import { ByteReader } from './byte-reader.js';
import { bytesSource } from './byte-source.js';
import { PT } from './elf-constants.js';
import { readElfHeader } from './elf-header.js';
import { recognise } from './recognise.js';

const HEADER_BYTES = 64;

/**
 * Reads which loader an ELF executable asks for: `/lib64/ld-linux-x86-64.so.2`.
 * @param bytes its beginning; linkers put the name right behind the headers
 * @returns null: it is no ELF file, or asks for none
 * @throws AisopodError LIBRARY_FORMAT when it is damaged, or says so further on
 */
export function readInterpreter(bytes: Uint8Array): string | null {
  if (bytes.length < HEADER_BYTES || recognise(bytes).format !== 'elf') return null;
  const source = bytesSource(bytes);
  const reader = new ByteReader(source, 'the executable', bytes[5] === 1, bytes[4] === 2);
  const segment = readElfHeader(reader).segments.find(({ type }) => type === PT.INTERP);
  return segment === undefined
    ? null
    : reader.name(segment.offset, segment.offset + segment.fileSize);
}
