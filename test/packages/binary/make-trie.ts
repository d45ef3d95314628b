import { ByteWriter } from './byte-writer.js';

export const REEXPORT = 8;

export interface TrieEntry {
  readonly name: string;
  readonly flags: number;
  /** With REEXPORT, the number of the library that has it under the same name. */
  readonly address: number;
}

interface Node {
  readonly entry: TrieEntry | undefined;
  readonly edges: readonly { label: string; to: Node }[];
  offset: number;
}

/** Makes the export trie of a Mach-O library: names that begin alike share an edge. */
export function makeTrie(entries: readonly TrieEntry[]): Buffer {
  const root = nodeOf(entries, 0);
  place(root, 0);
  const out = new ByteWriter(true, true);
  emit(out, root);
  return out.align(8).done();
}

function nodeOf(entries: readonly TrieEntry[], depth: number): Node {
  const groups = groupBy(entries, depth);
  const entry = groups.get(undefined)?.[0];
  groups.delete(undefined);
  const edges = [...groups.values()].map((group) => {
    const label = sharedFrom(group, depth);
    return { label, to: nodeOf(group, depth + label.length) };
  });
  return { entry, edges, offset: 0 };
}

function groupBy(entries: readonly TrieEntry[], depth: number) {
  const groups = new Map<string | undefined, TrieEntry[]>();
  for (const entry of entries) {
    const key = entry.name[depth];
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}

function sharedFrom(group: readonly TrieEntry[], depth: number): string {
  const [first] = group as [TrieEntry];
  let end = depth;
  while (end < first.name.length && group.every(({ name }) => name[end] === first.name[end])) end++;
  return first.name.slice(depth, end);
}

/** Numbers are padded to three bytes, so that a node's size does not depend on where it lies. */
function place(node: Node, offset: number): number {
  node.offset = offset;
  let end = offset + 1 + sizeOf(node.entry) + 1;
  for (const { label } of node.edges) end += Buffer.byteLength(label) + 1 + 3;
  for (const { to } of node.edges) end = place(to, end);
  return end;
}

function emit(out: ByteWriter, { entry, edges }: Node): void {
  out.u8(sizeOf(entry));
  if (entry !== undefined) out.u8(...uleb(entry.flags), ...uleb(entry.address));
  // No other name in the other library.
  if (entry !== undefined && (entry.flags & REEXPORT) !== 0) out.name('');
  out.u8(edges.length);
  for (const { label, to } of edges) out.name(label).u8(...uleb(to.offset));
  for (const { to } of edges) emit(out, to);
}

function sizeOf(entry: TrieEntry | undefined): number {
  if (entry === undefined) return 0;
  return (entry.flags & REEXPORT) === 0 ? 6 : 7;
}

function uleb(value: number): number[] {
  return [(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, (value >> 14) & 0x7f];
}
