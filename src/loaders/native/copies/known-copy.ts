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
    const { copy, key, name } = known;
    const root = libraries.copiesDir;
    if (copiesDir !== root) return null;
    const path = `${root}${sep}${key}${sep}${generation}${sep}${name}`;
    // A process that cleans sees the note before the copy is looked at.
    noteUse(root, `${key}/${generation}`);
    libraries.ensurePrivate();
    if (!isUnchangedFile(path, copy)) return null;
    const { sha256, siblings, format, machine, needed, unique, sanitizer } = known;
    return { sha256, key, name, siblings, format, machine, needed, unique, sanitizer, path };
  } catch {
    return null; // it is gone, or what is remembered has another form: reading it tells
  }
}
