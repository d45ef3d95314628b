import { statSync } from 'node:fs';
import { join } from 'node:path';
import { AisopodError } from '../errors/index.js';
import {
  checkCompatibility,
  type HostFacts,
  type KnownFolder,
  manifestError,
  type PluginManifest,
  type ResolvedEntry,
  readManifest,
  resolveEntry,
} from '../manifest/index.js';
import { formatProblem, shellWord, showPath } from '../toml/index.js';
import type { Candidate } from './discovered-plugin.js';
import { judge, judgeTree, type TreeCheck, unsafeError } from './safety.js';
import type { SearchPath } from './search-path.js';

/** What every manifest of a folder is called. */
export const MANIFEST_NAME = 'aisopod.plugin.toml';

/** What a scan knows throughout. */
export interface Scan {
  readonly origin: SearchPath;
  readonly host: HostFacts;
  /** Whose files are trusted; null: modes aren't looked at. */
  readonly user: number | null;
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
  const nothing = { id: null, manifest: null, entry: null, warnings: [] };
  return { path, real, group: path, manifestFile, origin, error, ...nothing };
}

/**
 * The error of a folder or file that the operating system does not let us see.
 * @param around what was looked at; the file system's own error may name something in it
 */
export function unreadable(around: string, cause: unknown): AisopodError {
  const { code = String(cause), path = around } = cause as NodeJS.ErrnoException;
  const message = `${showPath(path)} ${why(code, path)}`;
  return new AisopodError('SCAN_UNREADABLE', message, { details: { path, errno: code }, cause });
}

function why(code: string, path: string): string {
  switch (code) {
    case 'ENOENT':
      // Names that are no UTF-8 come with U+FFFD in them, and by that name nothing is found.
      return path.includes('\uFFFD')
        ? 'has a name that is not UTF-8, by which nothing can be found. Rename it.'
        : 'is a link that leads nowhere. Remove it, or mend what it leads to.';
    case 'ELOOP':
      return 'is a link that leads in a circle (ELOOP). Remove it, or mend what it leads to.';
    case 'EACCES':
    case 'EPERM':
      return `cannot be read (${code}). Its owner must let you: chmod u+rX ${shellWord(path)}`;
    default:
      return `cannot be read (${code}). It must be a folder or a file that you may read.`;
  }
}

/**
 * A folder with a manifest.
 * @param names what stands directly in it
 * @param group the folder around it when it is one of several versions, else the folder itself
 */
export function folderCandidate(
  scan: Scan,
  spot: Spot,
  names: readonly string[],
  group = spot.path,
): Candidate {
  const { path: dir, real } = spot;
  const file = join(dir, MANIFEST_NAME);
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
  const found = examine(scan, file, unsafe, check ? { real, files: check.files } : undefined);
  if (check?.complete ?? true) return { ...found, path: dir, real, group };
  // The entry is opened, so it is checked even when it is one of too many files.
  const error = found.error ?? judgeFiles(scan, found.entry ? [found.entry.real] : []);
  const message = `${showPath(dir)} holds so many files that only the first were checked.`;
  const warning = new AisopodError('PATH_UNSAFE', message, { details: { path: dir } });
  return { ...found, path: dir, real, group, error, warnings: [...found.warnings, warning] };
}

/** A manifest `<stem>.plugin.toml` that lies beside its library in a directory of plugins. */
export function bareCandidate(scan: Scan, file: Spot): Candidate {
  const found = examine(scan, file.path, null);
  const { path, real } = found.entry ?? file;
  const error = judgeFiles(scan, [...new Set([file.path, path])]) ?? found.error;
  return { ...found, path, real, group: path, error };
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
  folder?: KnownFolder,
): Omit<Candidate, 'path' | 'real' | 'group'> {
  const { manifest, errors, warnings } = readManifest(file);
  let error = unsafe;
  let entry: ResolvedEntry | null = null;
  if (!manifest) error ??= manifestError(file, errors);
  else [error, entry] = findEntry(manifest, host, error, folder);
  return {
    id: manifest?.plugin.id ?? null,
    manifest,
    manifestFile: file,
    entry,
    origin,
    error,
    warnings: warnings.map(
      (problem) => new AisopodError(problem.code, formatProblem(problem), { details: problem }),
    ),
  };
}

function findEntry(
  manifest: PluginManifest,
  host: HostFacts,
  unsafe: AisopodError | null,
  folder: KnownFolder | undefined,
): [AisopodError | null, ResolvedEntry | null] {
  const error = unsafe ?? checkCompatibility(manifest, host);
  if (error) return [error, null];
  try {
    return [null, resolveEntry(manifest, host.platform, folder)];
  } catch (thrown) {
    return [AisopodError.from(thrown), null];
  }
}
