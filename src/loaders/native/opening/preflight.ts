import { endianness } from 'node:os';
import { ABI_MAJOR } from '../../../abi/index.js';
import { AisopodError } from '../../../base/errors/index.js';
import { shellWord } from '../../../base/text/index.js';
import type { LibraryInfo } from '../../../packages/binary/index.js';

/** What a library must fit. */
export interface Target {
  /** How messages name the library. */
  readonly path: string;
  /** As `process.platform`. */
  readonly platform: string;
  /** As `process.arch`. */
  readonly arch: string;
  /** The function that it must export. */
  readonly entrySymbol: string;
}

/** Entry points of the earlier interface, which were Rust functions without a stable ABI. */
const RUST_ENTRIES = ['create_plugin', 'aisopod_plugin_create'];

const FORMATS: Readonly<Record<string, LibraryInfo['format']>> = { win32: 'pe', darwin: 'macho' };

/** Whose format it is, and how people call it; most ELF files do not say their system. */
const ORIGINS = {
  elf: { name: 'ELF', platform: 'linux' },
  macho: { name: 'Mach-O', platform: 'darwin' },
  pe: { name: 'PE', platform: 'win32' },
} as const;

/** Platforms on which libraries of another one work. */
const COMPATIBLE: Readonly<Record<string, string>> = { android: 'linux' };

/**
 * Machines on which the C library of Linux makes stacks executable for a library that does not say
 * what it needs (DEFAULT_STACK_PERMS of glibc).
 */
const STACKS_OPEN: ReadonlySet<string> = new Set([
  ...['x64', 'ia32', 'arm', 's390', 's390x', 'ppc', 'mips', 'mipsel', 'mips64', 'mips64el'],
]);

/**
 * Refuses a library that cannot be a plugin here, before it is opened, since opening runs its code.
 * Needed libraries are not looked for: only the loader of the operating system knows where.
 *
 * @throws AisopodError LIBRARY_PLATFORM, LIBRARY_MACHINE, LIBRARY_NO_ENTRY, ABI_MAJOR,
 *   LIBRARY_RUST_ABI, LIBRARY_STACK; LIBRARY_FORMAT when its symbol table is damaged
 */
export function checkLibrary(info: LibraryInfo, target: Target): void {
  checkPlatform(info, target);
  checkMachine(info, target);
  checkEntry(info, target);
  checkStack(info, target);
}

/**
 * Refuses a library for which the loader would make the stacks of all threads executable, so that
 * any overflow of a buffer in the host could run code; from glibc 2.41 on it refuses that itself.
 *
 * @throws AisopodError LIBRARY_STACK
 */
export function checkStack(info: LibraryInfo, { path, platform, arch }: Target): void {
  const asked = info.executableStack;
  if (!(asked ?? (platform === 'linux' && STACKS_OPEN.has(arch)))) return;
  const how =
    asked === null
      ? 'does not say that it needs no executable stack'
      : 'asks for an executable stack';
  throw new AisopodError(
    'LIBRARY_STACK',
    `${path} ${how} (PT_GNU_STACK), and opening it would make the stacks of the whole process ` +
      'executable. Assembly source needs the line: .section .note.GNU-stack,"",%progbits. Link the ' +
      `library again with -Wl,-z,noexecstack, or change the file: patchelf --clear-execstack ${shellWord(path)}`,
    { details: { path, found: asked === null ? 'missing' : 'executable' } },
  );
}

function checkPlatform(info: LibraryInfo, { path, platform, arch }: Target): void {
  const here = COMPATIBLE[platform] ?? platform;
  const format = FORMATS[platform] ?? 'elf';
  if (info.format === format && (info.os === null || info.os === here)) return;
  const origin = ORIGINS[info.format];
  const found = info.os ?? origin.platform;
  throw new AisopodError(
    'LIBRARY_PLATFORM',
    `${path} is a library for ${found} (${origin.name}); this machine runs ${platform}. ` +
      `Build the plugin for ${platform}-${arch}.`,
    { details: { path, found, expected: platform } },
  );
}

function checkMachine(info: LibraryInfo, { path, platform, arch }: Target): void {
  const order = endianness() === 'LE' ? 'little' : 'big';
  if (info.machine === arch && info.endian === order) return;
  const machines = info.slices.join(', ');
  const found = info.machine === arch ? `${arch} (${info.endian} endian)` : machines;
  throw new AisopodError(
    'LIBRARY_MACHINE',
    `${path} is a library for ${found}; this process runs on ${arch}. ` +
      `Build the plugin for ${platform}-${arch}.`,
    { details: { path, found, expected: arch } },
  );
}

function checkEntry(info: LibraryInfo, { path, entrySymbol }: Target): void {
  const kind = info.findExport(entrySymbol);
  if (kind === 'function' || kind === 'other') return;
  if (kind !== null) {
    throw new AisopodError(
      'LIBRARY_NO_ENTRY',
      `${path} exports ${entrySymbol} as data; it must be a function. ` +
        'Define it with AISOPOD_EXPORT as in aisopod/plugin.h.',
      { details: { path, expected: entrySymbol, found: kind } },
    );
  }
  refuseOtherMajor(info, path);
  refuseRust(info, path);
  throw new AisopodError(
    'LIBRARY_NO_ENTRY',
    `${path} does not export ${entrySymbol}, so it is not an aisopod plugin. ` +
      'Define that function with AISOPOD_EXPORT as in aisopod/plugin.h, and inside extern "C" in C++.',
    { details: { path, expected: entrySymbol } },
  );
}

/** A list of all exports would be longer by far than that of the majors there may ever be. */
const MOST_MAJORS = 32;

function refuseOtherMajor(info: LibraryInfo, path: string): void {
  const majors = Array.from({ length: MOST_MAJORS }, (_, i) => i).filter(
    (major) => major !== ABI_MAJOR && info.findExport(`aisopod_plugin_v${major}`) !== null,
  );
  if (majors.length === 0) return;
  throw new AisopodError(
    'ABI_MAJOR',
    `${path} is built for ABI major ${majors.join(', ')}; this host speaks major ${ABI_MAJOR}. ` +
      `Build it against the aisopod/plugin.h of this host (aisopod sdk path).`,
    { details: { path, found: majors, expected: ABI_MAJOR } },
  );
}

function refuseRust(info: LibraryInfo, path: string): void {
  const found = RUST_ENTRIES.find((name) => info.findExport(name) !== null);
  if (found === undefined) return;
  throw new AisopodError(
    'LIBRARY_RUST_ABI',
    `${path} exports ${found}: it is a plugin of the earlier Rust interface, which depends on the ` +
      'very compiler and cannot be loaded safely. Port it to the C ABI of aisopod/plugin.h ' +
      '(aisopod sdk path).',
    { details: { path, found } },
  );
}
