import { AddressMap } from './address-map.js';
import type { ByteReader } from './byte-reader.js';
import type { SymbolKind } from './library-info.js';
import { LIMITS } from './limits.js';
import { EXPORT, LC } from './macho-constants.js';
import { field, type MachoHeader, type Section } from './macho-header.js';

/** What an entry of the trie says, and where its children stand. */
interface Node {
  /** Null when no name ends here. */
  readonly kind: SymbolKind | null;
  readonly children: Generator<Edge>;
}

/** A piece of a name, as a range of the file, and the node that follows it. */
interface Edge {
  readonly start: number;
  readonly end: number;
  readonly to: number;
}

/**
 * The tree of exported names, by which the loader of macOS finds them: each edge is a piece of a
 * name. Names are kept byte by byte (latin1) as long as they are pieces, since an edge may end
 * within a character.
 */
export class ExportTrie {
  readonly #reader: ByteReader;
  readonly #baseAddress: number;
  readonly #sections: AddressMap<Section>;
  readonly #start: number;
  readonly #end: number;

  private constructor(reader: ByteReader, header: MachoHeader, start: number, end: number) {
    this.#reader = reader;
    this.#baseAddress = header.baseAddress;
    this.#sections = new AddressMap(header.sections);
    this.#start = start;
    this.#end = end;
  }

  /** @returns null when the library knows no tries, so that its exports stand in LC_SYMTAB */
  static of(reader: ByteReader, header: MachoHeader): ExportTrie | null {
    let trie: ExportTrie | null = null;
    for (const command of header.commands) {
      const at = TRIES[command.kind];
      if (at === undefined) continue;
      const start = field(reader, command, at);
      const size = field(reader, command, at + 4);
      trie = new ExportTrie(reader, header, start, start + size);
      if (size > 0) break;
    }
    return trie;
  }

  /** The kind of the exported symbol of that name, or null. Every step uses up a part of it. */
  find(name: string): SymbolKind | null {
    if (this.#start === this.#end) return null;
    let rest = Buffer.from(name);
    let node = this.#node(this.#start);
    while (rest.length > 0) {
      const edge = this.#edgeOf(node, rest);
      if (edge === null) return null;
      rest = rest.subarray(edge.end - edge.start);
      node = this.#node(edge.to);
    }
    return node.kind;
  }

  /** All names. A node that is reached twice is no tree, and could be endless. */
  *[Symbol.iterator](): Generator<{ name: string; kind: SymbolKind }> {
    if (this.#start === this.#end) return;
    const reader = this.#reader;
    const seen = new Set([this.#start]);
    const open = [{ prefix: '', at: this.#start }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const node = this.#node(next.at);
      if (node.kind !== null) yield { name: this.#whole(next.prefix), kind: node.kind };
      for (const { start, end, to } of node.children) {
        if (seen.has(to)) throw reader.malformed('its export trie is not a tree', to);
        seen.add(to);
        reader.limit(seen.size, LIMITS.trieNodes, 'nodes in its export trie', to);
        open.push({ prefix: next.prefix + reader.text(start, end, 'latin1'), at: to });
      }
    }
  }

  #edgeOf(node: Node, rest: Buffer): Edge | null {
    for (const edge of node.children) {
      const length = edge.end - edge.start;
      if (length > rest.length) continue;
      if (this.#reader.holds(edge.start, rest.subarray(0, length))) return edge;
    }
    return null;
  }

  #node(at: number): Node {
    const [size, start] = this.#number(at);
    return {
      kind: size === 0 ? null : this.#kindAt(start),
      children: this.#children(start + size),
    };
  }

  *#children(from: number): Generator<Edge> {
    const reader = this.#reader;
    this.#within(from);
    const count = reader.u8(from);
    let start = from + 1;
    for (let i = 0; i < count; i++) {
      const end = reader.nameEnd(start, this.#end);
      if (end === start) throw reader.malformed('its export trie has an edge of no length', start);
      const [offset, next] = this.#number(end + 1);
      yield { start, end, to: this.#start + offset };
      start = next;
    }
  }

  #kindAt(at: number): SymbolKind {
    const [flags, next] = this.#number(at);
    if ((flags & EXPORT.REEXPORT) !== 0) return 'other';
    if ((flags & EXPORT.KIND) === EXPORT.TLS) return 'tls';
    if ((flags & EXPORT.KIND) === EXPORT.ABSOLUTE) return 'other';
    const address = this.#baseAddress + this.#number(next)[0];
    return this.#sections.find(address)?.kind ?? 'other';
  }

  /** A ULEB128 number, and where the next byte stands. Exact below 2^53. */
  #number(from: number): [value: number, next: number] {
    let value = 0;
    let factor = 1;
    for (let at = from; at < from + MAX_ULEB_BYTES; at++, factor *= 128) {
      this.#within(at);
      const byte = this.#reader.u8(at);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return [value, at + 1];
    }
    throw this.#reader.malformed('its export trie has an endless number', from);
  }

  #within(at: number): void {
    if (at >= this.#start && at < this.#end) return;
    throw this.#reader.malformed(
      `its export trie ends at ${this.#reader.base + this.#end}, but points behind it`,
      this.#end,
    );
  }

  #whole(bytes: string): string {
    this.#reader.spend(bytes.length);
    return Buffer.from(bytes, 'latin1').toString('utf8');
  }
}

/** 64 bits, seven at a time. */
const MAX_ULEB_BYTES = 10;

/** The commands that name a trie, and where in them its offset stands. */
const TRIES: Readonly<Record<number, number>> = {
  [LC.DYLD_EXPORTS_TRIE]: 8,
  [LC.DYLD_INFO]: 40,
  [LC.DYLD_INFO_ONLY]: 40,
};
