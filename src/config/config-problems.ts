import { AisopodError, type ErrorCode } from '../base/errors/index.js';
import type { KeyPath } from '../base/shape/index.js';
import {
  formatKeyPath,
  formatProblem,
  locate,
  type Problem,
  problemsError,
} from '../base/toml/index.js';
import type { Layer } from './layers.js';

/** How an embedder's own layer is called where others name a file. */
export const OPTIONS_FILE = 'PluginHost.open({ config })';

/** What is said of one place in a layer. */
export interface Remark {
  readonly path: KeyPath;
  readonly found: string;
  readonly expected: string;
  readonly hint: string | null;
  readonly code: ErrorCode;
}

/** Remarks about a layer, as problems of its file. */
export function problemsOf(layer: Layer, remarks: readonly Remark[]): Problem[] {
  const paths = remarks.map(({ path }) => [...layer.root, ...path]);
  const positions = layer.file === null ? [] : locate(layer.text, paths);
  return remarks.map(({ found, expected, hint, code }, i) => ({
    file: layer.file ?? OPTIONS_FILE,
    line: positions[i]?.line ?? null,
    column: positions[i]?.column ?? null,
    path: formatKeyPath(paths[i] as KeyPath),
    found,
    expected,
    hint,
    code,
  }));
}

/**
 * What is wrong with the configuration of one plugin, in one error.
 * @param problems at least one; equal ones count once, and those of a file are put in its order
 */
export function configError(plugin: string, problems: readonly Problem[]): AisopodError {
  const files = [...new Set(problems.map(({ file }) => file))];
  const unique = [...new Map(problems.map((each) => [formatProblem(each), each])).values()].sort(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
  const [first] = unique as [Problem, ...Problem[]];
  if (unique.every(({ file }) => file === first.file)) {
    const { code, message } = problemsError(first.file, unique, 'CONFIG_INVALID');
    return new AisopodError(code, message, {
      details: { plugin, file: first.file, problems: unique },
    });
  }
  const lines = unique.map(formatProblem).join('\n  ');
  return new AisopodError(
    'CONFIG_INVALID',
    `The configuration of ${plugin} has ${unique.length} faults:\n  ${lines}`,
    { details: { plugin, file: null, problems: unique } },
  );
}
