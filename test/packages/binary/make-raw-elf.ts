import { ByteWriter } from './byte-writer.js';

/** A program header of 64 bits. */
export interface RawSegment {
  type: number;
  flags?: number;
  offset: number;
  address: number;
  fileSize: number;
  memorySize?: number;
}

/** The parts of an ELF library for x64, of which none is checked. */
export interface RawElf {
  /** Of the dynamic segment, before its end. Names are offsets into `strings`. */
  tags?: readonly (readonly [tag: number, value: number])[];
  strings?: Buffer;
  symbols?: Buffer;
  /** DT_HASH. Default: one bucket, and all `symbols` in no chain. */
  hash?: Buffer;
  /** In place of DT_HASH. */
  gnuHash?: Buffer;
  /** Replaces the program headers that fit. */
  segments?: (good: readonly RawSegment[]) => readonly RawSegment[];
}

const HEADER = 64;
const SEGMENT = 56;
/** Space for program headers. */
const ROOM = 16;

/** Puts a library together, also one that no linker would write. It lies in memory as in the file. */
export function makeRawElf(raw: RawElf): Buffer {
  const { strings = Buffer.from('\0'), symbols = Buffer.alloc(24), tags = [] } = raw;
  const count = symbols.length / 24;
  const hash = raw.gnuHash ?? raw.hash ?? defaultHash(count);
  const body = HEADER + ROOM * SEGMENT;
  const stringsAt = body;
  const symbolsAt = align(stringsAt + strings.length);
  const dynamicAt = align(symbolsAt + symbols.length);
  const entries = tags.length + 5;
  const hashAt = dynamicAt + entries * 16;
  const all = [
    ...tags,
    [5, stringsAt],
    [10, strings.length],
    [6, symbolsAt],
    [raw.gnuHash === undefined ? 4 : 0x6ffffef5, hashAt],
    [0, 0],
  ] as const;
  const dynamicSize = entries * 16;
  const size = hashAt + hash.length;
  const good: RawSegment[] = [
    { type: 1, flags: 6, offset: 0, address: 0, fileSize: size },
    { type: 2, flags: 6, offset: dynamicAt, address: dynamicAt, fileSize: dynamicSize },
  ];
  const segments = raw.segments?.(good) ?? good;

  const head = new ByteWriter(true, true).bytes(Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'));
  head.bytes(Buffer.alloc(8)).u16(3, 62).u32(1).word(0, HEADER, 0).u32(0);
  head.u16(HEADER, SEGMENT, segments.length, 0, 0, 0);
  for (const { type, flags = 4, offset, address, fileSize, memorySize = fileSize } of segments) {
    head.u32(type, flags).word(offset, address, address, fileSize, memorySize, 8);
  }
  const dynamic = new ByteWriter(true, true).word(...all.flat()).done();
  const file = Buffer.alloc(Math.max(size, head.length));
  for (const [part, at] of [
    [strings, stringsAt],
    [symbols, symbolsAt],
    [hash, hashAt],
    [dynamic, dynamicAt],
    [head.done(), 0],
  ] as const) {
    part.copy(file, at);
  }
  return file;
}

function defaultHash(count: number): Buffer {
  return new ByteWriter(true, true)
    .u32(1, count, 0)
    .bytes(Buffer.alloc(count * 4))
    .done();
}

function align(at: number): number {
  return Math.ceil(at / 8) * 8;
}
