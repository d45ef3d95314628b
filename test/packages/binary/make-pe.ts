import { ByteWriter } from './byte-writer.js';

/** A DLL out of which something is imported: by name, or by number. */
export interface MadeImport {
  dll: string;
  symbols: (string | number)[];
}

/** What a made DLL says about itself. */
export interface MadePe {
  bits: 32 | 64;
  machine: number;
  /** Bits of the file header; a DLL unless told otherwise. */
  characteristics?: number;
  subsystem?: number;
  functions?: string[];
  objects?: string[];
  /** Names whose function is in another DLL. */
  forwarded?: string[];
  imports?: MadeImport[];
  delayed?: MadeImport[];
  /** Whether addresses of delayed imports count from 0, as the linkers of 1998 wrote them. */
  oldDelayed?: boolean;
  /** Flags of the header of .NET; none if absent. */
  clr?: number;
}

const IMAGE_BASE = 0x1000_0000;
const ALIGNMENT = 0x200;
const TEXT = 0x1000;
const DATA = 0x2000;

/** Makes a small DLL, after the PE format's documentation. It has no code: for reading only. */
export function makePe(made: MadePe): Buffer {
  const wide = made.bits === 64;
  const { data, directories } = makeData(made);
  const dataSize = Math.ceil(data.length / ALIGNMENT) * ALIGNMENT;

  const out = new ByteWriter(true, wide);
  out.name('MZ', 0x3c).u32(0x40);
  out.u32(0x4550).u16(made.machine, 2).u32(0, 0, 0);
  out.u16((wide ? 112 : 96) + 16 * 8, made.characteristics ?? 0x2022);
  out.u16(wide ? 0x20b : 0x10b, 14).u32(ALIGNMENT, dataSize, 0, 0, TEXT);
  if (!wide) out.u32(DATA);
  out.word(IMAGE_BASE).u32(0x1000, ALIGNMENT).u16(6, 0, 0, 0, 6, 0);
  out.u32(0, 0x3000, ALIGNMENT, 0).u16(made.subsystem ?? 3, 0x160);
  out.word(0x100000, 0x1000, 0x100000, 0x1000).u32(0, 16);
  for (let i = 0; i < 16; i++) out.u32(...(directories[i] ?? [0, 0]));
  section(out, '.text', TEXT, ALIGNMENT, ALIGNMENT, 0x6000_0020);
  section(out, '.data', DATA, dataSize, 2 * ALIGNMENT, 0xc000_0040);
  out.align(ALIGNMENT).bytes(Buffer.alloc(ALIGNMENT, 0xcc)).bytes(data).align(ALIGNMENT);
  return out.done();
}

function section(
  out: ByteWriter,
  name: string,
  address: number,
  size: number,
  offset: number,
  flags: number,
): void {
  out.bytes(Buffer.from(name.padEnd(8, '\0')));
  out.u32(size, address, size, offset, 0, 0, 0, flags);
}

/** Everything but code: the tables, and where each directory lies. */
function makeData(made: MadePe) {
  const out = new ByteWriter(true, made.bits === 64);
  // Whatever is written first lies first, so that its address is known to what points at it.
  const put = (fill: () => void): number => {
    const address = DATA + out.length;
    fill();
    out.align(8);
    return address;
  };
  const name = (text: string) => put(() => out.name(text));
  const directories: Record<number, [number, number]> = {};

  const object = put(() => out.u32(1));
  const exported = [
    ...(made.functions ?? []).map((name, i) => ({ name, address: TEXT + i })),
    ...(made.objects ?? []).map((name) => ({ name, address: object })),
    ...(made.forwarded ?? []).map((name) => ({ name, address: -1 })),
  ].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  if (exported.length > 0) {
    const count = exported.length;
    // The directory, with its tables and names, is one piece: its size tells forwarders.
    const start = DATA + out.length;
    const functions = start + 40;
    const texts = new ByteWriter(true, true).name('other.thing');
    const text = (value: string) => {
      texts.name(value);
      return forward + texts.length - value.length - 1;
    };
    const forward = functions + count * 10;
    const dll = text('made.dll');
    const names = exported.map((symbol) => text(symbol.name));
    out.u32(0, 0, 0, dll, 1, count, count, functions, functions + count * 4, functions + count * 8);
    out.u32(...exported.map(({ address }) => (address < 0 ? forward : address)));
    out.u32(...names).u16(...exported.map((_symbol, i) => i));
    out.bytes(texts.done()).align(8);
    directories[0] = [start, DATA + out.length - start];
  }

  const list = ({ symbols }: MadeImport, base: number) => {
    const values = symbols.map((symbol) =>
      typeof symbol === 'number' ? -symbol : base + put(() => out.u16(0).name(symbol)),
    );
    return put(() => {
      for (const value of [...values, 0]) {
        if (value >= 0) out.word(value);
        else if (made.bits === 64) out.u32(-value, 0x8000_0000);
        else out.u32(0x8000_0000 - value);
      }
    });
  };
  if (made.imports !== undefined) {
    const rows = made.imports.map((library) => {
      const symbols = list(library, 0);
      return [symbols, 0, 0, name(library.dll), symbols];
    });
    const start = put(() => out.u32(...rows.flat(), 0, 0, 0, 0, 0));
    directories[1] = [start, (rows.length + 1) * 20];
  }
  if (made.delayed !== undefined) {
    const base = made.oldDelayed === true ? IMAGE_BASE : 0;
    const kind = made.oldDelayed === true ? 0 : 1;
    const rows = made.delayed.map((library) => {
      return [kind, base + name(library.dll), 0, 0, base + list(library, base), 0, 0, 0];
    });
    const start = put(() => out.u32(...rows.flat(), 0, 0, 0, 0, 0, 0, 0, 0));
    directories[13] = [start, (rows.length + 1) * 32];
  }
  const { clr } = made;
  if (clr !== undefined) {
    directories[14] = [put(() => out.u32(72, 0x50002, 0, 0, clr, 0)), 72];
  }
  return { data: out.done(), directories };
}
