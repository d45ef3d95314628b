import { AisopodError } from '../errors/index.js';
import { readElf } from './elf.js';
import type { LibraryInfo } from './library-info.js';
import { recognise } from './recognise.js';

/**
 * Reads what a shared library says about itself, without opening it. Takes microseconds: symbols
 * are read when they are asked for. Nothing outside of `bytes` is read, and time is bounded by
 * their number, whatever they say. `bytes` must not change as long as the result is used.
 *
 * @param bytes the whole file
 * @param what how messages name the file
 * @throws AisopodError LIBRARY_FORMAT (empty, cut short, text, archive, object file, executable,
 *   damaged), LIBRARY_PLATFORM (a library of Windows or macOS, which cannot be read here)
 */
export function readLibrary(bytes: Uint8Array, what = 'the file'): LibraryInfo {
  const found = recognise(bytes);
  if (found.format === 'elf') return readElf(bytes, what);
  if (found.format === null) {
    throw new AisopodError('LIBRARY_FORMAT', `${what} is ${found.name}.`, {
      details: { path: what, reason: found.name },
    });
  }
  throw new AisopodError(
    'LIBRARY_PLATFORM',
    `${what} is ${found.name}; this host opens ELF libraries, as Linux has them. ` +
      `Build the plugin for ${process.platform}-${process.arch}.`,
    { details: { path: what, found: found.platform, expected: process.platform } },
  );
}
