import { closeSync, type FSWatcher, openSync, statSync, watch } from 'node:fs';
import { basename, parse } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { systemFault } from '../../base/files/index.js';
import { showPath } from '../../base/text/index.js';
import { type FolderOnWay, waysTo } from './ways-to-files.js';

interface Watched {
  readonly watcher: FSWatcher;
  /** Device and inode: a watch stays with its folder when another one takes the name. */
  readonly identity: string;
  on: FolderOnWay;
}

/** Each time that watches were made, folders may have come meanwhile: so often they are looked for. */
const MOST_ROUNDS = 50;

/** The watches of all folders on the ways to some files. */
export class WatchedFolders {
  readonly #changed: () => void;
  readonly #onError: (error: AisopodError) => void;
  readonly #watches = new Map<string, Watched>();
  /** What was reported and still holds. */
  #reported = new Set<string>();

  /** @param changed called when an entry on a way may be another one */
  constructor(changed: () => void, onError: (error: AisopodError) => void) {
    this.#changed = changed;
    this.#onError = onError;
  }

  /** Watches the ways to these files, as they are now, and nothing else any more. */
  follow(files: readonly string[]): void {
    const faults = new Map<string, AisopodError>();
    const fault = (path: string, cause: unknown) => {
      const error = unwatched(path, cause);
      // A limit of the system is one fault, however many folders it concerns.
      faults.set(isLimit(cause) ? error.message : path, error);
    };
    for (let round = 0; round < MOST_ROUNDS; round++) {
      faults.clear();
      const { folders, errors } = waysTo(files);
      for (const { path, cause } of errors) fault(path, cause);
      for (const folder of this.#watches.keys()) if (!folders.has(folder)) this.#end(folder);
      let isNew = false;
      for (const [folder, on] of folders) {
        try {
          if (this.#watch(folder, on)) isNew = true;
        } catch (cause) {
          if (on.isNear || isLimit(cause)) fault(folder, cause);
        }
      }
      if (!isNew) break;
    }
    for (const [key, error] of faults) if (!this.#reported.has(key)) this.#onError(error);
    this.#reported = new Set(faults.keys());
  }

  close(): void {
    for (const folder of this.#watches.keys()) this.#end(folder);
  }

  /**
   * @returns whether there was no watch of the folder that has this path now
   * @throws the system's error, unless the folder is gone
   */
  #watch(folder: string, on: FolderOnWay): boolean {
    const identity = identityOf(folder);
    const known = this.#watches.get(folder);
    if (known !== undefined && known.identity === identity) {
      known.on = on;
      return false;
    }
    this.#end(folder);
    if (identity === null) return false;
    const watcher = watch(folder, { persistent: false });
    const watched: Watched = { watcher, identity, on };
    const own = basename(folder);
    watcher.on('change', (_event, name) => {
      if (typeof name !== 'string' || name === own || watched.on.names.has(name)) this.#changed();
    });
    watcher.on('error', () => {
      if (this.#watches.get(folder) === watched) this.#end(folder);
      this.#changed(); // the folder may be gone, or another one have its name
    });
    this.#watches.set(folder, watched);
    return true;
  }

  #end(folder: string): void {
    this.#watches.get(folder)?.watcher.close();
    this.#watches.delete(folder);
  }
}

/** null: it is gone. @throws the system's error */
function identityOf(folder: string): string | null {
  const stats = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev} ${stats.ino}`;
}

/** Whether the system has no watch to give, whatever the folder. */
function isLimit(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE';
}

function unwatched(path: string, cause: unknown): AisopodError {
  const { reason, advice } = limitOf(cause) ?? systemFault(path, cause, 'read');
  const { code = null } = cause as NodeJS.ErrnoException;
  const what = isLimit(cause) ? 'the configuration' : showPath(path);
  return new AisopodError(
    'WATCH_FAILED',
    `Changes of ${what} cannot be noticed (${reason}). ${advice}`,
    { details: { path, errno: code }, cause },
  );
}

/** The limits of inotify have errors that mean something else everywhere else. */
function limitOf(cause: unknown): { readonly reason: string; readonly advice: string } | null {
  const { code } = cause as NodeJS.ErrnoException;
  if (process.platform !== 'linux') return null;
  if (code === 'ENOSPC') {
    return {
      reason: 'ENOSPC: the watches of this user are used up',
      advice: 'Raise their number: sudo sysctl fs.inotify.max_user_watches=524288',
    };
  }
  if (code !== 'EMFILE' || !canOpen()) return null;
  return {
    reason: 'EMFILE: the inotify instances of this user are used up',
    advice: 'Raise their number: sudo sysctl fs.inotify.max_user_instances=1024',
  };
}

/** Whether this process has descriptors left, so that something else is used up. */
function canOpen(): boolean {
  try {
    closeSync(openSync(parse(process.execPath).root, 'r'));
    return true;
  } catch {
    return false;
  }
}
