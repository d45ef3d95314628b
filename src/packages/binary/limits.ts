/**
 * How much of a library is read. A file is written by a stranger, so each loop that a number in it
 * drives ends here at the latest, far above what linkers write; beyond it the library is refused
 * with LIBRARY_FORMAT.
 */
export const LIMITS = {
  /** Bytes of a library: its copy alone would fill the cache. */
  fileBytes: 2 ** 31,
  /** Libraries that a plugin brings along. Large ones bring a dozen. */
  siblings: 256,
  /**
   * Places where a plugin's needed libraries are looked for. Each costs a question to the system,
   * and a file of 50 kB can name ten million; large plugins have a few hundred.
   */
  places: 16_384,
  /** ELF program headers. Linkers write about a dozen. */
  segments: 256,
  /** ELF section headers, looked at in a library that doesn't say how many symbols it has. */
  sections: 4096,
  /** Entries of an ELF dynamic segment: the needed libraries and about 40 others. */
  dynamicEntries: 4096,
  /** Libraries that one needs. The largest programs in parts have some 300. */
  needed: 1024,
  /** Directories in a run path. Build systems that list one for each dependency reach some 50. */
  directories: 256,
  /** Symbols of a table, buckets of a hash table. The largest known libraries have some 300,000. */
  symbols: 2 ** 20,
  /** Symbols that are unique in the process. The largest C++ libraries have some 10,000. */
  uniqueSymbols: 2 ** 16,
  /** Nodes of a Mach-O export trie, in which each name adds two at most. */
  trieNodes: 2 ** 21,
  /** Mach-O load commands: one a needed library, and about 20 others. */
  loadCommands: 4096,
  /** Mach-O sections: a symbol names its section with one byte. */
  machoSections: 255,
  /** Parts of a universal file. A Java class file has the same magic and then a version, from 45. */
  parts: 44,
  /** PE sections: the loader of Windows takes no more. */
  peSections: 96,
  /** PE directories: the format has no more. */
  peDirectories: 16,
  /** PE exports: their numbers have 16 bits. */
  peExports: 2 ** 16,
  /** Bytes of one name. C++ mangles into names of several kilobytes. */
  nameBytes: 64 * 1024,
  /** Bytes of all names together: a table can point a million times at the same long one. */
  allNameBytes: 64 * 1024 * 1024,
  /** Bytes of a piece in which a file is read. */
  sliceBytes: 64 * 1024,
  /** Pieces that are kept in memory: 32 MiB, since symbols point to and fro in a table of names. */
  slicesKept: 512,
  /** Pieces that are read from disk in all: 256 MiB. */
  slicesRead: 4096,
  /**
   * Numbers read, plus one for every 16 bytes that are searched or compared. What a loader asks of a
   * library with the largest table of symbols comes to less; the largest known take a third.
   */
  steps: 2 ** 24,
} as const;
