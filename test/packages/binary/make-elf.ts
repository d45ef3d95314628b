/** What a made library says about itself. */
export interface MadeElf {
  bits: 32 | 64;
  endian: 'little' | 'big';
  machine: number;
  type?: number;
  osAbi?: number;
  /** Which table finds symbols; 'wide' is DT_HASH of 64-bit numbers, as s390x has it. */
  hash?: 'gnu' | 'sysv' | 'wide' | 'none';
  needed?: string[];
  exports?: string[];
  imports?: string[];
}

const BASE = 0x1000;

/**
 * Makes the smallest ELF library that a loader would recognise: no section headers, one segment, the
 * dynamic segment. For machines whose compiler is not at hand.
 */
export function makeElf(made: MadeElf): Buffer {
  const { bits, endian, machine, type = 3, osAbi = 0, hash = 'sysv' } = made;
  const { needed = [], exports = [], imports = [] } = made;
  const wide = bits === 64;
  const little = endian === 'little';
  const word = wide ? 8 : 4;
  const out = Buffer.alloc(4096);
  const u16 = (at: number, v: number) =>
    little ? out.writeUInt16LE(v, at) : out.writeUInt16BE(v, at);
  const u32 = (at: number, v: number) =>
    little ? out.writeUInt32LE(v, at) : out.writeUInt32BE(v, at);
  const u64 = (at: number, v: number) => {
    u32(little ? at : at + 4, v);
    u32(little ? at + 4 : at, 0);
  };
  const put = (at: number, v: number) => (wide ? u64(at, v) : u32(at, v));

  const headerSize = wide ? 64 : 52;
  const segmentSize = wide ? 56 : 32;
  let end = headerSize + 2 * segmentSize;
  const take = (size: number) => {
    const at = Math.ceil(end / 8) * 8;
    end = at + size;
    return at;
  };

  const names = [...imports, ...exports];
  const strings = new Map<string, number>();
  let text = '\0';
  for (const name of [...needed, ...names]) {
    strings.set(name, text.length);
    text += `${name}\0`;
  }
  const stringTable = take(text.length);
  out.write(text, stringTable, 'latin1');

  const symbolSize = wide ? 24 : 16;
  const symbols = take((names.length + 1) * symbolSize);
  names.forEach((name, i) => {
    const at = symbols + (i + 1) * symbolSize;
    u32(at, strings.get(name) as number);
    out[at + (wide ? 4 : 12)] = (1 << 4) | 2;
    u16(at + (wide ? 6 : 14), i < imports.length ? 0 : 1);
  });

  const number = hash === 'wide' ? 8 : 4;
  const count = names.length + 1;
  const sysv = take((3 + count) * number);
  const entry = (i: number, v: number) =>
    number === 8 ? u64(sysv + i * 8, v) : u32(sysv + i * 4, v);
  // One bucket: all symbols in one chain.
  [1, count, names.length > 0 ? 1 : 0].forEach((v, i) => {
    entry(i, v);
  });
  for (let i = 1; i < names.length; i++) entry(3 + i, i + 1);

  const gnu = take(16 + word + 4 + exports.length * 4);
  [1, imports.length + 1, 1, 0].forEach((v, i) => {
    u32(gnu + i * 4, v);
  });
  u32(gnu + 16 + word, exports.length > 0 ? imports.length + 1 : 0);
  exports.forEach((name, i) => {
    let value = 5381;
    for (const byte of Buffer.from(name)) value = (Math.imul(value, 33) + byte) >>> 0;
    const last = i === exports.length - 1 ? 1 : 0;
    u32(gnu + 20 + word + i * 4, ((value & ~1) | last) >>> 0);
  });

  const tags: [number, number][] = needed.map((name) => [1, strings.get(name) as number]);
  tags.push([5, BASE + stringTable], [10, text.length], [6, BASE + symbols]);
  if (hash === 'gnu') tags.push([0x6ffffef5, BASE + gnu]);
  if (hash === 'sysv' || hash === 'wide') tags.push([4, BASE + sysv]);
  tags.push([0, 0]);
  const dynamic = take(tags.length * 2 * word);
  tags.flat().forEach((value, i) => {
    put(dynamic + i * word, value);
  });

  out.write('\x7fELF', 0, 'latin1');
  out.set([wide ? 2 : 1, little ? 1 : 2, 1, osAbi], 4);
  u16(16, type);
  u16(18, machine);
  u32(20, 1);
  put(wide ? 32 : 28, headerSize);
  u16(wide ? 52 : 40, headerSize);
  u16(wide ? 54 : 42, segmentSize);
  u16(wide ? 56 : 44, 2);
  const segment = (i: number, kind: number, at: number, size: number) => {
    const to = headerSize + i * segmentSize;
    u32(to, kind);
    put(to + (wide ? 8 : 4), at);
    put(to + (wide ? 16 : 8), BASE + at);
    put(to + (wide ? 32 : 16), size);
  };
  segment(0, 1, 0, end);
  segment(1, 2, dynamic, tags.length * 2 * word);
  return out.subarray(0, end);
}
