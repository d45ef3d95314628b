import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resolveHome } from '../../../src/home/paths/index.js';
import {
  type DiscoverOptions,
  discover,
  searchPaths,
} from '../../../src/packages/discovery/index.js';
import type { HostFacts } from '../../../src/packages/manifest/index.js';
import { folderOfFile } from '../../support/folder-of-file.js';

export const HOST: HostFacts = {
  hostVersion: '0.1.0',
  platform: 'linux-x64',
  abiMajor: 1,
  abiMinor: 0,
  features: [],
};

/** A new empty directory whose mode does not depend on the umask. */
export function directory(): string {
  const path = mkdtempSync(join(folderOfFile(), 'd-'));
  chmodSync(path, 0o755);
  return path;
}

/** Writes a file, with the folders that it needs; all of them safe. */
export function put(root: string, name: string, content: string): string {
  const file = join(root, name);
  for (const missing of [dirname(dirname(file)), dirname(file)]) {
    if (mkdirSync(missing, { recursive: true, mode: 0o755 })) chmodSync(missing, 0o755);
  }
  writeFileSync(file, content, { mode: 0o644 });
  chmodSync(file, 0o644);
  return file;
}

export function manifest(id: string, version = '1.0.0', more = ''): string {
  return `[plugin]\nid = "${id}"\nversion = "${version}"\nentry = "lib.so"\n${more}`;
}

/** A plugin that is complete as far as discovery looks. */
export function plugin(dir: string, id: string, version = '1.0.0', more = ''): string {
  put(dir, 'aisopod.plugin.toml', manifest(id, version, more));
  put(dir, 'lib.so', `bytes of ${id} ${version}`);
  return dir;
}

interface Where {
  home?: string;
  env?: NodeJS.ProcessEnv;
  configPaths?: string[];
  pluginDirs?: string[];
  /** A range for every id. */
  pin?: string;
  /** What an earlier scan has found. */
  known?: DiscoverOptions['known'];
  host?: Partial<HostFacts>;
}

/** The search paths below this test's folder: this machine may have plugins of its own. */
export function ours({ home = directory(), env = {}, configPaths = [], pluginDirs = [] }: Where) {
  return searchPaths({ home: resolveHome({ home, env }), env, configPaths, pluginDirs }).filter(
    ({ origin, path }) => origin !== 'platform' || path.startsWith(folderOfFile()),
  );
}

/** Everything that a scan of those places finds. */
export function scan(where: Where) {
  const { pin, known = null } = where;
  return discover({
    paths: ours(where),
    host: { ...HOST, ...where.host },
    known,
    ...(pin && { pinOf: () => ({ range: pin, by: 'the test' }) }),
  });
}

/** id, version and error of each finding: what most tests are about. */
export function summary(where: Where) {
  return scan(where).map(
    ({ id, manifest: m, error }) => `${id} ${m?.plugin.version ?? '-'} ${error?.code ?? 'good'}`,
  );
}
