import type { ByteReader } from './byte-reader.js';
import type { SymbolKind } from './library-info.js';
import { LIMITS } from './limits.js';
import { LC, machineName, S } from './macho-constants.js';

/** A load command: what it is about, and where it stands. */
export interface LoadCommand {
  readonly kind: number;
  readonly offset: number;
  readonly size: number;
}

/** A piece of a segment, which tells code from data. */
export interface Section {
  readonly address: number;
  readonly size: number;
  readonly kind: SymbolKind;
}

export interface MachoHeader {
  readonly machine: string;
  readonly type: number;
  readonly commands: readonly LoadCommand[];
  /** In the order by which symbols count them, from 1. */
  readonly sections: readonly Section[];
  /** Where the file lies in memory; export tries count from here. */
  readonly baseAddress: number;
  /** Where the file must end at the earliest, by its own words. */
  readonly extent: number;
}

export const headerSize = (wide: boolean): number => (wide ? 32 : 28);

/** Reads the file header, the load commands and the segments. @throws AisopodError LIBRARY_FORMAT */
export function readMachoHeader(reader: ByteReader): MachoHeader {
  const commands = readCommands(reader);
  const sections: Section[] = [];
  let extent = headerSize(reader.wide) + reader.u32(20);
  let baseAddress = 0;
  for (const command of commands) {
    if (command.kind !== (reader.wide ? LC.SEGMENT_64 : LC.SEGMENT)) continue;
    const segment = readSegment(reader, command);
    extent = Math.max(extent, segment.offset + segment.fileSize);
    if (segment.offset === 0 && segment.fileSize > 0) baseAddress = segment.address;
    sections.push(...segment.sections);
    if (sections.length > LIMITS.machoSections) {
      throw reader.malformed(`it has over ${LIMITS.machoSections} sections`, command.offset);
    }
  }
  return {
    machine: machineName(reader.u32(4), reader.u32(8)),
    type: reader.u32(12),
    commands,
    sections,
    baseAddress,
    extent,
  };
}

/** A number `at` bytes into a load command. */
export function field(reader: ByteReader, command: LoadCommand, at: number): number {
  if (at + 4 <= command.size) return reader.u32(command.offset + at);
  throw reader.malformed(
    `its load command at ${reader.base + command.offset} has ${command.size} bytes`,
    command.offset,
  );
}

/** The text that a load command names 8 bytes from its start. */
export function text(reader: ByteReader, command: LoadCommand): string {
  const start = command.offset + field(reader, command, 8);
  return reader.name(start, command.offset + command.size);
}

function readCommands(reader: ByteReader): LoadCommand[] {
  const commands: LoadCommand[] = [];
  const count = reader.u32(16);
  let offset = headerSize(reader.wide);
  const end = offset + reader.u32(20);
  reader.limit(count, LIMITS.loadCommands, 'load commands', 16);
  for (let i = 0; i < count; i++) {
    // A table cut off by the end of the file is a short file, which the extent will tell.
    if (end > reader.size && offset + 8 > reader.size) break;
    const size = reader.u32(offset + 4);
    if (size < 8 || offset + size > end) {
      throw reader.malformed(
        `its load command at ${reader.base + offset} claims ${size} bytes`,
        offset,
      );
    }
    commands.push({ kind: reader.u32(offset), offset, size });
    offset += size;
  }
  return commands;
}

function readSegment(reader: ByteReader, command: LoadCommand) {
  const wide = reader.wide;
  const first = wide ? 72 : 56;
  const entrySize = wide ? 80 : 68;
  const count = field(reader, command, wide ? 64 : 48);
  if (first + count * entrySize > command.size) {
    throw reader.malformed(
      `its segment at ${reader.base + command.offset} claims ${count} sections`,
      command.offset,
    );
  }
  const sections: Section[] = [];
  for (let i = 0; i < Math.min(count, LIMITS.machoSections + 1); i++) {
    const at = command.offset + first + i * entrySize;
    sections.push({
      address: reader.word(at + 32),
      size: reader.word(at + (wide ? 40 : 36)),
      kind: kindOf(reader.u32(at + (wide ? 64 : 56))),
    });
  }
  const at = command.offset;
  return {
    address: reader.word(at + 24),
    offset: reader.word(at + (wide ? 40 : 32)),
    fileSize: reader.word(at + (wide ? 48 : 36)),
    sections,
  };
}

function kindOf(flags: number): SymbolKind {
  if ((flags & S.INSTRUCTIONS) !== 0) return 'function';
  const type = flags & S.TYPE;
  return type >= S.THREAD_LOCAL_FIRST && type <= S.THREAD_LOCAL_LAST ? 'tls' : 'object';
}
