import { recognise } from './recognise.js';

/** So many bytes at the beginning of a file tell what isSameKind() compares. */
export const HEAD_BYTES = 20;

/** Where an ELF header says class and byte order, and then type and machine. */
const ELF_PARTS = [
  [4, 6],
  [16, 20],
] as const;

/**
 * Returns whether a file looks like a library for the same machine as another one. Object files and ELF
 * files for another machine do not; of the other formats only the format is compared.
 * @param head the first bytes of the file, HEAD_BYTES at the least
 * @param of those of a library
 */
export function isSameKind(head: Uint8Array, of: Uint8Array): boolean {
  const { format } = recognise(of);
  if (format === null || recognise(head).format !== format) return false;
  if (format !== 'elf') return true;
  return ELF_PARTS.every(([from, to]) =>
    Buffer.from(head.subarray(from, to)).equals(of.subarray(from, to)),
  );
}
