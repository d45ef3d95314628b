import { existsSync } from 'node:fs';
import { AisopodError } from '../../../base/errors/index.js';
import { writeIfMissing } from '../../../base/files/atomic-write.js';
import { Findings } from '../../../base/shape/index.js';
import { shellWord, showPath } from '../../../base/text/index.js';
import {
  formatKeyPath,
  formatProblem,
  type Problem,
  readTomlText,
} from '../../../base/toml/index.js';
import { importConfig } from '../../../config/import-config.js';
import type { Home } from '../../../home/paths/index.js';
import { readForeignManifest } from '../../../packages/foreign/foreign-manifest.js';
import { manifestToml } from '../../../packages/foreign/manifest-toml.js';
import { readRoster } from '../../../packages/foreign/roster.js';
import { MANIFEST_CODES, manifestOfTable } from '../../../packages/manifest/index.js';
import { type ImportSource, targetOf } from './import-sources.js';

/** What becomes of one value. */
export interface ImportItem {
  readonly result: 'mapped' | 'there' | 'kept' | 'unmapped';
  /** The key in the source. */
  readonly from: string;
  /** The key in the target; null: it has none. */
  readonly to: string | null;
  readonly reason: string | null;
}

/** What becomes of one file. */
export interface ImportPlan {
  readonly source: string;
  readonly target: string;
  /** Nothing is written as long as there is one. */
  readonly errors: readonly Problem[];
  readonly items: readonly ImportItem[];
  /** Why nothing can be written; null: it can. */
  readonly refusal: AisopodError | null;
  /** Writes it. @returns whether anything was to be written */
  readonly write: () => Promise<boolean>;
}

const NO_KEY = 'aisopod.plugin.toml has no key for it';

/** Finds out what would become of a file; nothing is written. @throws AisopodError CONFIG_INVALID */
export function planImport(
  { kind, file }: ImportSource,
  home: Home,
): Promise<ImportPlan> | ImportPlan {
  return kind === 'manifest' ? planManifest(file) : planRoster(file, home);
}

function planManifest(source: string): ImportPlan {
  const target = targetOf(source);
  const { manifest, rekeyed, keys, errors, warnings } = readForeignManifest(source);
  const moves = rekeyed?.moves ?? [];
  const leftOut = rekeyed?.leftOut ?? [];
  const warned = new Set(warnings.map(({ path }) => path));
  const used = new Set([
    ...moves.map(({ from }) => from[0]),
    ...warnings.map(({ path }) => path.split(/[.[]/, 1)[0]),
  ]);
  const faulty = new Set(errors.map(({ path }) => path));
  const items: ImportItem[] = [
    ...moves
      .map(({ from, to }) => ({ from: formatKeyPath(from), to: formatKeyPath(to) }))
      .filter(({ from }) => !warned.has(from) && !faulty.has(from))
      .map((move) => ({ result: 'mapped' as const, ...move, reason: null })),
    ...warnings.map(({ path, found, expected, hint }) => {
      const reason = hint === null ? `found ${found}, expected ${expected}` : `${found}; ${hint}`;
      return { result: 'unmapped' as const, from: path, to: null, reason };
    }),
    ...[...leftOut, ...keys.filter((key) => !used.has(key)).map((key) => [key])]
      .map((path) => formatKeyPath(path))
      .filter((from) => !faulty.has(from))
      .map((from) => ({ result: 'unmapped' as const, from, to: null, reason: NO_KEY })),
  ];
  const refusal = existsSync(target) ? existing(target) : null;
  const write = async () => {
    if (manifest === null || rekeyed === null) return false;
    const text = manifestToml(rekeyed.table);
    assertReadable(text, target);
    if (!(await writeIfMissing(target, text))) throw existing(target);
    return true;
  };
  return { source, target, errors, items, refusal, write };
}

async function planRoster(source: string, home: Home): Promise<ImportPlan> {
  const { items, errors } = readRoster(source);
  const values = items.flatMap(({ to, value }) => (to === null ? [] : [{ to, value }]));
  const outcomes = [...(await importConfig(home, values, false))];
  const listed = items.map(({ from, to, reason }): ImportItem => {
    if (to === null) return { result: 'unmapped', from, to: null, reason };
    const outcome = outcomes.shift() ?? { result: 'there', reason: null };
    return { from, to: formatKeyPath(to), ...outcome };
  });
  const write = async () => {
    const done = await importConfig(home, values, true);
    return done.some(({ result }) => result === 'mapped');
  };
  return { source, target: home.configFile, errors, items: listed, refusal: null, write };
}

/** What TOML can't say, such as null in a schema, must not be lost. @throws AisopodError IMPORT_INVALID */
function assertReadable(text: string, target: string): void {
  const { table, problem } = readTomlText(text, target, MANIFEST_CODES);
  const findings = new Findings('MANIFEST_INVALID');
  const manifest = table === null ? null : manifestOfTable(target, table, findings);
  if (manifest !== null) return;
  const why = problem === null ? '' : ` (${formatProblem(problem)})`;
  throw new AisopodError(
    'IMPORT_INVALID',
    `The manifest cannot be written as ${showPath(target)}, since TOML cannot say all of it${why}. ` +
      'Put the schema of the configuration into a file, and name it: config = "config.schema.json"',
    { details: { file: target } },
  );
}

function existing(target: string): AisopodError {
  return new AisopodError(
    'IMPORT_EXISTS',
    `${showPath(target)} exists already, so nothing was written. It counts, and the other manifest next to it is ` +
      `ignored. To import that one instead, move it away: mv ${shellWord(target)} ${shellWord(`${target}.old`)}`,
    { details: { file: target } },
  );
}
