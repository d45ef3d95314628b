// Which names an entry point exports as types alone. API Extractor shows such a class like any other.
import { parseSync, Visitor } from 'oxc-parser';

/**
 * Lists the names of `export type { A } from` and `export { type A } from`.
 * @param {string} text the declarations of an entry point
 * @returns {ReadonlySet<string>}
 */
export function typeOnlyExports(text) {
  /** @type {Set<string>} */
  const names = new Set();
  new Visitor({
    ExportNamedDeclaration({ exportKind, specifiers }) {
      for (const specifier of specifiers) {
        const isType = exportKind === 'type' || specifier.exportKind === 'type';
        if (isType && 'name' in specifier.exported) names.add(specifier.exported.name);
      }
    },
  }).visit(parseSync('entry.d.ts', text).program);
  return names;
}
