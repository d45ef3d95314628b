import { statSync } from 'node:fs';
import { AisopodError } from '../../base/errors/index.js';
import { systemFault } from '../../base/files/index.js';
import { showPath } from '../../base/text/index.js';
import { formatProblem, MAX_TOML_BYTES } from '../../base/toml/index.js';
import type { Listings } from '../../home/state/index.js';
import { FOREIGN_NAMES, readForeignManifest } from '../foreign/foreign-manifest.js';
import {
  checkCompatibility,
  type HostFacts,
  type KnownTree,
  MANIFEST_NAME,
  type ManifestReading,
  manifestError,
  type PluginManifest,
  type ResolvedEntry,
  readManifest,
  resolveEntry,
} from '../manifest/index.js';
import type { Candidate } from './discovered-plugin.js';
import type { KnownFolders } from './known-folders.js';
import { below, judge, judgeTree, type TreeCheck, unsafeError } from './safety.js';
import type { SearchPath } from './search-path.js';

const NO_WARNINGS: readonly AisopodError[] = Object.freeze([]);

/** What a scan knows throughout. */
export interface Scan {
  readonly origin: SearchPath;
  readonly host: HostFacts;
  /** Whose files are trusted; null: modes aren't looked at. */
  readonly user: number | null;
  /** What an earlier scan has found; null: nothing is remembered. */
  readonly known: KnownFolders | null;
  readonly listings: Listings;
}

/** A place in a scan. */
export interface Spot {
  readonly path: string;
  /** With every link followed. */
  readonly real: string;
}

/** Something that is no plugin, with the reason. */
export function refused(
  { origin }: Scan,
  { path, real }: Spot,
  error: AisopodError,
  manifestFile: string | null = null,
): Candidate {
  const nothing = {
    id: null,
    manifest: null,
    hooks: [],
    entry: null,
    contents: null,
    warnings: [],
  };
  return candidate({ path, real }, { manifestFile, origin, error, ...nothing });
}

/**
 * The error of a folder or file that the operating system does not let us see.
 * @param around what was looked at; the file system's own error may name something in it
 */
export function unreadable(around: string, cause: unknown): AisopodError {
  const { code = String(cause), path = around } = cause as NodeJS.ErrnoException;
  const message = `${showPath(path)} ${why(code, path, cause)}`;
  return new AisopodError('SCAN_UNREADABLE', message, { details: { path, errno: code }, cause });
}

function why(code: string, path: string, cause: unknown): string {
  if (code === 'ENOENT') {
    // Names that are no UTF-8 come with U+FFFD in them, and by that name nothing is found.
    return path.includes('\uFFFD')
      ? 'has a name that is not UTF-8, by which nothing can be found. Rename it.'
      : 'is a link that leads nowhere. Remove it, or correct its target.';
  }
  const { reason, advice } = systemFault(path, cause, 'read');
  return `cannot be read (${reason}). ${advice}`;
}

/**
 * A folder with a manifest.
 * @param names what stands directly in it
 */
export function folderCandidate(scan: Scan, spot: Spot, names: readonly string[]): Candidate {
  const { path: dir, real } = spot;
  const [name = MANIFEST_NAME, ...others] = manifestsIn(names);
  const file = below(dir, name);
  let check: TreeCheck | null = null;
  try {
    check = scan.user === null ? null : judgeTree(dir, names, scan.user);
  } catch (error) {
    return refused(scan, spot, unreadable(dir, error), file);
  }
  const unsafe =
    check && check.unsafe.length > 0
      ? unsafeError(`The plugin in ${showPath(dir)}`, check.unsafe)
      : null;
  const examined = examine(scan, file, unsafe, check ? { real, tree: check.tree } : undefined);
  const found = others.length === 0 ? examined : withIgnored(examined, dir, name, others);
  const { manifest, entry, warnings } = found;
  if (check === null || check.complete) {
    const looked = check?.closed ? (scan.known?.looked(check.tree) ?? null) : null;
    if (looked && found.error === null && manifest && entry && warnings.length === 0) {
      scan.known?.learn(spot, { manifest, entry }, looked);
    }
    return candidate(spot, { ...found, contents: looked });
  }
  // The entry is opened, so it is checked even when it is one of too many files.
  const error = found.error ?? judgeFiles(scan, entry ? [entry.real] : []);
  const message = `${showPath(dir)} holds so many files that only the first were checked.`;
  const warning = new AisopodError('PATH_UNSAFE', message, { details: { path: dir } });
  return candidate(spot, { ...found, error, warnings: [...warnings, warning] });
}

const NAMES: readonly string[] = [MANIFEST_NAME, ...FOREIGN_NAMES];

/**
 * The names of manifests in a folder, in the order of precedence; the first one counts.
 * @param names what stands directly in the folder
 */
export function manifestsIn(names: readonly string[]): string[] {
  return NAMES.filter((name) => names.includes(name));
}

/** Warns of manifests that another one stands above; the schema of the configuration is not a manifest. */
function withIgnored(
  found: Examined,
  dir: string,
  name: string,
  others: readonly string[],
): Examined {
  const ignored = others.filter((other) => other !== found.manifest?.config?.file);
  const warnings = ignored.map((other) => {
    const path = below(dir, other);
    const text = `${showPath(path)} is ignored, since ${name} next to it is the manifest. Remove one of them.`;
    return new AisopodError('MANIFEST_IGNORED', text, { details: { path, by: below(dir, name) } });
  });
  return { ...found, warnings: [...found.warnings, ...warnings] };
}

/** The folder of a good plugin in which nothing has changed since it was found; null: look at it. */
export function knownCandidate(scan: Scan, spot: Spot): Candidate | null {
  const { path, real } = spot;
  const known = scan.known?.recall(path, real) ?? null;
  if (known === null) return null;
  const { id, manifest, hooks, entry, contents } = known;
  return candidate(spot, {
    id,
    manifest,
    hooks,
    manifestFile: manifest.file,
    entry,
    contents,
    origin: scan.origin,
    error: null,
    warnings: NO_WARNINGS,
  });
}

type Examined = Omit<Candidate, 'path' | 'real' | 'lastGood'>;

function candidate({ path, real }: Spot, found: Examined): Candidate {
  const { id, manifest, hooks, manifestFile, entry, contents, origin, error, warnings } = found;
  return {
    path,
    real,
    id,
    manifest,
    hooks,
    lastGood: null,
    manifestFile,
    entry,
    contents,
    origin,
    error,
    warnings,
  };
}

/** A manifest `<stem>.plugin.toml` that lies beside its library in a directory of plugins. */
export function bareCandidate(scan: Scan, file: Spot): Candidate {
  const found = examine(scan, file.path, null);
  const { path, real } = found.entry ?? file;
  const error = judgeFiles(scan, [...new Set([file.path, path])]) ?? found.error;
  return candidate({ path, real }, { ...found, error });
}

function judgeFiles({ user }: Scan, files: readonly string[]): AisopodError | null {
  if (user === null) return null;
  for (const file of files) {
    try {
      const unsafe = judge(file, statSync(file), user);
      if (unsafe) return unsafeError(showPath(file), [unsafe]);
    } catch (error) {
      return unreadable(file, error);
    }
  }
  return null;
}

/** Reads a manifest and finds its entry. The first thing against the plugin is its error. */
function examine(
  { origin, host }: Scan,
  file: string,
  unsafe: AisopodError | null,
  folder?: KnownTree,
): Examined {
  const { manifest, errors, warnings } = readAny(file, unsafe === null ? folder : undefined);
  let error = unsafe;
  let entry: ResolvedEntry | null = null;
  if (!manifest) error ??= manifestError(file, errors);
  else [error, entry] = findEntry(manifest, host, error, folder);
  return {
    id: manifest?.plugin.id ?? null,
    manifest,
    hooks: manifest?.capabilities.hooks ?? [],
    manifestFile: file,
    entry,
    contents: null,
    origin,
    error,
    warnings:
      warnings.length === 0
        ? NO_WARNINGS
        : warnings.map(
            (problem) =>
              new AisopodError(problem.code, formatProblem(problem), { details: problem }),
          ),
  };
}

function readAny(file: string, folder: KnownTree | undefined): ManifestReading {
  if (!file.endsWith('.toml')) return readForeignManifest(file);
  const stats = folder?.tree.get(MANIFEST_NAME);
  return readManifest(file, stats?.isFile() === true && stats.size <= MAX_TOML_BYTES);
}

function findEntry(
  manifest: PluginManifest,
  host: HostFacts,
  unsafe: AisopodError | null,
  folder: KnownTree | undefined,
): [AisopodError | null, ResolvedEntry | null] {
  const error = unsafe ?? checkCompatibility(manifest, host);
  if (error) return [error, null];
  try {
    return [null, resolveEntry(manifest, host.platform, folder)];
  } catch (thrown) {
    return [AisopodError.from(thrown), null];
  }
}
