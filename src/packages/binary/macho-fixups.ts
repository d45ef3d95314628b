import type { ByteReader } from './byte-reader.js';
import { LIMITS } from './limits.js';
import { LC } from './macho-constants.js';
import { field, type MachoHeader } from './macho-header.js';

/** How large an import of each format is; the third has 64 bits where the others have 32. */
const ENTRY_SIZE: Readonly<Record<number, number>> = { 1: 4, 2: 8, 3: 16 };

/** Names that are not compressed, which no linker does yet. */
const PLAIN = 0;

/**
 * The imports of LC_DYLD_CHAINED_FIXUPS, as libraries for macOS 12 and later have them; nothing for
 * others. Names begin with `_`.
 * @throws AisopodError LIBRARY_FORMAT
 */
export function* chainedImports(
  reader: ByteReader,
  header: MachoHeader,
): Generator<{ name: string; weak: boolean }> {
  const command = header.commands.find(({ kind }) => kind === LC.DYLD_CHAINED_FIXUPS);
  if (command === undefined) return;
  const start = field(reader, command, 8);
  const end = start + field(reader, command, 12);
  const imports = start + reader.u32(start + 8);
  const names = start + reader.u32(start + 12);
  const count = reader.u32(start + 16);
  const entrySize = ENTRY_SIZE[reader.u32(start + 20)];
  if (entrySize === undefined || reader.u32(start + 24) !== PLAIN) {
    throw reader.malformed('its imports have no known format', start + 20);
  }
  if (imports + count * entrySize > end) {
    throw reader.malformed(`it claims ${count} imports`, start + 16);
  }
  reader.limit(count, LIMITS.symbols, 'imports', start + 16);
  for (let i = 0; i < count; i++) {
    const at = imports + i * entrySize;
    const word = reader.u32(at);
    // Ordinal of the library, weak, name: 8, 1, 23 bits; in the third format 16, 1, 15 unused, 32.
    yield entrySize === 16
      ? { name: reader.name(names + reader.u32(at + 4), end), weak: ((word >>> 16) & 1) !== 0 }
      : { name: reader.name(names + (word >>> 9), end), weak: ((word >>> 8) & 1) !== 0 };
  }
}
