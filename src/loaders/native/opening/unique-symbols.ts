import { AisopodError } from '../../../base/errors/index.js';

/** How many of the symbols the details of a warning list. */
const MOST_LISTED = 100;

/**
 * Two libraries have a unique symbol of one name: the loader of Linux keeps one object for it, that of
 * the library which it opened first, with RTLD_LOCAL too.
 *
 * @param what how messages name the library of the plugin that is warned
 * @param by the other library
 * @param symbols the names, each followed by NUL
 * @returns LIBRARY_SHARED
 */
export function sharingWarning(what: string, by: string, symbols: string): AisopodError {
  const names = symbols.split('\0').slice(0, -1);
  const more = names.length === 1 ? '' : ` and ${names.length - 1} more`;
  return new AisopodError(
    'LIBRARY_SHARED',
    `${what} and ${by} share the unique symbol ${names[0]}${more} (STB_GNU_UNIQUE), so both use ` +
      'one object. Build both with -fno-gnu-unique, as aisopod_add_plugin() does.',
    { details: { path: what, by, symbols: names.slice(0, MOST_LISTED) } },
  );
}
