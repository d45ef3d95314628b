import { AisopodError } from '../../../base/errors/index.js';
import type { LibraryInfo } from '../../../packages/binary/index.js';
import { SANITIZERS } from './sanitizer-runtimes.js';
import { setUpOpener } from './set-up-opener.js';

const SYMBOLS = SANITIZERS.map(({ symbol }) => symbol);

/** The sanitizer that a library was built with. */
export interface Sanitizer {
  /** As `-fsanitize=` takes it. */
  readonly name: string;
  /** What the runtime defines. */
  readonly symbol: string;
  /** The runtime, if the library says that it needs it; clang leaves that to the executable. */
  readonly library: string | null;
}

/**
 * Finds out whether an ELF library needs the runtime of a sanitizer, by the libraries that it needs
 * and by the symbols that it expects. Other formats have not been tried, and are left alone.
 */
export function sanitizerOf(info: LibraryInfo): Sanitizer | null {
  if (info.format !== 'elf') return null;
  for (const library of info.needed) {
    const found = SANITIZERS.find((sanitizer) => sanitizer.library.test(library));
    if (found !== undefined) return { name: found.name, symbol: found.symbol, library };
  }
  const symbol = info.firstImport(SYMBOLS);
  const found = SANITIZERS.find((sanitizer) => sanitizer.symbol === symbol);
  return found === undefined ? null : { name: found.name, symbol: found.symbol, library: null };
}

/**
 * Refuses a library whose sanitizer is not in this process.
 * @param what how messages name the library
 * @throws AisopodError LIBRARY_SANITIZER
 */
export function refuseSanitizer(
  what: string,
  sanitizer: Sanitizer | null,
  isLoaded: (symbol: string) => boolean = isInProcess,
): void {
  if (sanitizer === null || isLoaded(sanitizer.symbol)) return;
  const { name, symbol, library } = sanitizer;
  const preload =
    library ?? `$(clang -print-file-name=libclang_rt.${shortName(name)}-$(uname -m).so)`;
  throw new AisopodError(
    'LIBRARY_SANITIZER',
    `${what} is built with -fsanitize=${name}, and the runtime of that sanitizer is not in this ` +
      'process: opening the library would fail or end the process. Build it without that flag, or start the ' +
      `host with the runtime loaded first: LD_PRELOAD=${preload}`,
    { details: { path: what, sanitizer: name, symbol, library } },
  );
}

/** As clang calls its runtimes. */
function shortName(name: string): string {
  return name === 'hwaddress' ? 'hwasan' : `${name[0]}san`;
}

/** It was looked up before anything was opened: a look-up waits for what is being opened. */
function isInProcess(symbol: string): boolean {
  return setUpOpener().knownSymbols().includes(symbol);
}
