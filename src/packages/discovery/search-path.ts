import { realpathSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { systemFault } from '../../base/files/index.js';
import { shellWord, showPath } from '../../base/text/index.js';
import {
  expandTilde,
  type Home,
  pathsOf,
  platformPluginDirectories,
} from '../../home/paths/index.js';

/** Who named a place to search; 'embedder': the program itself brought the plugin. */
export type Origin = 'embedder' | 'option' | 'home' | 'environment' | 'config' | 'platform';

/** One place where plugins are looked for. */
export interface SearchPath {
  /** Absolute. */
  readonly path: string;
  /** With every link followed; equal to path when there is an error. */
  readonly real: string;
  readonly origin: Origin;
  /** True for the folder of one plugin, false for a directory of such folders. */
  readonly single: boolean;
  /**
   * Why it cannot be searched: NO_HOME, SCAN_UNREADABLE, reported by the scan and never thrown; or
   * SEARCH_PATH_MISSING, which the scan passes over.
   */
  readonly error: AisopodError | null;
}

export interface SearchOptions {
  readonly home: Home;
  /** Default: process.env. */
  readonly env?: NodeJS.ProcessEnv;
  /** `[plugins.settings] paths`; a relative one is relative to the home. */
  readonly configPaths?: readonly string[];
  /** `--plugin DIR`: folders of single plugins. */
  readonly pluginDirs?: readonly string[];
  /** Default: process.platform. */
  readonly platform?: NodeJS.Platform;
}

interface Wanted {
  readonly path: string;
  readonly origin: Origin;
}

/** A place where plugins are looked for, whether or not it exists. */
export type SearchPlace = Pick<SearchPath, 'path' | 'origin' | 'single'>;

/**
 * Where plugins are looked for, in order of precedence: `--plugin`, the home, AISOPOD_PLUGIN_PATHS,
 * the configured paths, the platform's own directories. `~` is expanded, and each real directory comes
 * once. Missing ones of the home and of the platform are left out; one that was named has its error.
 */
export function searchPaths(options: SearchOptions): SearchPath[] {
  const found: SearchPath[] = [];
  const seen = new Set<string>();
  for (const wanted of wantedBy(options)) {
    const place = find(wanted, options);
    if (!place || seen.has(place.real)) continue;
    seen.add(place.real);
    found.push(place);
  }
  return found;
}

/** The same places, also those that do not exist, which may come later. Each path comes once. */
export function searchPlaces(options: SearchOptions): SearchPlace[] {
  const places = new Map<string, SearchPlace>();
  for (const { path: written, origin } of wantedBy(options)) {
    try {
      const path = pathOf(written, origin, options);
      if (!places.has(path)) places.set(path, { path, origin, single: origin === 'option' });
    } catch {
      // searchPaths() reports why it cannot be expanded.
    }
  }
  return [...places.values()];
}

function wantedBy(options: SearchOptions): Wanted[] {
  const { home, env = process.env, platform = process.platform } = options;
  const { configPaths = [], pluginDirs = [] } = options;
  const listed =
    env.AISOPOD_PLUGIN_PATHS?.split(pathsOf(platform).delimiter).filter((path) => path !== '') ??
    [];
  return [
    ...pluginDirs.map((path) => ({ path, origin: 'option' as const })),
    { path: home.plugins, origin: 'home' },
    ...listed.map((path) => ({ path, origin: 'environment' as const })),
    ...configPaths.map((path) => ({ path, origin: 'config' as const })),
    ...platformPluginDirectories(env, platform).map((path) => ({
      path,
      origin: 'platform' as const,
    })),
  ];
}

/** @throws AisopodError NO_HOME */
function pathOf(written: string, origin: Origin, options: SearchOptions): string {
  const { home, env = process.env, platform = process.platform } = options;
  const path = expandTilde(written, env, platform);
  return origin === 'config' ? resolve(home.root, path) : resolve(path);
}

function find({ path: written, origin }: Wanted, options: SearchOptions): SearchPath | null {
  const single = origin === 'option';
  let path = written;
  try {
    path = pathOf(written, origin, options);
    return { path, real: realpathSync.native(path), origin, single, error: null };
  } catch (error) {
    const reason = AisopodError.is(error) ? error : unsearchable(path, written, origin, error);
    if (reason === null) return null;
    return { path, real: path, origin, single, error: reason };
  }
}

/** null: a place that need not be there is not. */
function unsearchable(
  path: string,
  written: string,
  origin: Origin,
  cause: unknown,
): AisopodError | null {
  const { errno, reason, advice } = systemFault(path, cause, 'read');
  const details = { path, origin, errno };
  if (errno !== 'ENOENT') {
    const message = `${showPath(path)} cannot be searched for plugins (${reason}). ${advice}`;
    return new AisopodError('SCAN_UNREADABLE', message, { details, cause });
  }
  if (origin === 'option') {
    const message = `${showPath(path)}, named by --plugin, does not exist. Name the folder of a plugin.`;
    return new AisopodError('SCAN_UNREADABLE', message, { details, cause });
  }
  const by = NAMED_BY[origin];
  if (by === undefined) return null;
  const mend =
    mistake(written, origin) ?? `Correct it, or make the directory: mkdir -p ${shellWord(path)}`;
  return new AisopodError(
    'SEARCH_PATH_MISSING',
    `${showPath(path)}, named by ${by}, does not exist, so no plugin is found there. ${mend}`,
    { details, cause },
  );
}

const NAMED_BY: Partial<Record<Origin, string>> = {
  environment: 'AISOPOD_PLUGIN_PATHS',
  config: '[plugins.settings] paths of config.toml',
};

/** What people write where paths are separated otherwise. */
function mistake(written: string, origin: Origin): string | null {
  if (/^(["']).*\1$/.test(written.trim())) return 'Write it without the quotes.';
  if (written !== written.trim()) return 'Write it without the spaces around it.';
  if (!written.includes(',') && !written.includes(';')) return null;
  return origin === 'config'
    ? 'Write one string for each path: paths = ["/a", "/b"].'
    : `Separate paths by "${delimiter}".`;
}
