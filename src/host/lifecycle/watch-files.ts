import { type FSWatcher, lstatSync, readlinkSync, statSync, watch } from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { showPath } from '../../base/text/index.js';
import type { Home } from '../../home/paths/index.js';

// An editor writes a file in several steps; whoever never stops writing is not waited for.
const SETTLE_MS = 100;
const LONGEST_MS = 1_000;

/** What is to be watched of a home, and who is told. */
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
  const { home, onChange, onError } = watched;
  const folders = new Map<string, FSWatcher>();
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
    follow();
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
  const follow = () => {
    const wanted = new Set(files().flatMap(foldersOf));
    for (const [folder, watcher] of folders) {
      if (wanted.has(folder)) continue;
      watcher.close();
      folders.delete(folder);
    }
    for (const folder of wanted) {
      if (folders.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, soon);
        watcher.on('error', () => {
          watcher.close();
          folders.delete(folder);
          soon(); // the folder may be gone, or another one have its name
        });
        folders.set(folder, watcher);
      } catch (error) {
        if (!isMissing(error)) onError(unwatched(folder, error));
      }
    }
  };
  follow();
  known = files().map(stampOf).join('\n');
  return () => {
    clearTimeout(timer);
    for (const watcher of folders.values()) watcher.close();
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

/** How many links Linux follows on the way to a file. */
const MOST_LINKS = 40;

/**
 * Where changes of a file are seen: its folder, and that of each link on the way to it, which may lead
 * elsewhere later. Where the way ends early, the last folder that is there: what comes is seen in it.
 */
function foldersOf(file: string): string[] {
  const folders = new Set<string>();
  let here = parse(file).root;
  const names = namesOf(file);
  for (let links = 0; names.length > 0 && links <= MOST_LINKS; ) {
    const name = names.shift() as string;
    const next = resolve(here, name);
    let target: string | null;
    try {
      target = lstatSync(next).isSymbolicLink() ? readlinkSync(next) : null;
    } catch (error) {
      // What can't be looked at is watched all the same, so that the error is reported.
      return [...folders.add(isMissing(error) ? here : dirname(file))];
    }
    if (target === null) {
      if (names.length === 0) folders.add(here);
      here = next;
      continue;
    }
    folders.add(here);
    links += 1;
    if (isAbsolute(target)) here = parse(target).root;
    names.unshift(...namesOf(target));
  }
  return [...folders];
}

function namesOf(path: string): string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((name) => name !== '');
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function unwatched(folder: string, cause: unknown): AisopodError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new AisopodError(
    'WATCH_FAILED',
    `Changes in ${showPath(folder)} cannot be noticed (${code ?? message}).`,
    { details: { path: folder, errno: code ?? null }, cause },
  );
}
