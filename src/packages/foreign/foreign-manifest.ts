import { resolve } from 'node:path';
import { type Finding, Findings, type KeyPath, keyPath } from '../../base/shape/index.js';
import { type Problem, problemsOf, readTextFile } from '../../base/toml/index.js';
import {
  MANIFEST_CODES,
  type ManifestReading,
  manifestOfTable,
  meantVersion,
} from '../manifest/index.js';
import { type ForeignDocument, MAX_BYTES, readJsonText, readYamlText } from './document.js';
import { type Form, placeOf, type Rekeyed, rekey } from './re-key.js';

/** The other manifests that a folder may have, in the order of precedence. */
export const FOREIGN_NAMES = ['plugin.yaml', 'plugin.yml', 'plugin.json'] as const;

/** What reading another manifest gave. */
export interface ForeignReading extends ManifestReading {
  /** Its keys as those of aisopod.plugin.toml; null: the text itself has a fault. */
  readonly rekeyed: Rekeyed | null;
  /** The keys at the top of the file. */
  readonly keys: readonly string[];
}

/**
 * Reads a plugin.yaml or plugin.json into the model of aisopod.plugin.toml. All faults are reported at once, under the
 * keys that the author wrote. The parser of YAML is loaded by the first such file.
 * @returns never throws: what is wrong stands in `errors`, with the codes of readManifest()
 */
export function readForeignManifest(file: string): ForeignReading {
  const path = resolve(file);
  const nothing = { manifest: null, rekeyed: null, keys: [], warnings: [] };
  const { text, problem } = readTextFile(path, MANIFEST_CODES, false, MAX_BYTES);
  if (text === null) return { ...nothing, errors: [problem] };
  const form: Form = path.endsWith('.json') ? 'json' : 'yaml';
  const bare = text.startsWith('\ufeff') ? text.slice(1) : text;
  const document = form === 'json' ? readJsonText(bare, path) : readYamlText(bare, path);
  if (document.table === null) return { ...nothing, errors: document.problems };

  const own = new Findings('MANIFEST_INVALID');
  const rekeyed = rekey(document.table, form, own);
  const findings = new Findings('MANIFEST_INVALID');
  const manifest = manifestOfTable(path, rekeyed.table, findings);
  const back = (finding: Finding) => asWritten(finding, rekeyed, document);
  const all = {
    errors: [...own.errors, ...findings.errors.map(back)],
    warnings: [...own.warnings, ...findings.warnings.map(back)],
  };
  const locate = (paths: readonly KeyPath[]) => document.locate(paths);
  const { errors, warnings } = problemsOf(all, path, locate);
  const problems = [...document.problems, ...errors].sort(inOrder);
  return {
    manifest: problems.length > 0 ? null : manifest,
    rekeyed,
    keys: Object.keys(document.table),
    errors: problems,
    warnings,
  };
}

/** A finding about a key of TOML as one about the key that the author wrote. */
function asWritten(finding: Finding, rekeyed: Rekeyed, document: ForeignDocument): Finding {
  const from = rekeyed.originOf(keyPath(finding.place));
  const place = placeOf(from);
  const { value, type, hint } = finding;
  if (typeof value === 'number' && type === 'string') {
    // 1.10 and 1.1 are one number, so what the author meant is known from the text only.
    const numeral = document.numeral(from) ?? String(value);
    const isVersion = hint !== null && /^write "[^"]*"$/.test(hint);
    const meant = (isVersion ? meantVersion(numeral) : null) ?? numeral;
    return { ...finding, place, found: `the number ${numeral}`, hint: `quote it: "${meant}"` };
  }
  const flag = type === 'boolean' && typeof value === 'string' ? value.toLowerCase() : '';
  if (/^(?:y|yes|on)$/.test(flag)) return { ...finding, place, hint: 'write true' };
  if (/^(?:n|no|off)$/.test(flag)) return { ...finding, place, hint: 'write false' };
  return { ...finding, place };
}

function inOrder(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
