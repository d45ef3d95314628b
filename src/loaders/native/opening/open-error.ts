import { basename } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { shellWord, showPath } from '../../../base/text/index.js';
import { cLibraryOf, otherCLibrary } from './c-library.js';

/** How loaders (glibc, musl, macOS) say that a needed library is missing; group 1 names it. */
const MISSING = [
  /^([^\s:][^:]*): cannot open shared object file/,
  /Error loading shared library ([^:]+): /,
  /Library not loaded: (\S+)/,
];

/** The same for a needed library that is there but too old; group 2 is the version. */
const OUTDATED = /^([^:]+): version [`'"]([^'"]+)' not found/;

/** The same for a symbol that no library has. */
const UNDEFINED = [
  /undefined symbol: ([^\s,]+)/,
  /Error relocating [^:]+: ([^:]+): symbol not found/,
  /[Ss]ymbol not found(?::| in flat namespace) '?([^\s']+)/,
];

/** Symbols that only glibc defines: checked functions of -D_FORTIFY_SOURCE, and its own versions. */
const GLIBC_SYMBOL = /^(__\w+_chk|__libc_single_threaded|gnu_get_\w+|__isoc\d+_\w+)$/;

/** Where a needed library lies that the loader did not find. */
export interface FoundLibrary {
  /** Absolute. */
  readonly path: string;
  /** The folder of the library that needs it, absolute. */
  readonly folder: string;
  /** The library asks for that place, which is outside of the plugin's folder. */
  readonly outside: boolean;
}

/**
 * What to report about a library that the operating system refused to open.
 *
 * @param what the library, not its copy
 * @param error the words of the system, or an error that has them as its message
 * @param find looks for a needed library by what the words call it
 */
export function openError(
  what: string,
  error: unknown,
  find: (missing: string) => FoundLibrary | null = () => null,
): AisopodError {
  const text = error instanceof Error ? error.message : String(error);
  const raise = (code: 'LIBRARY_DEPENDENCY' | 'LIBRARY_OPEN', message: string, data: object) =>
    new AisopodError(code, message, { details: { path: what, ...data, system: text } });

  const missing = first(MISSING, text);
  if (missing !== null) {
    const other = cLibraryOf([missing]);
    if (other !== null) return otherCLibrary(what, other, other === 'musl' ? 'glibc' : 'musl');
    const found = find(missing);
    return raise('LIBRARY_DEPENDENCY', missingText(what, missing, found), {
      missing,
      ...(found && { found: found.path }),
    });
  }
  const outdated = OUTDATED.exec(text);
  if (outdated !== null) {
    const [, library = '', version = ''] = outdated;
    const brought = find(basename(library));
    const message =
      brought === null
        ? `${what} needs version ${version} of ${library}, and the one here is older. ` +
          'Build the plugin on this system, or on an older one.'
        : `${what} needs version ${version} of ${basename(library)}, and brings one along. This process has ` +
          `opened an older one before, ${library}, and a process holds one library of a name. Link that ` +
          'library statically (-static-libstdc++ -static-libgcc), or build the plugin on an older system.';
    return raise('LIBRARY_DEPENDENCY', message, { missing: library, version });
  }
  const symbol = first(UNDEFINED, text);
  if (symbol !== null) {
    if (/^Error relocating/.test(text) && GLIBC_SYMBOL.test(symbol)) {
      return otherCLibrary(what, 'glibc', 'musl');
    }
    return raise(
      'LIBRARY_OPEN',
      `${what} uses the symbol ${symbol}, which no library here has. Link the library that defines ` +
        'it; -Wl,--no-undefined shows such gaps when the plugin is built.',
      { symbol },
    );
  }
  return raise('LIBRARY_OPEN', `${what} cannot be opened: ${text}.`, {});
}

function missingText(what: string, missing: string, found: FoundLibrary | null): string {
  const needs = `${what} needs the library ${missing}, which`;
  if (found?.outside) {
    const place = showPath(found.path);
    return (
      `${needs} lies outside of the plugin's folder, at ${place}. The host opens a copy of the plugin, and the ` +
      `run path ($ORIGIN) does not lead there from the copy. Put the library into the plugin's folder, and ` +
      `link with -Wl,-rpath,'$ORIGIN': cp ${shellWord(found.path)} ${shellWord(found.folder)}`
    );
  }
  if (missing.includes('/') && !missing.startsWith('@')) {
    return (
      `${needs} is not found at that path. A path stands in the plugin since that library had no soname when ` +
      "it was linked. Build that library with -Wl,-soname,NAME, put it into the plugin's folder, and link " +
      `the plugin with -Wl,-rpath,'$ORIGIN'; or change the file: patchelf --replace-needed ` +
      `${shellWord(missing)} ${shellWord(basename(missing))} ${shellWord(what)}`
    );
  }
  if (found !== null) {
    return (
      `${needs} is not found. It lies next to it, but the library does not say so: link it with ` +
      `-Wl,-rpath,'$ORIGIN'.`
    );
  }
  return (
    `${needs} is not found. Install it, or put it next to the library and link with ` +
    `-Wl,-rpath,'$ORIGIN'.`
  );
}

function first(patterns: readonly RegExp[], text: string): string | null {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}
