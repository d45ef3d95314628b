import { AisopodError, type ErrorCode } from '../errors/index.js';
import { showPath } from '../text/index.js';
import { formatProblem, type Problem } from './problem.js';

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
