import { ByteWriter } from './byte-writer.js';
import { makeTrie, REEXPORT } from './make-trie.js';

/** What a made library says about itself. */
export interface MadeMacho {
  bits: 32 | 64;
  endian: 'little' | 'big';
  cpu: number;
  subtype?: number;
  /** 6 dylib, 8 bundle, ... */
  type?: number;
  /** Platform of LC_BUILD_VERSION; 0 leaves the command out. */
  platform?: number;
  id?: string;
  needed?: string[];
  /** Libraries that may be missing. */
  weakNeeded?: string[];
  rpath?: string[];
  functions?: string[];
  objects?: string[];
  threadLocals?: string[];
  /** Functions that another library has. */
  reexports?: string[];
  imports?: string[];
  weakImports?: string[];
  /** Which table exports are found in; all have LC_SYMTAB besides. */
  exportsIn?: 'symtab' | 'dyld-info' | 'trie';
  /** Whether imports stand in chained fixups, of that format, rather than in LC_SYMTAB. */
  chained?: 1 | 2 | 3;
}

const BASE = 0x4000;
/** Where the sections lie in the file, behind the commands, and where the tables begin. */
const CONTENT = 0x300;
const SECTION_SIZE = 0x10;
const SECTIONS = [
  { name: '__text', offset: CONTENT, flags: 0x8000_0400 },
  { name: '__data', offset: CONTENT + SECTION_SIZE, flags: 0 },
  { name: '__thread_vars', offset: CONTENT + 2 * SECTION_SIZE, flags: 0x13 },
];
const TABLES = CONTENT + SECTIONS.length * SECTION_SIZE;

/**
 * Makes a small Mach-O library, after <mach-o/loader.h>, <mach-o/nlist.h> and
 * <mach-o/fixup-chains.h>. It has no code: for reading only.
 */
export function makeMacho(made: MadeMacho): Buffer {
  const little = made.endian === 'little';
  const wide = made.bits === 64;
  const tables = makeTables(made);
  const commands = makeCommands(made, tables);

  const out = new ByteWriter(little, wide);
  out.u32(wide ? 0xfeedfacf : 0xfeedface, made.cpu, made.subtype ?? 0, made.type ?? 6);
  out.u32(commands.count, commands.bytes.length, 0x85);
  if (wide) out.u32(0);
  out.bytes(commands.bytes);
  if (out.length > CONTENT) throw new Error('there is no room for so many commands');
  out.bytes(Buffer.alloc(TABLES - out.length, 0xcc));
  for (const table of Object.values(tables)) out.bytes(table);
  return out.done();
}

/** Makes a universal file; each part begins at a multiple of 16. `wide`: 64-bit offsets. */
export function makeUniversal(
  parts: readonly { cpu: number; subtype?: number; bytes: Uint8Array }[],
  wide = false,
): Buffer {
  const head = new ByteWriter(false, wide);
  const body = new ByteWriter(false, wide);
  const start = Math.ceil((8 + parts.length * (wide ? 32 : 20)) / 16) * 16;
  head.u32(wide ? 0xcafebabf : 0xcafebabe, parts.length);
  for (const { cpu, subtype = 0, bytes } of parts) {
    head
      .u32(cpu, subtype)
      .word(start + body.length, bytes.length)
      .u32(4);
    if (wide) head.u32(0);
    body.bytes(bytes).align(16);
  }
  return head.align(16).bytes(body.done()).done();
}

interface Tables {
  symbols: Buffer;
  strings: Buffer;
  trie: Buffer;
  fixups: Buffer;
}

/** The exported symbols with the number of their section, from 1, and their address. */
function exportsOf({ functions = [], objects = [], threadLocals = [] }: MadeMacho) {
  return [functions, objects, threadLocals].flatMap((names, section) =>
    names.map((name, i) => ({
      name: `_${name}`,
      section: section + 1,
      address: BASE + (SECTIONS[section] as { offset: number }).offset + i,
    })),
  );
}

function makeTables(made: MadeMacho): Tables {
  const little = made.endian === 'little';
  const wide = made.bits === 64;
  const { exportsIn = 'trie', chained, imports = [], weakImports = [], reexports = [] } = made;
  const exported = exportsOf(made);
  const names = new ByteWriter(little, wide).name('');
  const symbols = new ByteWriter(little, wide);
  const symbol = (name: string, info: number, section: number, flags: number, value: number) => {
    symbols.u32(names.length).u8(info, section).u16(flags).word(value);
    names.name(name);
  };
  // A debugging entry, a local and a private one: none of them is exported.
  symbol('debug.c', 0x64, 1, 0, 0);
  symbol('_local', 0x0e, 1, 0, BASE);
  symbol('_private', 0x1f, 1, 0, BASE);
  for (const { name, section, address } of exported) symbol(name, 0x0f, section, 0, address);
  if (chained === undefined) {
    for (const name of imports) symbol(`_${name}`, 1, 0, 0, 0);
    for (const name of weakImports) symbol(`_${name}`, 1, 0, 0x40, 0);
  }

  const entries = [
    ...exported.map(({ name, section, address }) => ({
      name,
      flags: section === 3 ? 1 : 0,
      address: address - BASE,
    })),
    ...reexports.map((name) => ({ name: `_${name}`, flags: REEXPORT, address: 1 })),
  ];
  return {
    symbols: symbols.done(),
    strings: names.align(8).done(),
    trie: exportsIn === 'symtab' || entries.length === 0 ? Buffer.alloc(0) : makeTrie(entries),
    fixups: chained === undefined ? Buffer.alloc(0) : makeFixups(chained, imports, weakImports),
  };
}

function makeFixups(format: 1 | 2 | 3, imports: string[], weakImports: string[]): Buffer {
  const names = new ByteWriter(true, true).name('');
  const table = new ByteWriter(true, true);
  [...imports, ...weakImports].forEach((name, i) => {
    const weak = i < imports.length ? 0 : 1;
    if (format === 3) table.u32(1 | (weak << 16), names.length).word(0);
    else table.u32(1 | (weak << 8) | (names.length << 9));
    if (format === 2) table.u32(0);
    names.name(`_${name}`);
  });
  const head = 28;
  const count = imports.length + weakImports.length;
  const out = new ByteWriter(true, true);
  out.u32(0, head, head, head + table.length, count, format, 0);
  return out.bytes(table.done()).bytes(names.done()).align(8).done();
}

function makeCommands(made: MadeMacho, tables: Tables) {
  const little = made.endian === 'little';
  const wide = made.bits === 64;
  const { needed = [], weakNeeded = [], rpath = [], platform = 1, exportsIn = 'trie' } = made;
  const at = { symbols: 0, strings: 0, trie: 0, fixups: 0 };
  let end = TABLES;
  for (const key of ['symbols', 'strings', 'trie', 'fixups'] as const) {
    at[key] = end;
    end += tables[key].length;
  }

  const list: Buffer[] = [];
  const add = (kind: number, fill: (body: ByteWriter) => void) => {
    const body = new ByteWriter(little, wide);
    fill(body);
    const padded = body.align(8).done();
    list.push(
      new ByteWriter(little, wide)
        .u32(kind, padded.length + 8)
        .bytes(padded)
        .done(),
    );
  };
  const segment = (name: string, address: number, offset: number, size: number, sections = 0) =>
    add(wide ? 0x19 : 1, (body) => {
      body.bytes(Buffer.from(name.padEnd(16, '\0')));
      body.word(address, size, offset, size);
      body.u32(7, 5, sections, 0);
      for (const section of SECTIONS.slice(0, sections)) {
        body.bytes(Buffer.from(section.name.padEnd(16, '\0') + name.padEnd(16, '\0')));
        body.word(BASE + section.offset, SECTION_SIZE);
        body.u32(section.offset, 4, 0, 0, section.flags, 0, 0);
        if (wide) body.u32(0);
      }
    });
  const library = (kind: number, name: string) =>
    add(kind, (body) => body.u32(24, 2, 0x10000, 0x10000).name(name));

  segment('__TEXT', BASE, 0, TABLES, 3);
  segment('__LINKEDIT', BASE + 0x8000, TABLES, end - TABLES);
  if (made.id !== undefined) library(0xd, made.id);
  for (const name of needed) library(0xc, name);
  for (const name of weakNeeded) library(0x8000_0018, name);
  for (const path of rpath) add(0x8000_001c, (body) => body.u32(12).name(path));
  if (platform !== 0) add(0x32, (body) => body.u32(platform, 0xb0000, 0xd0000, 0));
  const count = tables.symbols.length / (wide ? 16 : 12);
  add(2, (body) => body.u32(at.symbols, count, at.strings, tables.strings.length));
  if (exportsIn === 'dyld-info') {
    add(0x8000_0022, (body) => body.u32(0, 0, 0, 0, 0, 0, 0, 0, at.trie, tables.trie.length));
  }
  if (exportsIn === 'trie') {
    add(0x8000_0033, (body) => body.u32(at.trie, tables.trie.length));
  }
  if (made.chained !== undefined) {
    add(0x8000_0034, (body) => body.u32(at.fixups, tables.fixups.length));
  }
  return { bytes: Buffer.concat(list), count: list.length };
}
