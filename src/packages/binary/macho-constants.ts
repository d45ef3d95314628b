/** Numbers of the Mach-O format that the reader uses, under the names of <mach-o/loader.h>. */
export const FAT = { MAGIC: 0xcafebabe, MAGIC_64: 0xcafebabf } as const;

export const MH = {
  OBJECT: 1,
  EXECUTE: 2,
  CORE: 4,
  DYLIB: 6,
  DYLINKER: 7,
  BUNDLE: 8,
  DYLIB_STUB: 9,
  DSYM: 10,
} as const;

export const LC = {
  SEGMENT: 0x1,
  SYMTAB: 0x2,
  LOAD_DYLIB: 0xc,
  ID_DYLIB: 0xd,
  SEGMENT_64: 0x19,
  RPATH: 0x8000_001c,
  REEXPORT_DYLIB: 0x8000_001f,
  DYLD_INFO: 0x22,
  DYLD_INFO_ONLY: 0x8000_0022,
  LOAD_UPWARD_DYLIB: 0x8000_0023,
  VERSION_MIN_MACOSX: 0x24,
  VERSION_MIN_IPHONEOS: 0x25,
  BUILD_VERSION: 0x32,
  DYLD_EXPORTS_TRIE: 0x8000_0033,
  DYLD_CHAINED_FIXUPS: 0x8000_0034,
} as const;

/** Bits and kinds of a symbol's n_type and n_desc. */
export const N = {
  STAB: 0xe0,
  PEXT: 0x10,
  TYPE: 0x0e,
  EXT: 0x01,
  UNDF: 0x0,
  PBUD: 0xc,
  WEAK_REF: 0x40,
} as const;

/** Flags of an entry of the export trie. */
export const EXPORT = { KIND: 3, TLS: 1, ABSOLUTE: 2, REEXPORT: 8 } as const;

/** Flags of a section. */
export const S = {
  TYPE: 0xff,
  THREAD_LOCAL_FIRST: 0x11,
  THREAD_LOCAL_LAST: 0x15,
  INSTRUCTIONS: 0x8000_0400,
} as const;

/** The platform of LC_BUILD_VERSION in the words of process.platform, where Node has one. */
export const PLATFORM: Readonly<Record<number, string>> = {
  1: 'darwin',
  2: 'ios',
  3: 'tvos',
  4: 'watchos',
  5: 'bridgeos',
  6: 'ios (Mac Catalyst)',
  7: 'ios (simulator)',
  8: 'tvos (simulator)',
  9: 'watchos (simulator)',
  10: 'driverkit',
  11: 'visionos',
  12: 'visionos (simulator)',
};

/** Byte order and width by the first four bytes, read as big endian; null for other files. */
export function machoShape(magic: number): { little: boolean; wide: boolean } | null {
  switch (magic) {
    case 0xfeedface:
      return { little: false, wide: false };
    case 0xfeedfacf:
      return { little: false, wide: true };
    case 0xcefaedfe:
      return { little: true, wide: false };
    case 0xcffaedfe:
      return { little: true, wide: true };
    default:
      return null;
  }
}

/**
 * cputype and cpusubtype in the words of process.arch. An arm64 process cannot open arm64e, and not
 * every x64 machine runs x86_64h, so these two keep names of their own.
 */
export function machineName(cpu: number, subtype: number): string {
  const model = subtype & 0xff_ffff;
  switch (cpu) {
    case 7:
      return 'ia32';
    case 0x0100_0007:
      return model === 8 ? 'x86_64h' : 'x64';
    case 12:
      return 'arm';
    case 0x0100_000c:
      return model === 2 ? 'arm64e' : 'arm64';
    case 0x0200_000c:
      return 'arm64_32';
    case 18:
      return 'ppc';
    case 0x0100_0012:
      return 'ppc64';
    default:
      return `machine ${cpu}`;
  }
}
