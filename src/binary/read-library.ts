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
 * Takes microseconds: symbols are read when they are asked for. Nothing outside of `bytes` is read,
 * and time is bounded by their number, whatever they say. `bytes` must not change as long as the
 * result is used.
 *
 * @param bytes the whole file
 * @param what how messages name the file
 * @param arch as `process.arch`: which part of a universal file is read; its first if it has none
 *   for that machine
 * @throws AisopodError LIBRARY_FORMAT (empty, cut short, text, archive, object file, executable,
 *   damaged; `details.offset` says where, if it is at one place)
 */
export function readLibrary(
  bytes: Uint8Array,
  what = 'the file',
  arch: string = process.arch,
): LibraryInfo {
  const found = recognise(bytes);
  switch (found.format) {
    case 'elf':
      return readElf(bytes, what);
    case 'macho':
      return readMacho(bytes, what, arch);
    case 'pe':
      return readPe(bytes, what);
    default:
      throw refusal(what, found.name, ADVICE);
  }
}
