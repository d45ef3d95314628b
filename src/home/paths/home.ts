import { statSync } from 'node:fs';
import { AisopodError } from '../../base/errors/index.js';
import { shellWord, show, showPath } from '../../base/text/index.js';
import { isPluginId } from '../plugin-id.js';
import { pathsOf, userHome } from './platform-paths.js';

/** Where everything of one installation lies. Absolute paths; none of them need exist. */
export interface Home {
  readonly root: string;
  readonly configFile: string;
  readonly plugins: string;
  readonly data: string;
  readonly registryFile: string;
  readonly state: string;
  /** AISOPOD_CACHE, else in the root. */
  readonly cache: string;
  /** Private copies of libraries, by content. */
  readonly copies: string;
  readonly keys: string;
  readonly token: string;
  readonly audit: string;
  readonly logs: string;
  /**
   * The private data directory of a plugin.
   * @throws AisopodError USAGE when `id` is no plugin id
   */
  dataOf(id: string): string;
}

/** What finding the home depends on. */
export interface HomeOptions {
  /** The home itself, as given by `--home`; `~` is expanded. */
  readonly home?: string | undefined;
  /** Default: process.env. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: process.platform. */
  readonly platform?: NodeJS.Platform;
}

/**
 * Finds the home: `home`, else AISOPOD_HOME, else `.aisopod` in the user's home directory.
 * AISOPOD_CACHE moves its cache to another place. Nothing is created.
 *
 * @throws AisopodError NO_HOME when neither is given and the user has no home directory;
 *   HOME_OF_ANOTHER when neither is given and root would use the home of another user
 */
export function resolveHome(options: HomeOptions = {}): Home {
  const { env = process.env, platform = process.platform } = options;
  const { dirname, join, resolve, sep } = pathsOf(platform);
  const given = options.home || env.AISOPOD_HOME;
  const root = resolve(expandTilde(given || '~/.aisopod', env, platform));
  if (!given && process.geteuid?.() === 0) refuseHomeOfAnother(root, dirname(root));
  const data = join(root, 'data');
  const elsewhere = env.AISOPOD_CACHE;
  const cache = elsewhere ? resolve(expandTilde(elsewhere, env, platform)) : join(root, 'cache');
  return Object.freeze({
    root,
    configFile: join(root, 'config.toml'),
    plugins: join(root, 'plugins'),
    data,
    registryFile: join(root, 'registry.json'),
    state: join(root, 'state'),
    cache,
    copies: join(cache, 'copies'),
    keys: join(root, 'keys'),
    token: join(root, 'token'),
    audit: join(root, 'audit.jsonl'),
    logs: join(root, 'logs'),
    dataOf(id: string) {
      if (isPluginId(id)) return `${data}${sep}${id}`;
      throw new AisopodError(
        'USAGE',
        `${show(id)} is not a plugin id, so it has no data directory.`,
        {
          details: { id },
        },
      );
    },
  });
}

/**
 * With sudo, HOME may stay that of the user. What root makes there keeps that user out, and plugins of
 * the user are not opened for root.
 */
function refuseHomeOfAnother(root: string, around: string): void {
  const owned = [root, around].find((path) => ownerOf(path) !== undefined) ?? root;
  const owner = ownerOf(owned) ?? 0;
  if (owner === 0) return;
  throw new AisopodError(
    'HOME_OF_ANOTHER',
    `This is root, and ${showPath(owned)} belongs to user ${owner}, whom files of root in ` +
      `${showPath(root)} would keep out. Run this as that user (without sudo), or name the home if ` +
      `you mean it: --home ${shellWord(root)}`,
    { details: { path: owned, owner, home: root } },
  );
}

function ownerOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.uid;
}

/**
 * Replaces a leading `~` by the user's home directory. `~name` is a file name like any other.
 * @throws AisopodError NO_HOME when there is a `~` and no home directory
 */
export function expandTilde(
  path: string,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const slash = path[1] === '/' || (platform === 'win32' && path[1] === '\\');
  if (path[0] !== '~' || (path.length > 1 && !slash)) return path;
  const home = userHome(env, platform);
  if (home !== null) return pathsOf(platform).join(home, path.slice(1));
  const variable = platform === 'win32' ? 'USERPROFILE' : 'HOME';
  throw new AisopodError(
    'NO_HOME',
    `${path} is in your home directory, but the environment variable ${variable} is not set to ` +
      'an absolute path. Set it, set AISOPOD_HOME, or pass --home DIR.',
    { details: { path, variable } },
  );
}
