// Reads which modules a TypeScript file names, those of types and lazy ones included.
import { parseSync, Visitor } from 'oxc-parser';

/**
 * @typedef {'value' | 'type' | 'export' | 'lazy'} ImportKind
 * @typedef {{ readonly specifier: string | null, readonly kind: ImportKind, readonly line: number }} Import
 *   specifier: null when it is computed, so no reader can know it
 */

/**
 * Lists the imports of a file in the order of its text: `import`, `import type`, `export from`, `import()`,
 * and the type `import('...')`.
 * @param {string} text the source
 * @param {string} file its name, for errors and for the language that its suffix says
 * @returns {Import[]}
 * @throws Error when the text is not TypeScript
 */
export function readImports(text, file) {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  /** @type {(Import & { readonly start: number })[]} */
  const found = [];
  /** @param {ImportKind} kind @param {{ readonly start: number, readonly type: string, readonly value?: unknown }} source */
  const add = (kind, source) => {
    const specifier = typeof source.value === 'string' ? source.value : null;
    const line = text.slice(0, source.start).split('\n').length;
    found.push({ specifier, kind, line, start: source.start });
  };
  new Visitor({
    ImportDeclaration: ({ importKind, source }) => add(importKind, source),
    ExportNamedDeclaration: ({ source }) => source !== null && add('export', source),
    ExportAllDeclaration: ({ source }) => add('export', source),
    ImportExpression: ({ source }) => add('lazy', source),
    TSImportType: ({ source }) => add('type', source),
    TSExternalModuleReference: ({ expression }) => add('value', expression),
  }).visit(program);
  return found
    .toSorted((a, b) => a.start - b.start)
    .map(({ specifier, kind, line }) => ({ specifier, kind, line }));
}
