import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { showPath } from '../../base/text/index.js';
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
  /** Why it cannot be searched: NO_HOME, SCAN_UNREADABLE. Reported by the scan, never thrown. */
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

/**
 * Where plugins are looked for, in order of precedence: `--plugin`, the home, AISOPOD_PLUGIN_PATHS,
 * the configured paths, the platform's own directories. `~` is expanded, missing ones are left out
 * (not a `--plugin`: that one was asked for), and each real directory comes once.
 */
export function searchPaths(options: SearchOptions): SearchPath[] {
  const { home, env = process.env, platform = process.platform } = options;
  const { configPaths = [], pluginDirs = [] } = options;
  const { delimiter } = pathsOf(platform);
  const listed = env.AISOPOD_PLUGIN_PATHS?.split(delimiter).filter((path) => path !== '') ?? [];
  const wanted: Wanted[] = [
    ...pluginDirs.map((path) => ({ path, origin: 'option' as const })),
    { path: home.plugins, origin: 'home' },
    ...listed.map((path) => ({ path, origin: 'environment' as const })),
    ...configPaths.map((path) => ({ path, origin: 'config' as const })),
    ...platformPluginDirectories(env, platform).map((path) => ({
      path,
      origin: 'platform' as const,
    })),
  ];
  const found: SearchPath[] = [];
  const seen = new Set<string>();
  for (const { path: written, origin } of wanted) {
    const place = find(written, origin, home, env, platform);
    if (!place || seen.has(place.real)) continue;
    seen.add(place.real);
    found.push(place);
  }
  return found;
}

function find(
  written: string,
  origin: Origin,
  home: Home,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): SearchPath | null {
  const single = origin === 'option';
  let path = written;
  try {
    path = expandTilde(written, env, platform);
    path = origin === 'config' ? resolve(home.root, path) : resolve(path);
    return { path, real: realpathSync.native(path), origin, single, error: null };
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code;
    if (!AisopodError.is(error) && errno === 'ENOENT' && !single) return null;
    const reason = AisopodError.is(error)
      ? error
      : new AisopodError(
          'SCAN_UNREADABLE',
          `${showPath(path)} cannot be searched for plugins (${errno}). ` +
            'It must be a directory that exists and that you may read.',
          { details: { path, origin, errno }, cause: error },
        );
    return { path, real: path, origin, single, error: reason };
  }
}
