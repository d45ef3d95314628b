import { sep } from 'node:path';
import { isUnchangedFile } from '../../../home/state/index.js';
import type { CopyOptions, LibraryCopy } from './copies.js';
import { noteUse } from './copy-users.js';
import type { KnownLibraries } from './known-libraries.js';

/**
 * The private copy of a library that was judged before, if neither has changed since.
 * @returns null: it has to be read
 */
export function knownCopy(
  entry: string,
  { copiesDir, generation }: CopyOptions,
  libraries: KnownLibraries,
): LibraryCopy | null {
  const known = libraries.take(entry);
  if (known === null) return null;
  try {
    const { copy, sha256, name, format, machine, needed, unique, sanitizer } = known;
    const root = libraries.copiesDir;
    if (copiesDir !== root) return null;
    const key = `${sha256}/${generation}`;
    const path = `${root}${sep}${sha256}${sep}${generation}${sep}${name}`;
    // Whoever cleans sees the note before the copy is looked at.
    noteUse(root, key);
    libraries.ensurePrivate();
    if (!isUnchangedFile(path, copy)) return null;
    return { sha256, name, format, machine, needed, unique, sanitizer, path, siblings: [] };
  } catch {
    return null; // it is gone, or what is remembered has another form: reading it tells
  }
}
