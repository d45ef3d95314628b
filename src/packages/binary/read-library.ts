import { type ByteSource, bytesSource } from './byte-source.js';
import { readElf } from './elf.js';
import type { LibraryInfo } from './library-info.js';
import { readMacho } from './macho.js';
import { readPe } from './pe.js';
import { recognise } from './recognise.js';
import { refusal } from './refusal.js';

const ADVICE =
  `A plugin is a shared library for ${process.platform}-${process.arch}: build it with -shared ` +
  '-fPIC, or correct plugin.entry in the manifest.';

/**
 * Reads what a shared library of Linux, macOS or Windows says about itself, without opening it.
 * Takes microseconds for most: symbols are read when they are asked for. Nothing outside of the
 * file is read; memory and time are bounded by LIMITS, whatever the file says, so it is done in one
 * turn of the event loop. The bytes must not change as long as the result is used.
 *
 * @param file the whole file, or where its bytes come from
 * @param what how messages name the file
 * @param arch as `process.arch`: which part of a universal file is read; its first if it has none
 *   for that machine
 * @throws AisopodError LIBRARY_FORMAT (empty, cut short, text, archive, object file, executable,
 *   damaged, over one of LIMITS; `details.offset` says where, if it is at one place)
 */
export function readLibrary(
  file: Uint8Array | ByteSource,
  what = 'the file',
  arch: string = process.arch,
): LibraryInfo {
  const source = file instanceof Uint8Array ? bytesSource(file) : file;
  const found = recognise(source.window(0).bytes);
  switch (found.format) {
    case 'elf':
      return readElf(source, what);
    case 'macho':
      return readMacho(source, what, arch);
    case 'pe':
      return readPe(source, what);
    default:
      throw refusal(what, found.name, ADVICE);
  }
}
