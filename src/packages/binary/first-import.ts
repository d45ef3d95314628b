import type { ImportedSymbol } from './library-info.js';

/** The first of `names` among what a library imports, or null. */
export function firstImportOf(
  imports: readonly ImportedSymbol[],
  names: readonly string[],
): string | null {
  return imports.find(({ name }) => names.includes(name))?.name ?? null;
}
