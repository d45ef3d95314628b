/** Numbers of the PE format that the reader uses. */
export const PE32 = 0x10b;
export const PE32_PLUS = 0x20b;

/** The bit of the file header that marks a DLL. */
export const IS_DLL = 0x2000;

/** Bits of a section that hold code. */
export const CODE = 0x2000_0020;

/** Entries of the table of directories. */
export const DIRECTORY = { EXPORT: 0, IMPORT: 1, DELAY_IMPORT: 13, CLR: 14 } as const;

/** The bit of a CLR header that says: no machine code. */
export const IL_ONLY = 1;

/** The subsystem in the words of process.platform, where Node has one. */
export const SUBSYSTEM: Readonly<Record<number, string>> = {
  1: 'win32 (driver)',
  2: 'win32',
  3: 'win32',
  9: 'wince',
  10: 'efi',
  11: 'efi',
  12: 'efi',
  13: 'efi',
  14: 'xbox',
};

/** The machine of the file header in the words of process.arch. */
export function machineName(machine: number): string {
  switch (machine) {
    case 0x14c:
      return 'ia32';
    case 0x8664:
      return 'x64';
    case 0x1c0:
    case 0x1c4:
      return 'arm';
    case 0xaa64:
      return 'arm64';
    case 0xa641:
      return 'arm64ec';
    case 0x200:
      return 'ia64';
    case 0x5064:
      return 'riscv64';
    case 0x6264:
      return 'loong64';
    default:
      return `machine ${machine}`;
  }
}
