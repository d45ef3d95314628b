import { lstatSync, readlinkSync } from 'node:fs';
import { isAbsolute, parse, resolve, sep } from 'node:path';

/** What is to be noticed in one folder. */
export interface FolderOnWay {
  /** The entries that ways to the files lead through. */
  readonly names: Set<string>;
  /**
   * Whether a file, or a link on the way to one, stands in it, or comes to stand there. The others are
   * watched because they may be replaced as a whole.
   */
  isNear: boolean;
  /** Whether every entry matters, whatever it is called. */
  isWhole: boolean;
}

/** The folders on the ways to some files, and what could not be looked at. */
export interface Ways {
  readonly folders: Map<string, FolderOnWay>;
  readonly errors: readonly { readonly path: string; readonly cause: unknown }[];
}

/** How many links Linux follows on the way to a file. */
const MOST_LINKS = 40;

/**
 * Follows the ways to files as the system does, through every link. A change of an entry in one of
 * these folders is all that can make another file of what a path means. A way that ends early, ends in
 * the last folder that is there: what comes is seen in it.
 */
export function waysTo(files: readonly string[]): Ways {
  const folders = new Map<string, FolderOnWay>();
  const errors = new Map<string, unknown>();
  const seen = new Map<string, Entry>();
  const look = (path: string) => {
    const entry = seen.get(path) ?? entryAt(path);
    seen.set(path, entry);
    return entry;
  };
  for (const file of files) follow(file, look, { folders, errors });
  return { folders, errors: Array.from(errors, ([path, cause]) => ({ path, cause })) };
}

/** What stands at a path: the target of a link, or why it cannot be looked at. */
type Entry =
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'file or folder' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown'; readonly cause: unknown };

function entryAt(path: string): Entry {
  try {
    if (!lstatSync(path).isSymbolicLink()) return { kind: 'file or folder' };
    return { kind: 'link', target: readlinkSync(path) };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // EINVAL: a link has been replaced since.
    const gone = code === 'ENOENT' || code === 'ENOTDIR' || code === 'EINVAL';
    return gone ? { kind: 'nothing' } : { kind: 'unknown', cause };
  }
}

function follow(
  file: string,
  look: (path: string) => Entry,
  { folders, errors }: { folders: Map<string, FolderOnWay>; errors: Map<string, unknown> },
): void {
  let here = parse(file).root;
  const names = namesOf(file);
  for (let links = 0; names.length > 0 && links <= MOST_LINKS; ) {
    const name = names.shift() as string;
    const next = resolve(here, name);
    const entry = look(next);
    const isNear = names.length === 0 || entry.kind !== 'file or folder';
    if (name !== '.' && name !== '..') note(folders, here, name, isNear);
    if (entry.kind === 'unknown') errors.set(next, entry.cause);
    if (entry.kind === 'unknown' || entry.kind === 'nothing') return;
    if (entry.kind === 'link') {
      links += 1;
      if (isAbsolute(entry.target)) here = parse(entry.target).root;
      names.unshift(...namesOf(entry.target));
    } else here = next;
  }
}

function note(
  folders: Map<string, FolderOnWay>,
  folder: string,
  name: string,
  isNear: boolean,
): void {
  const known = folders.get(folder);
  if (known === undefined) folders.set(folder, { names: new Set([name]), isNear, isWhole: false });
  else {
    known.names.add(name);
    known.isNear ||= isNear;
  }
}

function namesOf(path: string): string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((name) => name !== '');
}
