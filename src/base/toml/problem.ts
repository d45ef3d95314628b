import type { ErrorCode } from '../errors/index.js';
import { showPath } from '../text/index.js';

/** One fault of a file, or one thing in it that is odd. */
export interface Problem {
  readonly file: string;
  /** 1-based; null when the fault is not at a place in the text (the file cannot be read). */
  readonly line: number | null;
  /** 1-based, in UTF-16 units, as editors count; null with line. */
  readonly column: number | null;
  /** `plugin.entry`; empty when it is about the whole file. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  /** What to do, when more can be said than `expected` does. */
  readonly hint: string | null;
  readonly code: ErrorCode;
}

/** `file:3:1: plugin.id: found "Foo", expected ...`; one line, for people and for editors. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, path, found, expected, hint } = problem;
  const where = line === null ? showPath(file) : `${showPath(file)}:${line}:${column}`;
  const what = `found ${found}, expected ${expected}`;
  return `${where}: ${path ? `${path}: ` : ''}${what}${hint ? ` (${hint})` : ''}`;
}
