import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';

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

/**
 * What to report about a library that the operating system refused to open.
 *
 * @param what the library, not its copy
 * @param error the words of the system, or an error that has them as its message
 */
export function openError(what: string, error: unknown): AisopodError {
  const text = error instanceof Error ? error.message : String(error);
  const raise = (code: 'LIBRARY_DEPENDENCY' | 'LIBRARY_OPEN', message: string, data: object) =>
    new AisopodError(code, message, { details: { path: what, ...data, system: text } });

  const missing = first(MISSING, text);
  if (missing !== null) {
    const lies = existsSync(join(dirname(what), missing));
    const advice = lies
      ? `It lies next to it, but the library does not say so: link it with -Wl,-rpath,'$ORIGIN'.`
      : `Install it, or put it next to the library and link with -Wl,-rpath,'$ORIGIN'.`;
    return raise(
      'LIBRARY_DEPENDENCY',
      `${what} needs the library ${missing}, which is not found. ${advice}`,
      { missing },
    );
  }
  const outdated = OUTDATED.exec(text);
  if (outdated !== null) {
    const [, library, version] = outdated;
    return raise(
      'LIBRARY_DEPENDENCY',
      `${what} needs version ${version} of ${library}, and the one here is older. ` +
        'Build the plugin on this system, or on an older one.',
      { missing: library, version },
    );
  }
  const symbol = first(UNDEFINED, text);
  if (symbol !== null) {
    return raise(
      'LIBRARY_OPEN',
      `${what} uses the symbol ${symbol}, which no library here has. Link the library that defines ` +
        'it; -Wl,--no-undefined shows such gaps when the plugin is built.',
      { symbol },
    );
  }
  return raise('LIBRARY_OPEN', `${what} cannot be opened: ${text}.`, {});
}

function first(patterns: readonly RegExp[], text: string): string | null {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}
