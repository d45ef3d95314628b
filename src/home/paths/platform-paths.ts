import { type PlatformPath, posix, win32 } from 'node:path';

// What the operating systems do differently with paths, for any of them on any of them.

/** How paths are written on a platform: what separates them, and what is absolute. */
export function pathsOf(platform: NodeJS.Platform): PlatformPath {
  return platform === 'win32' ? win32 : posix;
}

/**
 * The user's home directory from the environment (HOME; USERPROFILE on Windows), or null. The
 * password database is not asked: a service without HOME has none on purpose.
 */
export function userHome(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string | null {
  const home = platform === 'win32' ? env.USERPROFILE : env.HOME;
  return home && pathsOf(platform).isAbsolute(home) ? home : null;
}

/**
 * Where a platform keeps configuration and data of the user, then what is for all users, and in
 * each the directory of plugins. What the environment doesn't name is left out.
 */
export function platformPluginDirectories(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): string[] {
  const { isAbsolute, join } = pathsOf(platform);
  const user = userHome(env, platform);
  const inHome = (...parts: string[]) => (user === null ? undefined : join(user, ...parts));
  // The XDG specification: what is not absolute is to be ignored.
  const absolute = (path: string | undefined) => (path && isAbsolute(path) ? path : undefined);
  const bases: Partial<Record<NodeJS.Platform, (string | undefined)[]>> = {
    win32: [absolute(env.APPDATA), absolute(env.LOCALAPPDATA)],
    darwin: [inHome('Library', 'Application Support'), '/usr/local/lib'],
  };
  const xdg = [
    absolute(env.XDG_CONFIG_HOME) ?? inHome('.config'),
    absolute(env.XDG_DATA_HOME) ?? inHome('.local', 'share'),
    '/usr/local/lib',
  ];
  return (bases[platform] ?? xdg)
    .filter((base) => base !== undefined)
    .map((base) => join(base, 'aisopod', 'plugins'));
}
