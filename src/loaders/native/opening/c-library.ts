import { closeSync, openSync, readSync } from 'node:fs';
import { AisopodError } from '../../../base/errors/index.js';
import { type LibraryInfo, readInterpreter } from '../../../packages/binary/index.js';

/** A C library of Linux systems. A process holds one of them, and each has layouts of its own. */
export type CLibrary = 'glibc' | 'musl' | 'bionic';

/** The systems that have it. */
const SYSTEMS: Readonly<Record<CLibrary, string>> = {
  glibc: 'glibc (Debian, Ubuntu, Fedora and most others)',
  musl: 'musl (Alpine)',
  bionic: 'bionic (Android)',
};

const GLIBC = /^(libc\.so\.6|ld-linux[-\w]*\.so\.\d+|ld64\.so\.\d+)$/;
const MUSL = /^(libc\.musl-[-\w]+\.so\.1|ld-musl-[-\w]+\.so\.1)$/;
/** What libraries of Android need, where all others need names with a version. */
const ANDROID = new Set(['libm.so', 'libdl.so', 'liblog.so']);

/**
 * Finds out by the names that a library needs which C library it was built for.
 * @returns null: they do not say it
 */
export function cLibraryOf(needed: readonly string[]): CLibrary | null {
  if (needed.some((name) => MUSL.test(name))) return 'musl';
  if (needed.some((name) => GLIBC.test(name))) return 'glibc';
  if (!needed.includes('libc.so')) return null;
  return needed.some((name) => ANDROID.has(name)) ? 'bionic' : 'musl';
}

/** The same for an executable, by the loader that it asks for. */
export function cLibraryOfLoader(interpreter: string): CLibrary | null {
  if (/\/ld-musl-/.test(interpreter)) return 'musl';
  if (/\/ld(-linux|64\.so)/.test(interpreter)) return 'glibc';
  return /\/linker(64)?$/.test(interpreter) ? 'bionic' : null;
}

/**
 * Refuses a library that was built for another C library than the one of this process, where that is glibc:
 * opening it would bring a second C library into the process if it were found. musl has a layer that
 * opens some libraries for glibc, so there the loader decides.
 *
 * @param what how messages name the library
 * @param own of this process; asked for a library that is not for glibc
 * @throws AisopodError LIBRARY_PLATFORM
 */
export function checkCLibrary(
  info: LibraryInfo,
  what: string,
  own: () => CLibrary | null = ownCLibrary,
): void {
  if (info.format !== 'elf') return;
  const built = cLibraryOf(info.needed);
  if (built === null || built === 'glibc' || own() !== 'glibc') return;
  throw otherCLibrary(what, built, 'glibc');
}

/** @returns LIBRARY_PLATFORM: the library is for systems with another C library */
export function otherCLibrary(what: string, built: CLibrary, own: CLibrary): AisopodError {
  const target = `${process.platform}-${process.arch}`;
  return new AisopodError(
    'LIBRARY_PLATFORM',
    `${what} is built for systems with ${SYSTEMS[built]}; this system has ${SYSTEMS[own]}. A process holds one ` +
      `C library, so do not install the other one. Take or build the plugin for ${target} with ${own}.`,
    { details: { path: what, found: `linux (${built})`, expected: `linux (${own})` } },
  );
}

/** Holds the headers of an executable. */
const PAGE_BYTES = 4096;

let known: CLibrary | null | undefined;

/** That of this process, by its executable. */
function ownCLibrary(): CLibrary | null {
  if (known === undefined) known = readOwn();
  return known;
}

function readOwn(): CLibrary | null {
  try {
    const file = openSync(process.execPath, 'r');
    try {
      const bytes = Buffer.alloc(PAGE_BYTES);
      const interpreter = readInterpreter(bytes.subarray(0, readSync(file, bytes)));
      return interpreter === null ? null : cLibraryOfLoader(interpreter);
    } finally {
      closeSync(file);
    }
  } catch {
    return null; // it cannot be read: the loader decides
  }
}
