import { resolve } from 'node:path';
import { Findings } from '../../base/shape/index.js';
import { type FileCodes, type Problem, problemsOf, readToml } from '../../base/toml/index.js';
import { joinKeys } from './join-keys.js';
import type { PluginManifest } from './plugin-manifest.js';
import { manifestShape } from './shape.js';

/** One fault of a manifest, or one oddity: where, what was found, what was expected. */
export type ManifestProblem = Problem;

/** What reading a manifest gave: a manifest exactly when there are no errors. */
export interface ManifestReading {
  readonly manifest: PluginManifest | null;
  /** In the order of the text. */
  readonly errors: readonly ManifestProblem[];
  readonly warnings: readonly ManifestProblem[];
}

const CODES: FileCodes = {
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
  const { table, text, problem } = readToml(path, CODES, plain);
  if (!table) return { manifest: null, errors: [problem], warnings: [] };
  const findings = new Findings('MANIFEST_INVALID');
  const read = manifestShape.read(table, null, findings);
  const manifest = read ? joinKeys(path, read, findings) : null;
  return { manifest, ...problemsOf(findings, path, text) };
}
