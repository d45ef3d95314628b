/** Numbers of the ELF format that the reader uses, under the names of the specification. */
export const ET = { REL: 1, EXEC: 2, DYN: 3, CORE: 4 } as const;

export const PT = {
  LOAD: 1,
  DYNAMIC: 2,
  INTERP: 3,
  GNU_STACK: 0x6474_e551,
  GNU_RELRO: 0x6474_e552,
} as const;

/** Bits of the flags of a segment. */
export const PF = { X: 1, W: 2 } as const;

export const SHT = { DYNSYM: 11 } as const;

export const DT = {
  NULL: 0,
  NEEDED: 1,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  STRSZ: 10,
  SONAME: 14,
  RPATH: 15,
  RUNPATH: 29,
  GNU_HASH: 0x6ffffef5,
  FLAGS_1: 0x6ffffffb,
} as const;

/** Bit of DT_FLAGS_1 that marks an executable which looks like a library. */
export const DF_1_PIE = 0x0800_0000;

export const STB = { GLOBAL: 1, WEAK: 2, GNU_UNIQUE: 10 } as const;

export const STT = {
  OBJECT: 1,
  FUNC: 2,
  SECTION: 3,
  FILE: 4,
  COMMON: 5,
  TLS: 6,
  IFUNC: 10,
} as const;

export const STV = { DEFAULT: 0, PROTECTED: 3 } as const;

/** EI_OSABI in the words of process.platform. 0 (System V) is what most files say and tells nothing. */
export const OS_ABI: Readonly<Record<number, string>> = {
  3: 'linux',
  2: 'netbsd',
  6: 'sunos',
  7: 'aix',
  9: 'freebsd',
  12: 'openbsd',
};

const S390 = 22;
const ALPHA = 0x9026;

/** These two alone have 64-bit words in DT_HASH, where the specification has 32-bit ones. */
export function hasWideHash(machine: number, wide: boolean): boolean {
  return wide && (machine === S390 || machine === ALPHA);
}

/** e_machine in the words of process.arch. */
export function machineName(machine: number, wide: boolean, little: boolean): string {
  switch (machine) {
    case 3:
      return 'ia32';
    case 8:
      return `mips${wide ? '64' : ''}${little ? 'el' : ''}`;
    case 20:
      return 'ppc';
    case 21:
      return 'ppc64';
    case S390:
      return wide ? 's390x' : 's390';
    case 40:
      return 'arm';
    case 62:
      return wide ? 'x64' : 'x32';
    case 183:
      return 'arm64';
    case 243:
      return wide ? 'riscv64' : 'riscv32';
    case 258:
      return 'loong64';
    default:
      return `machine ${machine}`;
  }
}
