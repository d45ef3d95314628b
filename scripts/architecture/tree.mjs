// The files of a source folder and which of them import which.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readImports } from './read-imports.mjs';

/**
 * @typedef {{ readonly from: string, readonly to: string, readonly kind: string, readonly line: number }} Edge
 *   both ends relative to the folder, with slashes
 * @typedef {{ readonly files: readonly string[], readonly edges: readonly Edge[] }} Tree
 */

/**
 * Reads every TypeScript file below a folder. Imports of packages are not part of the result.
 * @param {string} folder
 * @returns {Tree}
 */
export function readTree(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts'))
    .sort();
  return treeOf(new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')])));
}

/**
 * @param {ReadonlyMap<string, string>} texts the sources by the names of their files
 * @returns {Tree}
 * @throws Error when an import names a file that does not exist, or is computed
 */
export function treeOf(texts) {
  const edges = [...texts].flatMap(([from, text]) =>
    readImports(text, from).flatMap(({ specifier, kind, line }) => {
      if (specifier === null) throw new Error(`${from}:${line} computes what it imports`);
      if (!specifier.startsWith('.')) return [];
      const to = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
      if (!texts.has(to)) throw new Error(`${from}:${line} imports ${to}, which does not exist`);
      return [{ from, to, kind, line }];
    }),
  );
  return { files: [...texts.keys()], edges };
}
