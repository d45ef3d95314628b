import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ET, machineName, PT } from './elf-constants.js';

/** Without O_NONBLOCK, opening a FIFO that has no writer would never return. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A file header, and as many program headers as linkers make. */
const HEAD_BYTES = 4096;

/**
 * Whether a file is, by its headers, a library for a platform that was copied as a whole. It is a quick
 * look that tells damaged copies from good ones; readLibrary() says all that is wrong with a library.
 * Of a format other than ELF it sees only that the file is of that format.
 *
 * @param platform such as `linux-x64`
 */
export function isWholeLibrary(path: string, platform: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, FLAGS);
  } catch {
    return false;
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return false;
    const buffer = Buffer.alloc(HEAD_BYTES);
    const head = buffer.subarray(0, readSync(fd, buffer, 0, HEAD_BYTES, 0));
    const system = platform.slice(0, platform.indexOf('-'));
    if (system === 'win32') return head.toString('latin1', 0, 2) === 'MZ';
    if (system === 'darwin') return isMacho(head);
    return isWholeElf(head, stats.size, platform.slice(system.length + 1));
  } catch {
    return false; // shorter than its headers say, or not readable
  } finally {
    closeSync(fd);
  }
}

function isMacho(head: Buffer): boolean {
  const magics = [0xfeedface, 0xcefaedfe, 0xfeedfacf, 0xcffaedfe, 0xcafebabe, 0xcafebabf];
  return head.length >= 8 && magics.includes(head.readUInt32BE(0));
}

/** @throws RangeError when the headers end early */
function isWholeElf(head: Buffer, size: number, arch: string): boolean {
  if (head.toString('latin1', 0, 4) !== '\x7fELF') return false;
  const wide = head[4] === 2;
  const little = head[5] === 1;
  const u16 = (at: number) => (little ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const u32 = (at: number) => (little ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const u64 = (at: number) => (little ? head.readBigUInt64LE(at) : head.readBigUInt64BE(at));
  const word = (at: number) => (wide ? Number(u64(at)) : u32(at));
  if (u16(16) !== ET.DYN || machineName(u16(18), wide, little) !== arch) return false;
  const table = word(wide ? 32 : 28);
  const [entry, count] = [u16(wide ? 54 : 42), u16(wide ? 56 : 44)];
  for (let i = 0; i < count; i++) {
    const at = table + i * entry;
    if (u32(at) !== PT.LOAD) continue;
    if (word(at + (wide ? 8 : 4)) + word(at + (wide ? 32 : 16)) > size) return false;
  }
  return true;
}
