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

/** Begins to watch a folder; fs.watch() of Node.js. */
export type WatchFolder = (folder: string, options: { readonly persistent: false }) => FSWatcher;

/** Which functions receive what is noticed, and how errors call what is watched. */
export interface Noticing {
  /** An entry on a way may be another one. */
  readonly changed: () => void;
  readonly onError: (error: AisopodError) => void;
  /** `the configuration`: what it is whose changes cannot be noticed. */
  readonly what: string;
  /** Stands at the end of errors: what the host does instead. Default: nothing. */
  readonly instead?: string;
  /** Default: fs.watch(). */
  readonly watch?: WatchFolder;
}

/** The watches of all folders on the ways to some files, and of folders as a whole. */
export class WatchedFolders {
  readonly #noticing: Noticing;
  readonly #watches = new Map<string, Watched>();
  /** What was reported and still holds. */
  #reported = new Set<string>();

  constructor(noticing: Noticing) {
    this.#noticing = noticing;
  }

  /** Whether a folder could not be watched. */
  get isBlind(): boolean {
    return this.#reported.size > 0;
  }

  /**
   * Watches the ways to these files, as they are now, and nothing else any more.
   * @param whole folders in which every entry matters
   * @returns whether a folder is watched that was not
   */
  follow(files: readonly string[], whole: readonly string[] = []): boolean {
    let any = false;
    const faults = new Map<string, AisopodError>();
    const fault = (path: string, cause: unknown) => {
      const error = unwatched(path, cause, this.#noticing);
      // A limit of the system is one fault, however many folders it concerns.
      faults.set(isLimit(cause) ? error.message : path, error);
    };
    for (let round = 0; round < MOST_ROUNDS; round++) {
      faults.clear();
      const { folders, errors } = waysTo(files);
      for (const folder of whole) {
        const on = folders.get(folder) ?? { names: new Set(), isNear: false, isWhole: true };
        on.isWhole = true;
        folders.set(folder, on);
      }
      for (const { path, cause } of errors) fault(path, cause);
      for (const folder of this.#watches.keys()) if (!folders.has(folder)) this.#end(folder);
      let isNew = false;
      for (const [folder, on] of folders) {
        try {
          if (this.#watch(folder, on)) isNew = any = true;
        } catch (cause) {
          if (on.isNear || isLimit(cause)) fault(folder, cause);
        }
      }
      if (!isNew) break;
    }
    for (const [key, error] of faults) {
      if (!this.#reported.has(key)) this.#noticing.onError(error);
    }
    this.#reported = new Set(faults.keys());
    return any;
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
    const { watch: begin = watch, changed } = this.#noticing;
    const watcher = begin(folder, { persistent: false });
    const watched: Watched = { watcher, identity, on };
    const own = basename(folder);
    watcher.on('change', (_event, name) => {
      const { names, isWhole } = watched.on;
      if (typeof name !== 'string' || isWhole || name === own || names.has(name)) changed();
    });
    watcher.on('error', () => {
      if (this.#watches.get(folder) === watched) this.#end(folder);
      changed(); // the folder may be gone, or another one have its name
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

function unwatched(
  path: string,
  cause: unknown,
  { what, instead }: Pick<Noticing, 'what' | 'instead'>,
): AisopodError {
  const { reason, advice } = limitOf(cause) ?? systemFault(path, cause, 'read');
  const { code = null } = cause as NodeJS.ErrnoException;
  const where = isLimit(cause) ? what : showPath(path);
  const sentences = [advice, ...(instead === undefined ? [] : [instead])].join(' ');
  return new AisopodError(
    'WATCH_FAILED',
    `Changes of ${where} cannot be noticed (${reason}). ${sentences}`,
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
