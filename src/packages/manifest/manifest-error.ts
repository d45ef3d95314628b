import type { AisopodError } from '../../base/errors/index.js';
import { type Problem, problemsError } from '../../base/toml/index.js';

/**
 * The errors of readManifest() as one AisopodError.
 * @param problems at least one
 * @returns with the code that they share, else MANIFEST_INVALID; details: `{ file, problems }`
 */
export function manifestError(file: string, problems: readonly Problem[]): AisopodError {
  return problemsError(file, problems, 'MANIFEST_INVALID');
}
