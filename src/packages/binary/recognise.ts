import { LIMITS } from './limits.js';
import { FAT, machoShape } from './macho-constants.js';

/** What a file is by its first bytes. */
export type Recognised =
  | { readonly format: 'elf' | 'macho' | 'pe' }
  | { readonly format: null; readonly name: string };

const FIRST_LINE = 60;

/** Magic bytes of what people put where a library belongs. */
const OTHERS: readonly (readonly [magic: string, name: string])[] = [
  [
    '!<arch>\n',
    'a static archive. Link a shared library from it, with -shared -Wl,--whole-archive',
  ],
  [
    '!<thin>\n',
    'a static archive. Link a shared library from it, with -shared -Wl,--whole-archive',
  ],
  ['\0asm', 'a WebAssembly module'],
  ['BC\xc0\xde', 'LLVM bitcode, which is not compiled to machine code yet'],
  ['\xca\xfe\xba\xbe', 'a Java class file'],
  ['PK\x03\x04', 'a zip archive'],
  ['\x1f\x8b', 'a gzip archive'],
  ['version https://git-lfs', 'a Git LFS pointer. Fetch the file itself with: git lfs pull'],
];

/**
 * Tells the kind of a file from its content; a name or suffix proves nothing.
 * @param bytes its beginning: 512 of them count
 */
export function recognise(bytes: Uint8Array): Recognised {
  if (bytes.length === 0) return { format: null, name: 'empty' };
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512));
  const text = head.toString('latin1');

  if (text.startsWith('\x7fELF')) return { format: 'elf' };
  if (text.startsWith('MZ')) return { format: 'pe' };
  if (head.length >= 8) {
    const magic = head.readUInt32BE(0);
    const fat =
      (magic === FAT.MAGIC || magic === FAT.MAGIC_64) && head.readUInt32BE(4) <= LIMITS.parts;
    if (fat || machoShape(magic) !== null) return { format: 'macho' };
  }
  for (const [magic, name] of OTHERS) if (text.startsWith(magic)) return { format: null, name };
  if (/^[\t\n\r -~\x80-\xff]+$/.test(text)) {
    const line = head.toString('utf8').split(/\r?\n/, 1)[0] as string;
    return { format: null, name: `a text file that begins with "${line.slice(0, FIRST_LINE)}"` };
  }
  return { format: null, name: 'not a shared library of any known format' };
}
