import { basename, resolve } from 'node:path';
import type { AisopodError } from '../../base/errors/index.js';
import type { JsonObject } from '../../base/json/index.js';
import { Findings } from '../../base/shape/index.js';
import {
  type FileCodes,
  locate,
  type Problem,
  problemsError,
  problemsOf,
  readToml,
} from '../../base/toml/index.js';
import { joinKeys } from './join-keys.js';
import type { PluginManifest } from './plugin-manifest.js';
import { manifestShape } from './shape.js';

/** The name of every manifest of a folder. */
export const MANIFEST_NAME = 'aisopod.plugin.toml';

/** Behind the stem of a library, the name of its manifest next to it in a directory of plugins. */
export const BARE_MANIFEST = '.plugin.toml';

/** Whether a manifest lies next to its library in a directory of plugins, and not in a folder of its own. */
export function isBareManifest(file: string): boolean {
  return file.endsWith(BARE_MANIFEST) && basename(file) !== MANIFEST_NAME;
}

/** One fault of a manifest, or one oddity: where, what was found, what was expected. */
export type ManifestProblem = Problem;

/** What reading a manifest gave: a manifest exactly when there are no errors. */
export interface ManifestReading {
  readonly manifest: PluginManifest | null;
  /** In the order of the text. */
  readonly errors: readonly ManifestProblem[];
  readonly warnings: readonly ManifestProblem[];
}

/** The codes of a manifest that cannot be read at all. */
export const MANIFEST_CODES: FileCodes = {
  missing: 'MANIFEST_MISSING',
  unreadable: 'SCAN_UNREADABLE',
  syntax: 'MANIFEST_SYNTAX',
};

/**
 * Reads `aisopod.plugin.toml`. All faults are reported at once. Synchronous, since at start a
 * thousand small files are read faster that way.
 *
 * @param file path of the manifest
 * @param plain whether the caller knows that it is a plain file of a harmless size
 * @returns never throws: what is wrong stands in `errors`, with the codes MANIFEST_MISSING,
 *   SCAN_UNREADABLE, MANIFEST_SYNTAX, MANIFEST_INVALID, ENTRY_OUTSIDE
 */
export function readManifest(file: string, plain = false): ManifestReading {
  const path = resolve(file);
  const { table, text, problem } = readToml(path, MANIFEST_CODES, plain);
  if (!table) return { manifest: null, errors: [problem], warnings: [] };
  const findings = new Findings('MANIFEST_INVALID');
  const manifest = manifestOfTable(path, table, findings);
  return { manifest, ...problemsOf(findings, path, (paths) => locate(text, paths)) };
}

/**
 * The manifest that a table says, whatever file it was read from.
 * @param file absolute path of the manifest
 * @returns null when there was any fault
 */
export function manifestOfTable(
  file: string,
  table: JsonObject,
  findings: Findings,
): PluginManifest | null {
  const read = manifestShape.read(table, null, findings);
  return read ? joinKeys(file, read, findings) : null;
}

/**
 * The errors of readManifest() as one AisopodError.
 * @param problems at least one
 * @returns with the code that they share, else MANIFEST_INVALID; details: `{ file, problems }`
 */
export function manifestError(file: string, problems: readonly Problem[]): AisopodError {
  return problemsError(file, problems, 'MANIFEST_INVALID');
}
