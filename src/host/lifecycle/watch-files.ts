import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { AisopodError } from '../../base/errors/index.js';
import type { Home } from '../../home/paths/index.js';
import { WatchedFolders } from './watched-folders.js';

// An editor writes a file in several steps; a writer that never stops is not waited for.
const SETTLE_MS = 100;
const LONGEST_MS = 1_000;

/** What is to be watched of a home, and which functions receive what is seen. */
export interface WatchedFiles {
  readonly home: Home;
  /** Ids of the plugins, whose own files are watched too. */
  readonly plugins: () => readonly string[];
  /** Some of the files are different. */
  readonly onChange: () => void;
  readonly onError: (error: AisopodError) => void;
}

/**
 * Watches config.toml, registry.json and the files of single plugins, also those that are not there
 * yet, are replaced, or are links. Folders are watched, since a file that is replaced is another
 * one; whether anything changed, the files themselves say. Holds no event loop.
 *
 * @returns ends it
 */
export function watchFiles(watched: WatchedFiles): () => void {
  const { home, onChange } = watched;
  let timer: NodeJS.Timeout | undefined;
  let first: number | null = null;
  let known = '';
  const files = () => [
    home.configFile,
    home.registryFile,
    ...watched.plugins().map((id) => join(home.plugins, `${id}.toml`)),
  ];
  const look = () => {
    first = null;
    folders.follow(files(), [home.plugins]); // where files of plugins that come later stand
    const now = files().map(stampOf).join('\n');
    if (now === known) return;
    known = now;
    onChange();
  };
  const soon = () => {
    first ??= performance.now();
    const left = Math.max(0, first + LONGEST_MS - performance.now());
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(SETTLE_MS, left)).unref();
  };
  const folders = new WatchedFolders({
    changed: soon,
    onError: watched.onError,
    what: 'the configuration',
  });
  folders.follow(files(), [home.plugins]);
  known = files().map(stampOf).join('\n');
  return () => {
    clearTimeout(timer);
    folders.close();
  };
}

/** What tells a version of a file from another one. */
function stampOf(file: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return 'none';
  }
}
