import type { ByteReader } from './byte-reader.js';
import { LIMITS } from './limits.js';

/**
 * The two tables by which a loader finds a symbol by name. Both also say how many symbols there
 * are, which nothing else in a stripped library does. Every loop moves forward through the file, or
 * is counted against it, and ends at LIMITS.symbols at the latest.
 */
export interface SymbolHash {
  /** How many symbols the table knows of; 0 when it cannot tell. */
  count(): number;
  /** The index of the symbol for which `matches` is true, among those that `name` may be; 0 none. */
  find(name: Uint8Array, matches: (index: number) => boolean): number;
}

/** DT_GNU_HASH: covers the exported symbols, which stand at the end of the symbol table. */
export function gnuHash(reader: ByteReader, at: number): SymbolHash {
  const bucketCount = reader.u32(at);
  const firstSymbol = reader.u32(at + 4);
  const buckets = at + 16 + reader.u32(at + 8) * reader.wordSize;
  const chains = buckets + bucketCount * 4;
  reader.limit(bucketCount, LIMITS.symbols, 'buckets in its hash table', at);
  const chain = (index: number) => reader.u32(chains + (index - firstSymbol) * 4);

  return {
    count() {
      let last = 0;
      for (let i = 0; i < bucketCount; i++) last = Math.max(last, reader.u32(buckets + i * 4));
      if (last < firstSymbol) return 0;
      reader.limit(last, LIMITS.symbols, 'symbols', buckets);
      while ((chain(last) & 1) === 0) {
        last++;
        reader.limit(last, LIMITS.symbols, 'symbols', chains);
      }
      return last + 1;
    },
    find(name, matches) {
      if (bucketCount === 0) return 0;
      const hash = djb2(name);
      let index = reader.u32(buckets + (hash % bucketCount) * 4);
      if (index < firstSymbol || index === 0) return 0;
      for (let steps = 1; ; index++, steps++) {
        reader.limit(steps, LIMITS.symbols, 'symbols in a chain of its hash table', chains);
        const entry = chain(index);
        if ((entry | 1) === (hash | 1) && matches(index)) return index;
        if ((entry & 1) === 1) return 0;
      }
    },
  };
}

/** DT_HASH: covers all symbols. `size` is that of its numbers: 4, on two machines 8. */
export function sysvHash(reader: ByteReader, at: number, size: 4 | 8): SymbolHash {
  const number = (i: number) => (size === 4 ? reader.u32(at + i * 4) : reader.u64(at + i * 8));
  const bucketCount = number(0);
  const symbolCount = number(1);
  if (at + (2 + bucketCount + symbolCount) * size > reader.size) {
    throw reader.malformed(`its hash table claims ${symbolCount} symbols`);
  }
  reader.limit(bucketCount, LIMITS.symbols, 'buckets in its hash table', at);
  reader.limit(symbolCount, LIMITS.symbols, 'symbols', at);

  return {
    count: () => symbolCount,
    find(name, matches) {
      if (bucketCount === 0) return 0;
      let index = number(2 + (pjw(name) % bucketCount));
      // A chain that runs in a circle is longer than there are symbols.
      for (let steps = 0; index !== 0 && steps < symbolCount; steps++) {
        if (matches(index)) return index;
        index = number(2 + bucketCount + index);
      }
      return 0;
    },
  };
}

/** The hash of DT_GNU_HASH over a name without its NUL. */
function djb2(name: Uint8Array): number {
  let hash = 5381;
  for (const byte of name) hash = (Math.imul(hash, 33) + byte) >>> 0;
  return hash;
}

/** The hash of DT_HASH over a name without its NUL. */
function pjw(name: Uint8Array): number {
  let hash = 0;
  for (const byte of name) {
    hash = ((hash << 4) + byte) >>> 0;
    const high = hash & 0xf000_0000;
    hash = (hash ^ (high >>> 24)) & ~high;
  }
  return hash >>> 0;
}
