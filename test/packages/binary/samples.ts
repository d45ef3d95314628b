import { makeElf } from './make-elf.js';
import { makeMacho, makeUniversal } from './make-macho.js';
import { makePe } from './make-pe.js';

const names = {
  functions: ['aisopod_plugin_v1', 'aisopod_plugin_vx', 'one'],
  objects: ['table'],
  threadLocals: ['mine'],
  imports: ['malloc', 'memcpy'],
  weakImports: ['maybe'],
  needed: ['/usr/lib/libSystem.B.dylib', '@rpath/libx.dylib'],
  weakNeeded: ['/usr/lib/libweak.dylib'],
  rpath: ['@loader_path', '/opt/x'],
  id: '@rpath/sample.dylib',
};
const X64 = 0x0100_0007;
const ARM64 = 0x0100_000c;

export const machoX64 = makeMacho({
  ...names,
  bits: 64,
  endian: 'little',
  cpu: X64,
  subtype: 3,
  reexports: ['elsewhere'],
  exportsIn: 'dyld-info',
});
export const machoArm64 = makeMacho({
  ...names,
  bits: 64,
  endian: 'little',
  cpu: ARM64,
  reexports: ['elsewhere'],
  chained: 1,
});
export const machoPpc = makeMacho({
  ...names,
  bits: 32,
  endian: 'big',
  cpu: 18,
  exportsIn: 'symtab',
  platform: 0,
});
const slices = [
  { cpu: X64, subtype: 3, bytes: machoX64 },
  { cpu: ARM64, bytes: machoArm64 },
];
export const universal = makeUniversal(slices);
export const universal64 = makeUniversal(slices, true);

const dll = {
  functions: ['aisopod_plugin_v1', 'one'],
  objects: ['table'],
  forwarded: ['elsewhere'],
  imports: [
    { dll: 'KERNEL32.dll', symbols: ['ExitProcess', 'Sleep'] },
    { dll: 'WS2_32.dll', symbols: [115, 'bind'] },
  ],
  delayed: [{ dll: 'node.exe', symbols: ['napi_wrap', 7] }],
};
export const peX64 = makePe({ ...dll, bits: 64, machine: 0x8664 });
export const peIa32 = makePe({ ...dll, bits: 32, machine: 0x14c, oldDelayed: true });

const elf = { needed: ['liba.so'], exports: ['aisopod_plugin_v1', 'one'], imports: ['three'] };
const elfX64 = makeElf({ ...elf, machine: 62, bits: 64, endian: 'little', hash: 'gnu' });
const elfMips = makeElf({ ...elf, machine: 8, bits: 32, endian: 'big', hash: 'sysv' });

/** The committed corpus: one file for each format, width and byte order, and each kind of table. */
export const corpus: Readonly<Record<string, Buffer>> = {
  'elf-x64': elfX64,
  'elf-mips': elfMips,
  'macho-x64': machoX64,
  'macho-arm64': machoArm64,
  'macho-ppc': machoPpc,
  'macho-universal': universal,
  'macho-universal64': universal64,
  'pe-x64': peX64,
  'pe-ia32': peIa32,
};
