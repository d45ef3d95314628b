import { sep } from 'node:path';
import { showPath } from '../../base/text/index.js';
import type { Cell } from './table.js';

/** A path for people: with `~` for the home directory of the user. */
export function shortPath(path: string, { HOME }: NodeJS.ProcessEnv): string {
  const inHome = HOME !== undefined && HOME !== '' && HOME !== sep && path.startsWith(HOME + sep);
  return showPath(inHome ? `~${path.slice(HOME.length)}` : path);
}

/** A path as a field of a table, which is cut at its start. */
export function pathCell(path: string, env: NodeJS.ProcessEnv): Cell {
  return { text: shortPath(path, env), keepsEnd: true };
}

/** A text for people, in which each path below the home directory of the user begins with `~`. */
export function shortPaths(text: string, { HOME = '' }: NodeJS.ProcessEnv): string {
  if (HOME === '' || HOME === sep) return text;
  // Within quotes a shell would not expand it.
  return text.replace(/(?<=^|[\s(])[^\s(]+/gm, (word) =>
    word.startsWith(HOME + sep) ? `~${word.slice(HOME.length)}` : word,
  );
}
