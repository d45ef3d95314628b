import { AisopodError, type ErrorCode } from '../errors/index.js';
import { type Finding, type Findings, type KeyPath, keyPath } from '../shape/index.js';
import { nearest, show, showPath } from '../text/index.js';
import { formatKeyPath } from './key-path.js';
import type { Position } from './locate.js';

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

/**
 * Returns the findings in a file with their positions, in the order of the text.
 * @param file named in each problem
 * @param locate finds the positions of keys; null when there is no text, and so no position
 */
export function problemsOf(
  { errors, warnings }: Pick<Findings, 'errors' | 'warnings'>,
  file: string,
  locate: ((paths: readonly KeyPath[]) => readonly Position[]) | null,
): { errors: Problem[]; warnings: Problem[] } {
  if (errors.length + warnings.length === 0) return { errors: [], warnings: [] };
  const all = [...errors, ...warnings];
  const paths = all.map(({ place }) => keyPath(place));
  const positions = locate === null ? [] : locate(paths);
  const problems = all.map(
    (finding, i): Problem => ({
      file,
      line: positions[i]?.line ?? null,
      column: positions[i]?.column ?? null,
      path: formatKeyPath(paths[i] ?? []),
      ...inWords(finding),
    }),
  );
  const inOrder = (a: Problem, b: Problem) =>
    (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
  return {
    errors: problems.slice(0, errors.length).sort(inOrder),
    warnings: problems.slice(errors.length).sort(inOrder),
  };
}

function inWords({ value, found, expected, hint, code, known }: Finding) {
  if (known === null) return { found: found ?? show(value), expected, hint, code };
  const near = nearest(String(value), known);
  return {
    found: 'an unknown key',
    expected: near ? `\`${near}\`` : `one of ${known.join(', ')}`,
    hint: near ? `did you mean \`${near}\`? The key is ignored` : 'the key is ignored',
    code,
  };
}

/**
 * The faults of one file as the one error that they are to its reader.
 * @param problems at least one
 * @param mixed the code when they don't share one
 * @returns an error with the code that they share; details: `{ file, problems }`
 */
export function problemsError(
  file: string,
  problems: readonly Problem[],
  mixed: ErrorCode,
): AisopodError {
  const [first] = problems;
  const code = first && problems.every((other) => other.code === first.code) ? first.code : mixed;
  const lines = problems.map(formatProblem);
  const message =
    lines.length === 1
      ? (lines[0] as string)
      : `${showPath(file)} has ${lines.length} faults:\n  ${lines.join('\n  ')}`;
  return new AisopodError(code, message, { details: { file, problems } });
}
