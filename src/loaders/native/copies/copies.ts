import { hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { jsonText } from '../../../base/json/index.js';
import { showPath } from '../../../base/text/index.js';
import { DEFAULT_LIMITS, type Limits } from '../../../config/index.js';
import {
  HEAD_BYTES,
  type LibraryInfo,
  readLibrary,
  type UniqueSymbol,
} from '../../../packages/binary/index.js';
import { MANIFEST_NAME } from '../../../packages/manifest/index.js';
import type { Sibling } from '../opening/open-library.js';
import { type Sanitizer, sanitizerOf } from '../opening/sanitizers.js';
import { cacheError } from './cache-error.js';
import { noteUse } from './copy-users.js';
import { filesBeside, identityOf, NOTHING } from './folder-files.js';
import { hashOfLibrary, useLibraryFile } from './library-file.js';
import type { PartialCopy } from './partial-copy.js';
import { type CopiedFile, placeBeside, placeFile } from './place-files.js';
import { placeOf } from './place-of.js';
import { ensurePrivateFolder } from './private-folder.js';
import { isInside, type SiblingFile, siblingsOf } from './siblings.js';

/** A library that was copied with another one. */
export interface CopiedSibling extends Omit<Sibling, 'path'> {
  /** Its path within the copy. */
  readonly file: string;
}

/** What is known of a library and of its copy. */
export interface CopyFacts extends Pick<LibraryInfo, 'format' | 'machine' | 'needed'> {
  /** Over the library and those that it needs of the plugin's folder: 64 hex digits. */
  readonly sha256: string;
  /** The directory of its copies in that of all: 64 hex digits, those of sha256 if it stands alone. */
  readonly key: string;
  /** The library's path within the copy. */
  readonly name: string;
  /** The libraries of the plugin's folder that it needs, and that were copied with it. */
  readonly siblings: readonly CopiedSibling[];
  /** What it, and what was copied with it, share with all other libraries of the process. */
  readonly unique: readonly UniqueSymbol[];
  /** The sanitizer that it, or what was copied with it, was built with. */
  readonly sanitizer: Sanitizer | null;
}

/** The private copy from which a library is opened. */
export interface LibraryCopy extends CopyFacts {
  /** The copy. Never changes its content as long as it exists. */
  readonly path: string;
}

/** One that has just been read. */
export interface FreshCopy extends LibraryCopy {
  /** The plugin's folder, without links. */
  readonly folder: string;
  /** What was looked at in that folder; null: a change of it might not show. */
  readonly seen: ReadonlyMap<string, Stats> | null;
}

export interface CopyOptions {
  /** `cache/copies` of the home. */
  readonly copiesDir: string;
  /** Makes sure that only this user can change what is in `copiesDir`; default: ensurePrivateFolder(). */
  readonly ensurePrivate?: ((copiesDir: string) => void) | undefined;
  /** 0; of a copy that nothing else may open, a number of its own (own-copy.ts). */
  readonly generation: number;
  /** The plugin's folder, whose files are placed next to the copy. Default: the entry's. */
  readonly folder?: string | undefined;
  /** Whether that folder holds other plugins too: then its files are not this one's. Default: false. */
  readonly shared?: boolean | undefined;
  /** What may be looked at and copied in that folder; default: DEFAULT_LIMITS. */
  readonly limits?: Pick<Limits, 'copyBytes' | 'copyFiles'> | undefined;
  /**
   * Receives what the library says, and throws to refuse it: before anything is copied, and once
   * more with what the copy says.
   */
  readonly check?: ((info: LibraryInfo) => void) | undefined;
  /** The same for each library that is copied with it since it needs it. */
  readonly checkSibling?: ((info: LibraryInfo, path: string) => void) | undefined;
  /** Receives what is missing next to the copy, or differs there. */
  readonly onPartial?: ((partial: PartialCopy) => void) | undefined;
  /** Aborted when the copy is no longer wanted: it is left before the next file. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies a library to `<copiesDir>/<key>/<generation>/`, together with the libraries of the plugin's folder
 * that it needs, and places the rest of that folder next to the copy (filesBeside()); or finds it
 * there. The operating system takes an equal path for the same library, and what lies in a plugin's folder
 * can change while it is open; a copy at a path of its own has neither problem. A copy with other bytes is
 * made again. Any number of processes can do this at once: each file appears under its name in one step,
 * complete.
 *
 * What libraries say is read at once, which LIMITS bound; they are hashed and copied in pieces, and
 * the event loop turns between two of them. No library is in memory as a whole.
 *
 * @param entry path of the library
 * @throws AisopodError LIBRARY_UNREADABLE, LIBRARY_FORMAT, COPY_CACHE; what the checks throw
 */
export async function copyLibrary(entry: string, options: CopyOptions): Promise<FreshCopy> {
  const { folder, name } = placeOf(entry, options.folder);
  const path = join(folder, name);
  const copiesDir = resolve(options.copiesDir);
  const { found, head } = useLibraryFile(path, ({ source }) => {
    const info = readLibrary(source, showPath(path));
    options.check?.(info);
    return {
      found: siblingsOf(path, info, folder, options.checkSibling),
      head: Buffer.from(source.window(0).bytes.subarray(0, HEAD_BYTES)),
    };
  });
  const siblings = found.files;
  const copied = [{ name }, ...siblings];
  const files: CopiedFile[] = [];
  for (const file of copied) {
    options.signal?.throwIfAborted();
    files.push({ name: file.name, sha256: await hashOfLibrary(join(folder, file.name)) });
  }
  const { copyBytes, copyFiles } = options.limits ?? DEFAULT_LIMITS;
  const beside = options.shared
    ? NOTHING
    : await filesBeside({
        folder,
        copied: new Set(copied.map((file) => file.name)),
        head,
        copiesDir,
        bytes: copyBytes,
        files: copyFiles,
      });
  const sha256 = digest(files);
  const alone = beside.libraries.length === 0 && beside.links.length === 0;
  const key = alone
    ? sha256
    : hash('sha256', jsonText([sha256, folder, identityOf(beside)]), 'hex');

  try {
    (options.ensurePrivate ?? ensurePrivateFolder)(copiesDir);
    noteUse(copiesDir, `${key}/${options.generation}`);
    const keyed = join(copiesDir, key);
    ensurePrivateFolder(keyed);
    const target = join(keyed, String(options.generation));
    ensurePrivateFolder(target);
    for (const file of files) await placeFile(file, folder, target);
    const missing = await placeBeside(beside, folder, target, options.signal);
    const { linked, unread } = beside;
    const whole = linked.length + unread.length + missing.length === 0;
    if (!whole) options.onPartial?.({ folder, linked, unread, missing });
    const shows = whole && showsChanges(beside.seen, found.places);
    return {
      sha256,
      key,
      name,
      ...factsOf(path, { name, siblings, folder, target }, options),
      path: join(target, name),
      siblings: siblings.map(({ name: file, knownAs }, i) => ({
        name: knownAs,
        file,
        sha256: (files[i + 1] as CopiedFile).sha256,
      })),
      folder,
      seen: shows ? without(beside.seen, [name, MANIFEST_NAME]) : null,
    };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (AisopodError.is(error) && !isOfCopy(error, options.copiesDir)) throw error;
    const cause = AisopodError.is(error) ? error.cause : error;
    throw cacheError(path, options.copiesDir, cause);
  }
}

/** Whether each change of what the loader looks up shows. Behind a link, or in no folder, it does not. */
function showsChanges(seen: ReadonlyMap<string, Stats>, places: ReadonlySet<string>): boolean {
  if (!seen.has('')) return places.size === 0;
  for (const place of places) {
    for (let part = place; part !== '.'; part = dirname(part)) {
      if (seen.get(part)?.isSymbolicLink()) return false;
    }
  }
  return true;
}

/** The library is looked at anyway, and the manifest is no part of the copy. */
function without(seen: ReadonlyMap<string, Stats>, names: readonly string[]) {
  return new Map([...seen].filter(([name]) => !names.includes(name)));
}

/** Whether a copy could not be read: another process that cleans may have taken it away. */
function isOfCopy({ code, details }: AisopodError, copiesDir: string): boolean {
  if (code !== 'LIBRARY_UNREADABLE') return false;
  return isInside(resolve(copiesDir), (details as { path: string }).path);
}

interface Copied {
  readonly name: string;
  readonly siblings: readonly SiblingFile[];
  readonly folder: string;
  readonly target: string;
}

/** What the copies say. They don't change any more, as the files that they were made of can. */
function factsOf(
  path: string,
  { name, siblings, folder, target }: Copied,
  { check, checkSibling }: CopyOptions,
): Pick<CopyFacts, 'format' | 'machine' | 'needed' | 'unique' | 'sanitizer'> {
  const facts = useLibraryFile(join(target, name), ({ source }) => {
    const info = readLibrary(source, showPath(path));
    check?.(info);
    const { format, machine, needed } = info;
    return { format, machine, needed, ...sharedFacts(info) };
  });
  const unique = [...facts.unique];
  let sanitizer = facts.sanitizer;
  for (const sibling of siblings) {
    useLibraryFile(join(target, sibling.name), ({ source }) => {
      const original = join(folder, sibling.name);
      const info = readLibrary(source, showPath(original));
      checkSibling?.(info, original);
      const its = sharedFacts(info);
      unique.push(...its.unique);
      sanitizer ??= its.sanitizer;
    });
  }
  return { ...facts, unique, sanitizer };
}

function sharedFacts(info: LibraryInfo): Pick<CopyFacts, 'unique' | 'sanitizer'> {
  return { unique: info.uniqueSymbols, sanitizer: sanitizerOf(info) };
}

/** The hash of the library; with siblings, of the list of all names and hashes. */
function digest(files: readonly CopiedFile[]): string {
  const [main] = files;
  if (files.length === 1 && main !== undefined) return main.sha256;
  const list = jsonText(files.map(({ name, sha256 }) => [name, sha256]));
  return hash('sha256', list, 'hex');
}
